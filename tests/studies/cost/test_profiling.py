from __future__ import annotations

import time

import pytest
import torch
from torch import nn
from torchvision.ops import roi_align

from sam3viz.studies.cost.profiling import flops, interleaved_seconds, kept_bytes, parameters, peak_bytes

CPU = torch.device("cpu")


def test_flops_by_hand():
    """Multiply-adds count two; a convolution on 10 x 12 with padding, a linear layer, a batched product."""
    conv, linear = nn.Conv2d(3, 8, 3, padding=1), nn.Linear(8, 5)
    pixels, tokens = torch.randn(2, 3, 10, 12), torch.randn(7, 8)
    assert flops(lambda: conv(pixels)) == 2 * (2 * 8 * 10 * 12) * (3 * 3 * 3)
    assert flops(lambda: linear(tokens)) == 2 * 7 * 8 * 5
    assert flops(lambda: torch.randn(4, 6, 7) @ torch.randn(4, 7, 9)) == 2 * 4 * 6 * 7 * 9


def test_flops_of_a_depthwise_convolution_by_hand():
    conv = nn.Conv2d(16, 16, 5, padding=2, groups=16)
    assert flops(lambda: conv(torch.randn(1, 16, 9, 9))) == 2 * (16 * 9 * 9) * (5 * 5)


@pytest.mark.parametrize("train", [False, True])
def test_flops_of_a_transformer_layer_by_hand(train):
    """In evaluation, too, where torch would take a fused kernel that counts as nothing."""
    n, d, hidden = 11, 16, 32
    layer = nn.TransformerEncoderLayer(d, 4, hidden, dropout=0.0, batch_first=True).train(train)
    projections, attention, mlp = 4 * n * d * d, 2 * n * n * d, 2 * n * d * hidden
    assert flops(lambda: layer(torch.randn(1, n, d))) == 2 * (projections + attention + mlp)
    assert torch.backends.mha.get_fastpath_enabled()


def test_flops_of_roi_align_are_not_counted():
    boxes = torch.tensor([[0.0, 1, 1, 5, 5]])
    assert flops(lambda: roi_align(torch.randn(1, 4, 8, 8), boxes, 7, aligned=True)) == 0


def test_parameters_are_counted_frozen_or_not():
    module = nn.Linear(3, 4)
    assert parameters(module) == 3 * 4 + 4
    assert parameters(module.requires_grad_(False)) == 3 * 4 + 4


def test_a_linear_layer_keeps_its_input_once_and_not_its_weight():
    layer, rows = nn.Linear(100, 10), torch.randn(50, 100)
    assert kept_bytes(lambda: layer(rows), layer) == rows.numel() * 4
    assert kept_bytes(lambda: (layer(rows), layer(rows)), layer) == rows.numel() * 4
    # and an exponential its result
    assert kept_bytes(lambda: layer(rows).exp(), layer) == rows.numel() * 4 + 50 * 10 * 4


def test_nothing_is_kept_without_gradient():
    layer = nn.Linear(4, 4).requires_grad_(False)
    assert kept_bytes(lambda: layer(torch.randn(3, 4)), layer) == 0


def test_peak_is_the_most_at_once_and_not_the_sum():
    size = 1_000_000

    def one_after_another() -> None:
        for _ in range(3):
            torch.empty(size, dtype=torch.uint8)

    assert peak_bytes(one_after_another, CPU) == pytest.approx(size, rel=0.01)
    assert peak_bytes(lambda: [torch.empty(size, dtype=torch.uint8) for _ in range(3)], CPU) == pytest.approx(
        3 * size, rel=0.01
    )


def test_seconds_take_turns():
    order = []

    def work(name: str, seconds: float) -> None:
        order.append(name)
        time.sleep(seconds)

    told = []
    got = interleaved_seconds(
        {"short": lambda: work("short", 0.001), "long": lambda: work("long", 0.02)}, 3, CPU, lambda *at: told.append(at)
    )
    assert order == ["short", "long"] * 4  # the first turn is not timed
    assert [len(values) for values in got.values()] == [3, 3]
    assert min(got["long"]) >= 0.02 > min(got["short"])
    assert told == [(1, 3), (2, 3), (3, 3)]
