from __future__ import annotations

import pytest
import torch

from sam3viz.bridges.adaptive import Adaptive
from sam3viz.bridges.foreground import ForegroundPooling
from sam3viz.bridges.mechanisms import LEARNED, Neutral
from sam3viz.bridges.multilevel import MultiLevel
from sam3viz.bridges.residual import TRAINED_SHARE, TRUSTED_SHARE, ChannelMetric, ResidualSpace
from sam3viz.bridges.unified import Unified
from sam3viz.inference.readout import similarity
from tests.helpers.tiny import DIM, MANY

BOX = [(0.1, 0.1, 0.6, 0.8, 1, 0, 1), (0.3, 0.2, 0.9, 0.7, 1, 0, 1)]


@pytest.mark.parametrize(("training", "share"), [(True, TRAINED_SHARE), (False, TRUSTED_SHARE)])
@pytest.mark.parametrize("reference", [False, True])
def test_every_side_is_joined_with_its_own_raw_counterpart(make_scene_tokens, reference, training, share):
    tokens = make_scene_tokens(BOX, reference=reference)
    space, learned = ResidualSpace(DIM).train(training), torch.randn(2, DIM)
    got = space(tokens, torch.randn_like(tokens.visual), torch.randn_like(tokens.reference), {"learned": learned})
    assert (got.reference is got.visual) is not reference
    assert got.visual.shape[1] == got.exemplar.shape[1] == 2 * DIM + 1
    raw = ForegroundPooling()(tokens.roi, tokens.reference, tokens)
    for part, own, weight in ((slice(0, DIM), raw, 1 - share), (slice(DIM, 2 * DIM), learned, share)):
        torch.testing.assert_close(torch.cosine_similarity(got.exemplar[:, part], own), torch.ones(2))
        torch.testing.assert_close(got.exemplar[:, part].square().sum(1), torch.full((2,), weight))
    assert not got.exemplar[:, -1].any()


@pytest.mark.parametrize("reference", [False, True])
@pytest.mark.parametrize("make_bridge", [Unified, MultiLevel, Adaptive])
def test_what_is_learned_starts_at_the_raw_features_of_the_object(make_scene_tokens, make_bridge, reference):
    """Learned and raw cosines are equal before training, so the share between them does not matter yet."""
    tokens = make_scene_tokens(MANY, 2, reference=reference)
    bridge = make_bridge(DIM)
    bridge.space.self_context = Itself()
    torch.testing.assert_close(
        similarity(bridge.train()(tokens), tokens), similarity(bridge.eval()(tokens), tokens), atol=1e-5, rtol=1e-4
    )
    raw, learned = bridge(tokens).exemplar[:, :DIM], bridge(tokens).exemplar[:, DIM:-1]
    torch.testing.assert_close(torch.cosine_similarity(raw, learned), torch.ones(len(MANY)))


def test_the_joined_cosine_is_the_weighted_mean_of_both(make_scene_tokens):
    """With a temperature at which every token sees itself alone."""
    tokens = make_scene_tokens(BOX)
    space = ResidualSpace(DIM).eval()
    visual, exemplar = torch.randn_like(tokens.visual), torch.randn(2, DIM)
    space.self_context = Itself()
    got = space(tokens, visual, visual, {"learned": exemplar})
    raw = ForegroundPooling()(tokens.roi, tokens.reference, tokens)

    def cosine(rows: torch.Tensor, grid: torch.Tensor) -> torch.Tensor:
        return torch.cosine_similarity(rows[:, :, None, None], grid, dim=1)

    expected = (1 - TRUSTED_SHARE) * cosine(raw, tokens.visual) + TRUSTED_SHARE * cosine(exemplar, visual)
    torch.testing.assert_close(cosine(got.exemplar, got.visual), expected, atol=1e-5, rtol=1e-4)


def test_without_what_is_learned_the_raw_space_is_all(make_scene_tokens):
    tokens = make_scene_tokens(BOX)
    space, visual = ResidualSpace(DIM).eval(), torch.randn_like(tokens.visual)
    outputs = [
        space(tokens, visual, visual, {"learned": torch.randn(2, DIM)}, neutral={LEARNED.name}) for _ in range(2)
    ]
    torch.testing.assert_close(outputs[0].exemplar, outputs[1].exemplar)


class Itself(torch.nn.Module):
    def forward(self, raw: torch.Tensor, unit: torch.Tensor, neutral: Neutral) -> torch.Tensor:
        return torch.cat([unit, torch.zeros_like(unit[:, :1])], 1)


def test_the_learned_space_counts_less_in_use_than_in_training():
    assert TRUSTED_SHARE < TRAINED_SHARE


def test_the_metric_weighs_channels_and_starts_as_the_cosine():
    metric, rows = ChannelMetric(4), torch.randn(3, 4)
    torch.testing.assert_close(metric(rows), torch.nn.functional.normalize(rows, dim=1))
    metric.log_weight.data = torch.tensor([-20.0, 0.0, 0.0, 0.0])
    torch.testing.assert_close(metric(rows)[:, 1:], torch.nn.functional.normalize(rows[:, 1:], dim=1))
    grid = metric(rows[..., None, None].expand(3, 4, 2, 5))
    torch.testing.assert_close(grid[:, :, 1, 3], metric(rows))
