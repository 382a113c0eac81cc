from __future__ import annotations

import dataclasses
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sam3viz.bridges.contrastive import Contrastive
from sam3viz.bridges.layers import roi_of, unit_variance
from sam3viz.bridges.losses import HARDNESS, info_nce
from sam3viz.types import BridgeOutput
from tests.helpers.tiny import DIM


def slow(cosine: torch.Tensor, matched: torch.Tensor, unmatched: torch.Tensor, temperature: float) -> float:
    rows = []
    for row, own, other in zip((cosine.double() / temperature).tolist(), matched, unmatched, strict=True):
        against = sum(math.exp(x) for x, is_other in zip(row, other, strict=True) if is_other)
        terms = [-math.log(math.exp(x) / (math.exp(x) + against)) for x, is_own in zip(row, own, strict=True) if is_own]
        if terms and other.any():
            rows.append(sum(terms) / len(terms))
    return sum(rows) / max(len(rows), 1)


def mean(rows: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    values, usable = rows
    return values.sum() / usable.sum().clamp_min(1)


masks = st.integers(1, 5).flatmap(
    lambda m: st.integers(1, 12).flatmap(
        lambda n: st.lists(st.lists(st.sampled_from([-1, 0, 1]), min_size=n, max_size=n), min_size=m, max_size=m)
    )
)


@settings(max_examples=60, deadline=None)
@given(masks, st.floats(0.05, 2))
def test_every_matched_position_stands_against_all_unmatched_ones(kinds, temperature):
    """Any number of rows, any mask; positions that are neither, and rows that lack one of the two, do not count."""
    kinds = torch.tensor(kinds)
    cosine = 2 * torch.rand(kinds.shape) - 1
    got = mean(info_nce(cosine, kinds == 1, kinds == -1, temperature=temperature))
    assert got.item() == pytest.approx(slow(cosine, kinds == 1, kinds == -1, temperature), rel=1e-4, abs=1e-5)


def test_hard_negatives_weigh_more():
    """The tilted sum against a slow one, and what the tilt is for: the gradient moves towards the hardest negative."""
    cosine = torch.tensor([[0.1, 0.3, -0.2, 0.0]], requires_grad=True)
    matched = torch.tensor([[True, False, False, False]])
    shares = []
    for hardness in (0.0, 0.5, 2.0):
        (row,), _ = info_nce(cosine, matched, ~matched, hardness)
        p, *n = (cosine.detach() / 0.07).double()[0].tolist()
        tilt = [math.exp(hardness * x) for x in n]
        against = sum(len(n) * w / sum(tilt) * math.exp(x) for w, x in zip(tilt, n, strict=True))
        assert row.item() == pytest.approx(-math.log(math.exp(p) / (math.exp(p) + against)), rel=1e-5)
        (gradient,) = torch.autograd.grad(row, cosine)
        shares.append((gradient[0, 1] / gradient[0, 1:].sum()).item())
    assert shares == sorted(shares)


def test_no_negative_is_left_to_chance():
    """Every one of many negatives has a gradient, whatever the random state and wherever it stands."""
    cosine = torch.rand(2, 500, requires_grad=True)
    matched = torch.zeros(2, 500, dtype=torch.bool)
    matched[0, 3] = matched[1, 7] = True
    loss = mean(info_nce(cosine, matched, ~matched))
    loss.backward()
    assert (cosine.grad[~matched] > 0).all()
    assert (cosine.grad[matched] < 0).all()
    torch.manual_seed(99)
    order = torch.randperm(500)
    torch.testing.assert_close(mean(info_nce(cosine[:, order], matched[:, order], ~matched[:, order])), loss)


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32])
@pytest.mark.parametrize("temperature", [1e-4, 0.07])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_extremes_are_finite_and_right(dtype, temperature, sign):
    """Where -log(1 - sigmoid(x / t)) would overflow."""
    cosine = torch.tensor([[sign, -sign, 1.0], [sign, -sign, -1.0]], requires_grad=True)
    matched = torch.tensor([[True, False, False]] * 2)
    unmatched = torch.tensor([[False, True, False]] * 2)
    loss = mean(info_nce(cosine.to(dtype), matched, unmatched, temperature=temperature))
    loss.backward()
    assert cosine.grad.isfinite().all()
    expected = 0 if sign > 0 else 2 / temperature
    assert loss.item() == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_masked_positions_do_not_leak_in_at_any_temperature():
    cosine = torch.tensor([[-1.0, -1.0, 1.0]])
    matched, unmatched = torch.tensor([[True, False, False]]), torch.tensor([[False, True, False]])
    assert mean(info_nce(cosine, matched, unmatched, temperature=1e-6)).item() == pytest.approx(math.log(2))


