"""SAM 3's own exemplar encoder as a bridge: what it is told of a box's place, and who sees whom."""

from __future__ import annotations

import pytest
import torch
from PIL import Image

from sam3viz.bridges.sam3_exemplars import Sam3Exemplars
from sam3viz.encoders.sam3 import Sam3Backbone
from sam3viz.types import Tokens
from tests.helpers.noise import noise_image
from tests.helpers.sam3_checkpoint import tiny_model

BOXES = torch.tensor([[0.25, 0.25, 0.5, 0.5], [0.5, 0.25, 0.75, 0.5]])
"""Two places of one size."""
NEAR = {"rtol": 0, "atol": 1e-5}


@pytest.fixture(autouse=True)
def _without_gradients():
    with torch.no_grad():
        yield


@pytest.fixture(scope="module")
def backbone() -> Sam3Backbone:
    return Sam3Backbone(tiny_model())


@pytest.fixture
def flat(backbone) -> torch.Tensor:
    """A picture of which every crop is the same."""
    visual = backbone.encode(Image.new("RGB", (112, 112), "teal"))
    level = backbone.vision_output(visual).fpn_hidden_states[-2]
    level[:] = level.mean((2, 3), keepdim=True)  # the network itself knows where a cell lies
    return visual


def bridged(backbone, visual, boxes=BOXES, prompt=False, **options) -> torch.Tensor:
    count = len(boxes)
    labels, index = torch.ones(count).long(), torch.zeros(count).long()
    tokens = Tokens.gather(visual, boxes, labels, index, torch.full((count,), prompt), **options)
    return Sam3Exemplars(backbone)(tokens).exemplar


@pytest.mark.parametrize("prompt", [True, False])
def test_without_places_two_equal_crops_are_one_exemplar(backbone, flat, prompt):
    placed = bridged(backbone, flat, prompt=prompt)
    assert (placed[0] - placed[1]).abs().max() > 1e-3
    left = bridged(backbone, flat, prompt=prompt, use_box_position=False)
    torch.testing.assert_close(left[0], left[1], **NEAR)


def test_without_places_another_crop_is_another_exemplar(backbone):
    visual = backbone.encode(noise_image(150, 90, 80))
    left = bridged(backbone, visual, use_box_position=False)
    assert (left[0] - left[1]).abs().max() > 1e-3


def test_boxes_of_one_prompt_see_one_another_and_others_do_not(backbone):
    visual = backbone.encode(noise_image(150, 90, 80))
    alone = torch.cat([bridged(backbone, visual, BOXES[[k]], prompt=True) for k in range(2)])
    torch.testing.assert_close(bridged(backbone, visual), alone, **NEAR)
    assert (bridged(backbone, visual, prompt=True) - alone).abs().max() > 1e-4
