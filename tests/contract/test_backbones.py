"""What every backbone must do, run over every entry of BACKBONES and over two models of timm; SAM 3 is a tiny one."""

from __future__ import annotations

import pytest
import torch
from PIL import Image

from sam3viz.encoders import BACKBONES, Backbone, load_backbone
from sam3viz.encoders.sam3 import SAM3
from tests.helpers.noise import noise_image
from tests.helpers.sam3_checkpoint import save_sam3
from tests.helpers.timm_checkpoints import CNN, VIT, save_checkpoint


@pytest.fixture(scope="module", params=[*BACKBONES, VIT, CNN])
def name(request, tmp_path_factory) -> str:
    if request.param == SAM3:
        return save_sam3(tmp_path_factory.mktemp("sam3"))
    return request.param if request.param in BACKBONES else save_checkpoint(request.param, tmp_path_factory.mktemp("w"))


@pytest.fixture(scope="module")
def backbone(name) -> Backbone:
    network = load_backbone(name)
    network.size = min(network.size, 4 * network.multiple)
    return network


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    return noise_image(90, 61)


def test_tokens_are_a_unit_grid_over_the_whole_picture(backbone, picture):
    tokens = backbone.encode(picture)
    width, height = backbone.input_size(*picture.size)
    assert tokens.shape == (1, backbone.dim, height // backbone.stride, width // backbone.stride)
    torch.testing.assert_close(tokens.norm(dim=1), torch.ones_like(tokens[:, 0]))
    assert tokens.std((2, 3)).mean() > 1e-3


def test_the_same_picture_gives_the_same_tokens(backbone, picture):
    torch.testing.assert_close(backbone.encode(picture), backbone.encode(picture.copy()), rtol=0, atol=0)


def test_what_is_left_is_encoded_left(backbone):
    """A change of one half of a picture changes that half of the grid more than the same change of the other half."""
    plain, other = noise_image(128, 128), noise_image(64, 128, seed=1)

    def share_left(at: int) -> float:
        changed = plain.copy()
        changed.paste(other, (at, 0))
        change = (backbone.encode(changed) - backbone.encode(plain)).norm(dim=1).mean((0, 1))
        return float(change[: len(change) // 2].sum() / change.sum())

    assert share_left(0) > 1.1 * share_left(64)


def test_it_is_frozen_in_any_mode(backbone, picture):
    before = backbone.encode(picture)
    assert not any(p.requires_grad for p in backbone.parameters())
    backbone.train()
    backbone(backbone.normalise(255 * torch.rand(2, 3, backbone.multiple, backbone.multiple)))
    torch.testing.assert_close(backbone.encode(picture), before)


def test_it_has_an_identity(name):
    identity = load_backbone(name).identity
    assert identity
    assert identity == load_backbone(name).identity


def test_an_unknown_name_lists_the_known():
    with pytest.raises(ValueError, match=r"no backbone 'resnet'; choose one of: efficientnet-lite0"):
        load_backbone("resnet")