def test_one_head_projects_both_sides(make_scene_tokens):
    tokens = make_scene_tokens([(0.1, 0.1, 0.5, 0.5, 1, 0, 1)])
    bridge = Contrastive(DIM)
    bridged = bridge(tokens)
    scaled = unit_variance(tokens.visual)
    torch.testing.assert_close(bridged.visual[0, :, 3, 4], bridge.projection(scaled[0, :, 3, 4]))
    pooled, encoded = bridge.roi_processor(roi_of(scaled, tokens), scaled, tokens)
    torch.testing.assert_close(bridged.exemplar, bridge.projection(encoded))
    torch.testing.assert_close(bridged.stages[0].exemplar, bridge.projection(pooled))


class TestLoss:
    """Exemplar 0 and 2 are balls, 1 is a cube; two balls, of which 0 and 2 are the exemplars, are on the picture."""

    @pytest.fixture
    def loss(self, overfit_episode):
        tokens, truth = overfit_episode
        exemplar = torch.randn(3, DIM)

        def compute(visual: torch.Tensor, cover: torch.Tensor = truth.class_cover) -> torch.Tensor:
            bridged = BridgeOutput(visual, visual, exemplar)
            (value,) = Contrastive(DIM).loss(bridged, tokens, dataclasses.replace(truth, class_cover=cover)).values()
            return value

        return compute

    def test_positions_of_the_same_class_are_positives(self, loss, overfit_episode):
        tokens, truth = overfit_episode
        visual = tokens.visual.clone().requires_grad_()
        loss(visual).backward()
        exemplar_free = visual.grad.abs().sum(1)[0]
        assert (exemplar_free > 0).all()
        alone = truth.class_cover.clone()
        alone[0, 0:3, 6:9] = 0  # as if the other ball were background: then it is a negative and the loss grows
        same = tokens.visual.clone()
        same[0, :, 0:3, 6:9] = same[0, :, 0:3, 0:3]
        assert loss(same, alone) > loss(same)

    def test_partly_covered_cells_do_not_count(self, loss, overfit_episode):
        tokens, truth = overfit_episode
        cover = truth.class_cover.clone()
        cover[:, 7, 9] = 0.3
        moved = tokens.visual.clone()
        moved[0, :, 7, 9] = torch.randn(DIM)
        assert loss(moved, cover) == loss(tokens.visual, cover)
        assert loss(moved) != loss(tokens.visual)

    def test_permuting_the_cells_leaves_it(self, loss, overfit_episode):
        tokens, truth = overfit_episode
        order = torch.randperm(80)

        def permuted(grids):
            return grids.flatten(-2)[..., order].unflatten(-1, (8, 10))

        torch.testing.assert_close(loss(permuted(tokens.visual), permuted(truth.class_cover)), loss(tokens.visual))


def test_an_exemplar_is_compared_with_its_own_image(make_scene_tokens, overfit_episode):
    boxes = [(0.1, 0.1, 0.5, 0.5, 1, image, 1) for image in (1, 0, 1)]
    tokens = make_scene_tokens(boxes, images=2)
    truth = dataclasses.replace(
        overfit_episode[1],
        target=torch.zeros(2, 8, 10),
        objects=torch.zeros(2, 8, 10),
        class_cover=(torch.rand(3, 8, 10) > 0.5).float(),
    )
    exemplar = torch.randn(3, DIM)
    (got,) = Contrastive(DIM).loss(BridgeOutput(tokens.visual, tokens.visual, exemplar), tokens, truth).values()
    cosine = torch.stack(
        [
            torch.cosine_similarity(row, tokens.visual[image].flatten(1).T, dim=-1)
            for row, image in zip(exemplar, (1, 0, 1), strict=True)
        ]
    )
    matched = truth.class_cover.flatten(1) == 1
    rows, usable = info_nce(cosine, matched, ~matched, HARDNESS)
    assert usable.all()
    by_image = [rows[[0, 2]].mean(), rows[1]]  # an image counts once, however many boxes it has
    assert got.item() == pytest.approx(sum(by_image).item() / 2, rel=1e-4)
