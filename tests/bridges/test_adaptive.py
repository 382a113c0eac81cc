from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from sam3viz.bridges.adaptive import Adaptive, ContextSelector, Modulation, ScaleAdaptor
from sam3viz.bridges.layers import unit_variance
from sam3viz.types import Tokens
from tests.helpers.analyzers import shaken
from tests.helpers.tiny import DIM, MANY


def scale_weights(bridge: Adaptive, boxes: torch.Tensor, grid: tuple[int, int]) -> torch.Tensor:
    one = torch.ones(len(boxes), dtype=torch.long)
    tokens = Tokens.gather(torch.randn(1, DIM, *grid), boxes, one, 0 * one, one.bool())
    return bridge(tokens).diagnostic("scales").values


def test_scale_weights_see_the_box_relative_to_the_image_alone():
    """Not raw pixels, as the sketch did: they would mean another size on every picture, and saturate the softmax."""
    bridge = shaken(Adaptive(DIM))
    pixels = torch.tensor([[40.0, 40, 140, 120], [10, 20, 60, 70]])
    small, large = pixels / 160, pixels / 1600
    weights = scale_weights(bridge, small, (8, 10))
    torch.testing.assert_close(scale_weights(bridge, small, (24, 16)), weights)
    assert (scale_weights(bridge, large, (8, 10)) - weights).abs().amax(1).min() > 1e-3
    assert (weights[0] - weights[1]).abs().max() > 1e-3
    assert weights.min() > 0.05


def test_scale_weights_weigh_boxes_and_not_channels():
    """As many boxes as channels and as cells a side, so that no wrong broadcast can go unseen."""
    adaptor = ScaleAdaptor(7)
    for parameter in adaptor.parameters():
        nn.init.normal_(parameter, std=0.5)
    roi, geometry = torch.randn(7, 7, 7, 7), torch.randn(7, 6)
    got, weights = adaptor(roi, geometry)
    for m in range(7):
        one = roi[m : m + 1]
        branches = [scale(adaptor.narrow(one)) for scale in adaptor.scales]
        expected = one + sum(w * branch for w, branch in zip(weights[m], branches, strict=True))
        torch.testing.assert_close(got[m : m + 1], expected, atol=1e-4, rtol=1e-4)


def test_kernels_have_three_sizes():
    adaptor = ScaleAdaptor(5)
    for scale in adaptor.scales:
        nn.init.ones_(scale[2].weight)
    impulse = torch.zeros(1, 5, 7, 7)
    reach = []
    for scale in adaptor.scales:
        narrow = adaptor.narrow(impulse)
        peaked = narrow.clone()
        peaked[..., 3, 3] += 1
        changed = (scale(peaked) - scale(narrow))[0, 0].abs() > 1e-6
        reach.append(int(changed.any(0).sum()))
    assert reach == [3, 5, 7]


def test_a_closed_gate_refuses_the_context(make_scene_tokens):
    tokens = make_scene_tokens(MANY, 2)
    selector, exemplar = ContextSelector(DIM), torch.randn(len(MANY), DIM)
    nn.init.normal_(selector.attention.out.weight)
    for bias, opening in ((-30.0, 0.0), (30.0, 1.0)):
        nn.init.constant_(selector.gate[-1].bias, bias)
        got, _, gate = selector(exemplar, tokens.visual, tokens)
        update, _ = selector.attention(exemplar, tokens.visual, tokens.image_index)
        torch.testing.assert_close(gate, torch.full_like(gate, opening))
        torch.testing.assert_close(got, exemplar + opening * update)


def test_modulation_is_film():
    film, exemplar, geometry = Modulation(6), torch.randn(4, 6), torch.randn(4, 6)
    torch.testing.assert_close(film(exemplar, geometry), exemplar)
    scale, shift = torch.randn(6), torch.randn(6)
    film.film[-1].bias.data = torch.cat([scale, shift])
    torch.testing.assert_close(film(exemplar, geometry), exemplar * (1 + scale) + shift)
    nn.init.normal_(film.film[-1].weight)
    assert not F.mse_loss(film(exemplar, geometry), film(exemplar, geometry.roll(1, 0))) < 1e-6


def test_the_visual_side_stays_as_it_is(make_scene_tokens):
    tokens = make_scene_tokens(MANY, 2)
    torch.testing.assert_close(shaken(Adaptive(DIM))(tokens).visual, unit_variance(tokens.visual))
