from __future__ import annotations

import math

import pytest
import torch

from sam3viz.bridges.layers import pooled_roi, roi_of
from sam3viz.bridges.losses import region_alignment
from sam3viz.types import BridgeOutput, GroundTruth
from tests.helpers.tiny import DIM

BOXES = [
    (0.0, 0.0, 0.4, 0.4, 1, 0, 1),
    (0.5, 0.5, 0.9, 0.9, 1, 0, 1),
    (0.52, 0.5, 0.92, 0.9, 1, 0, 0),  # nearly the box above
    (0.1, 0.6, 0.3, 0.9, 1, 0, 0),
    (0.6, 0.0, 0.9, 0.3, -1, 1, 1),
    (0.0, 0.5, 0.5, 1.0, 1, 1, 0),
]
CLASSES = [3, 3, -1, -1, 5, 3]
NEGATIVES = {0: [2, 3], 1: [3], 2: [0, 3], 3: [0, 1, 2], 4: [5], 5: [4]}
"""Of one image, neither of one class (but regions have none) nor nearly one box."""


@pytest.fixture
def tokens(make_scene_tokens):
    return make_scene_tokens(BOXES, images=2)


def truth(classes: list[int]) -> GroundTruth:
    empty = torch.zeros(2, 8, 10)
    return GroundTruth(empty, empty, torch.zeros(len(classes), 8, 10), torch.tensor(classes))


def test_a_region_is_told_from_the_others_of_its_image_both_ways(tokens):
    """Against a slow loop."""
    torch.manual_seed(0)
    exemplar = torch.randn(len(BOXES), DIM)
    got = region_alignment(BridgeOutput(tokens.visual, tokens.visual, exemplar), tokens, truth(CLASSES))
    region = pooled_roi(roi_of(tokens.visual, tokens))

    def row(i: int, one: torch.Tensor, many: torch.Tensor) -> float:
        cosine = torch.cosine_similarity(one[i], many, dim=-1).double() / 0.07
        own, others = math.exp(cosine[i]), sum(math.exp(cosine[j]) for j in NEGATIVES[i])
        return -math.log(own / (own + others))

    rows = [(row(i, exemplar, region) + row(i, region, exemplar)) / 2 for i in range(len(BOXES))]
    expected = (sum(rows[:4]) / 4 + sum(rows[4:]) / 2) / 2  # an image counts once, however many boxes it has
    assert got.item() == pytest.approx(expected, rel=1e-4)


def test_it_is_least_where_every_token_is_its_region(tokens):
    region = pooled_roi(roi_of(tokens.visual, tokens))

    def loss(exemplar: torch.Tensor) -> float:
        return region_alignment(BridgeOutput(tokens.visual, tokens.visual, exemplar), tokens, truth(CLASSES)).item()

    swapped = region[[3, 1, 2, 0, 5, 4]]
    assert loss(region) < loss(region + 0.5 * torch.randn_like(region)) < loss(swapped)


def test_instances_of_one_class_are_no_negatives(tokens):
    torch.manual_seed(0)
    bridged = BridgeOutput(tokens.visual, tokens.visual, torch.randn(len(BOXES), DIM))
    apart, together = (region_alignment(bridged, tokens, truth([c, 4, -1, -1, 5, 3])) for c in (3, 4))
    assert together < apart


def test_one_box_an_image_teaches_nothing(make_scene_tokens):
    tokens = make_scene_tokens([BOXES[0], BOXES[4]], images=2)
    exemplar = torch.randn(2, DIM, requires_grad=True)
    loss = region_alignment(BridgeOutput(tokens.visual, tokens.visual, exemplar), tokens, truth([3, 5]))
    loss.backward()
    assert loss == 0
    assert not exemplar.grad.any()
