from __future__ import annotations

import pytest
import torch
from torch import nn

from sam3viz.bridges.layers import (
    TRAINED_SHARE,
    TRUSTED_SHARE,
    ContextAttention,
    GridNorm,
    RawShare,
    VisualAdapter,
    both_grids,
    joined,
    pooled_roi,
    residual_mlp,
    roi_of,
)
from tests.conftest import DIM


def test_grid_norm_is_a_layer_norm_of_every_cell():
    norm, grid = GridNorm(5), torch.randn(2, 5, 3, 4)
    nn.init.normal_(norm.weight)
    for b, i, j in ((0, 0, 0), (1, 2, 3)):
        expected = nn.functional.layer_norm(grid[b, :, i, j], (5,), norm.weight, norm.bias)
        torch.testing.assert_close(norm(grid)[b, :, i, j], expected)


def test_residual_parts_start_silent():
    grid = nn.functional.normalize(torch.randn(1, 9, 4, 5), dim=1)
    torch.testing.assert_close(VisualAdapter(9)(grid), 3 * grid)
    assert not residual_mlp(9)(torch.randn(4, 9)).any()
    update, _ = ContextAttention(9)(torch.randn(2, 9), grid, torch.tensor([0, 0]))
    assert not update.any()


@pytest.mark.parametrize("size", [(4, 6), (5, 7), (2, 3)])
def test_attention_is_a_share_of_the_exemplars_own_image(size):
    attention, grid = ContextAttention(9), torch.randn(3, 9, *size)
    exemplar, image = torch.randn(4, 9), torch.tensor([2, 0, 0, 1])
    _, before = attention(exemplar, grid, image)
    assert before.shape == (4, *size)
    torch.testing.assert_close(before.sum((1, 2)), torch.ones(4))
    grid[0] = torch.randn(9, *size)
    _, after = attention(exemplar, grid, image)
    changed = (before - after).abs().amax((1, 2)) > 1e-6
    assert changed.tolist() == [False, True, True, False]


def test_attention_falls_where_the_key_answers_the_query():
    attention, grid = ContextAttention(8, width=8, heads=1), torch.randn(1, 8, 6, 6)
    for part in (attention.query[1], attention.key[1]):
        nn.init.eye_(part.weight)
        nn.init.zeros_(part.bias)
    nn.init.zeros_(attention.attention.in_proj_bias)
    attention.attention.in_proj_weight.data = 4 * torch.eye(8).repeat(3, 1)
    asked = torch.randn(8)
    grid[0, :, 2:4, 4:6] = asked[:, None, None]
    _, shown = attention(asked[None], grid, torch.tensor([0]))
    assert shown[0, 2:4, 4:6].sum() > 0.9


def test_the_joined_cosine_is_the_weighted_mean_of_both():
    raw, learned = torch.randn(6, 5), 40 * torch.randn(6, 7)
    both = RawShare().eval()(raw, learned)
    torch.testing.assert_close(both.norm(dim=1), torch.ones(6))
    cosine = [torch.cosine_similarity(x[:, None], x[None], dim=-1) for x in (raw, learned, both)]
    expected = (1 - TRUSTED_SHARE) * cosine[0] + TRUSTED_SHARE * cosine[1]
    torch.testing.assert_close(cosine[2], expected, atol=1e-6, rtol=1e-5)
    grid = RawShare().eval()(raw[..., None, None].expand(6, 5, 2, 2), learned[..., None, None].expand(6, 7, 2, 2))
    torch.testing.assert_close(grid[:, :, 1, 0], both)


@pytest.mark.parametrize("reference", [False, True])
def test_every_side_is_joined_with_its_own_raw_counterpart(make_scene_tokens, reference):
    tokens = make_scene_tokens([(0.1, 0.1, 0.6, 0.8, 1, 0, 1)], reference=reference)
    learned = torch.randn_like(tokens.reference)
    got = joined(RawShare(), tokens, torch.randn_like(tokens.visual), learned, torch.randn(1, DIM))
    raw = slice(None, DIM)
    for side, own in (
        (got.visual, tokens.visual),
        (got.reference, tokens.reference),
        (got.exemplar, pooled_roi(tokens.roi)),
    ):
        cosine = torch.cosine_similarity(side[:, raw], own, dim=1)
        torch.testing.assert_close(cosine, torch.ones_like(cosine))
    assert (got.reference is got.visual) is not reference


def test_boxes_are_pooled_on_their_own_image(make_scene_tokens):
    box = (0.1, 0.1, 0.6, 0.8, 1)
    tokens = make_scene_tokens([(*box, 1, 1), (*box, 0, 1)], images=2)
    grid = torch.stack([torch.full((3, 8, 10), value) for value in (5.0, 7.0)])
    assert pooled_roi(roi_of(grid, tokens))[:, 0].tolist() == [7, 5]


def test_one_grid_is_bridged_once(make_scene_tokens):
    calls = []

    def module(grid):
        calls.append(grid)
        return 2 * grid

    tokens = make_scene_tokens([(0.0, 0.0, 1.0, 1.0, 1, 0, 1)])
    visual, reference = both_grids(module, tokens)
    assert reference is visual
    assert len(calls) == 1
    other = make_scene_tokens([(0.0, 0.0, 1.0, 1.0, 1, 0, 1)], reference=True)
    torch.testing.assert_close(both_grids(module, other), (2 * other.visual, 2 * other.reference))


def test_the_learned_space_counts_less_in_use_than_in_training():
    raw, learned = torch.randn(2, 5), torch.randn(2, 7)
    for share, module in ((TRAINED_SHARE, RawShare().train()), (TRUSTED_SHARE, RawShare().eval())):
        both = module(raw, learned)
        torch.testing.assert_close(both[:, 5:].square().sum(1), torch.full((2,), share))
    assert TRUSTED_SHARE < TRAINED_SHARE
