from __future__ import annotations

import re

import pytest
import timm
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS
from sam3viz.bridges.checkpoints import TRAINED, save_bridge, weights_folder
from sam3viz.encoders import load_backbone
from sam3viz.encoders import timm as timm_model
from sam3viz.encoders.roi import centre_and_normalise
from sam3viz.encoders.timm import CURATED, TimmBackbone, parameter_count
from sam3viz.metrics import METRICS
from sam3viz.types import Exemplar
from tests.helpers.noise import noise_image
from tests.helpers.timm_checkpoints import CNN, VIT, save_checkpoint

FIXED = "levit_128s"
"""Small, and of one size alone."""


@pytest.fixture(params=[VIT, CNN])
def named(request, tmp_path) -> str:
    return save_checkpoint(request.param, tmp_path)


def test_tokens_are_those_of_timm_itself(tmp_path):
    name = save_checkpoint(VIT, tmp_path)
    backbone = load_backbone(name)
    plain = timm.create_model(VIT, num_classes=0).eval()
    plain.load_state_dict(load_file(name.partition("=")[2]), strict=False)
    pixels = 255 * torch.rand(1, 3, 160, 160)
    with torch.no_grad():
        tokens = plain.forward_features(backbone.normalise(pixels))[:, plain.num_prefix_tokens :]
        grid = tokens.transpose(1, 2).unflatten(2, (10, 10))
        torch.testing.assert_close(backbone(backbone.normalise(pixels)), centre_and_normalise(grid))


def test_pixels_are_normalised_as_the_weights_were_trained(named):
    backbone = load_backbone(named)
    told = backbone.network.pretrained_cfg
    flat = backbone.normalise(torch.full((1, 3, 2, 2), 255.0))[0, :, 0, 0]
    torch.testing.assert_close(flat, (1 - torch.tensor(told["mean"])) / torch.tensor(told["std"]))


def test_the_grid_is_fine_and_the_input_large_enough(named):
    backbone = load_backbone(named)
    assert backbone.stride <= 16
    assert backbone.size >= 512
    assert backbone.size % backbone.multiple == 0
    tokens = backbone.encode(noise_image(200, 120, 80))
    assert tokens.shape == (1, backbone.dim, *backbone.grid(200, 120))


def test_the_identity_tells_weights_apart_and_nothing_else(named, tmp_path):
    (model,) = re.findall("timm:([^=]+)=", named)
    other = load_backbone(save_checkpoint(model, tmp_path, seed=1)).identity
    same = load_backbone(named).identity
    assert same == load_backbone(named).identity != other
    assert same.rpartition("/")[0] == other.rpartition("/")[0]
    assert model.partition(".")[0] in same


def test_the_same_weights_are_the_same_backbone_however_they_are_named(named):
    """With and without the tag of timm's weights, from a file or from the hub."""
    (model,), path = re.findall("timm:([^=]+)=", named), named.partition("=")[2]
    bare = model.partition(".")[0]
    identity = load_backbone(named).identity
    assert load_backbone(f"timm:{bare}={path}").identity == identity

    def fetched(name, pretrained=False, **options):
        network = create(name, **options)
        if pretrained:
            network.load_state_dict(load_file(path), strict=False)
        return network

    create = timm.create_model
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timm, "create_model", fetched)
        assert load_backbone(f"timm:{bare}").identity == load_backbone(f"timm:{model}").identity == identity


def test_bridges_are_found_under_either_name(named, tmp_path):
    (model,), path = re.findall("timm:([^=]+)=", named), named.partition("=")[2]
    backbone = load_backbone(named)
    save_bridge(VARIANTS["unified"](backbone.dim), tmp_path / "w" / "unified.safetensors", backbone.identity, {})
    bare = f"timm:{model.partition('.')[0]}={path}"
    assert set(Analyzer.from_pretrained(bare, tmp_path / "w").bridges) == {"raw", "unified"}


def test_another_normalisation_of_the_same_weights_is_another_backbone(named, monkeypatch):
    identity = load_backbone(named).identity
    created = timm_model._create_model

    def brighter(name, pretrained):
        network = created(name, pretrained)
        network.pretrained_cfg = {**network.pretrained_cfg, "mean": (0.1, 0.1, 0.1)}
        return network

    monkeypatch.setattr(timm_model, "_create_model", brighter)
    assert load_backbone(named).identity != identity


def test_bridges_of_other_weights_are_never_taken(named, tmp_path):
    (model,) = re.findall("timm:([^=]+)=", named)
    folder = tmp_path / "weights"
    mine, other = load_backbone(named), load_backbone(save_checkpoint(model, tmp_path, seed=1))
    save_bridge(VARIANTS["unified"](mine.dim), folder / "unified.safetensors", mine.identity, {})
    assert set(Analyzer.from_pretrained(named, folder).bridges) == {"raw", "unified"}
    with pytest.raises(ValueError, match="holds no weights for"):
        Analyzer.from_pretrained(save_checkpoint(model, tmp_path, seed=1), folder)
    assert weights_folder(mine.identity) != weights_folder(other.identity)
    assert weights_folder(mine.identity).parent == TRAINED


def test_without_bridges_a_picture_is_analysed_through_raw_alone(named, tmp_path, monkeypatch):
    monkeypatch.setattr("sam3viz.bridges.checkpoints.TRAINED", tmp_path / "none")
    analyzer = Analyzer.from_pretrained(named)
    image = noise_image(96, 64, 80)
    analysis = analyzer.analyze(image, [Exemplar((10, 10, 40, 40))])
    assert list(analysis.variants) == ["raw"]
    assert analysis.variants["raw"].heatmap.shape == (64, 96)
    assert set(METRICS) <= set(analysis.metrics().columns)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("timm:vit_smal_patch16_224", "timm has no model 'vit_smal_patch16_224'; near it are vit_small_patch16_224"),
        ("timm:!", "timm has no model '!'; try " + CURATED[0]),
        ("timm:test_vit=nowhere.safetensors", "nowhere.safetensors holds no weights of timm's 'test_vit'"),
    ],
)
def test_what_cannot_be_loaded_gets_one_sentence(name, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        load_backbone(name)


def test_weights_that_do_not_fit_or_lack_some_are_refused(tmp_path):
    name = save_checkpoint(VIT, tmp_path)
    path = name.partition("=")[2]
    with pytest.raises(ValueError, match="lacks weights of timm's 'test_resnet"):
        load_backbone(f"timm:{CNN}={path}")
    stored = load_file(path)
    stored.pop("blocks.0.attn.qkv.weight")
    save_file(stored, path)
    with pytest.raises(ValueError, match=re.escape("lacks weights of timm's 'test_vit.r160_in1k': blocks.0.attn.qkv")):
        load_backbone(name)


def test_weights_beyond_the_classifiers_are_refused(named):
    path = named.partition("=")[2]
    stored = load_file(path)
    stored["adapter.weight"] = torch.zeros(3)
    save_file(stored, path)
    with pytest.raises(ValueError, match=r"holds weights that timm's .* does not have \(adapter.weight\)"):
        load_backbone(named)


def test_a_hub_out_of_reach_gets_one_sentence(monkeypatch):
    def offline(name, pretrained=False, **options):
        if pretrained:
            raise OSError("no route to host")
        return create(name, **options)

    create = timm.create_model
    monkeypatch.setattr(timm, "create_model", offline)
    with pytest.raises(ValueError, match=r"could not be fetched \(OSError\): connect to the hub, or give a file"):
        load_backbone(f"timm:{VIT}")


def test_a_model_without_a_grid_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(TimmBackbone, "_supports_input", lambda self, height, width: False)
    with pytest.raises(ValueError, match=r"gives no grid of tokens; choose another, such as"):
        load_backbone(save_checkpoint(VIT, tmp_path))


def test_a_model_of_one_size_alone_sees_the_square_it_was_trained_on(tmp_path):
    backbone = load_backbone(save_checkpoint(FIXED, tmp_path))
    assert backbone.square
    assert backbone.size == backbone.multiple == 224
    assert backbone.grid(200, 50) == backbone.grid(50, 200, 640) == (14, 14)
    picture = noise_image(200, 50, 80)
    tokens = backbone.encode(picture)
    stretched = picture.resize((224, 224), Image.Resampling.BICUBIC)
    torch.testing.assert_close(tokens, backbone.encode(stretched))
    assert tokens.shape == (1, backbone.dim, 14, 14)
    assert "/224/" in backbone.identity


def test_a_swin_takes_pictures_of_any_size(tmp_path):
    backbone = load_backbone(save_checkpoint("swin_s3_tiny_224", tmp_path))
    assert not backbone.square
    assert backbone.encode(Image.new("RGB", (300, 200))).shape == (1, backbone.dim, *backbone.grid(300, 200))


@pytest.mark.parametrize("name", [VIT, CNN])
def test_parameters_are_counted_without_making_any(name):
    made = timm.create_model(name, num_classes=0)
    assert parameter_count(name) == sum(parameter.numel() for parameter in made.parameters())
    with pytest.raises(ValueError, match="timm has no model"):
        parameter_count("no-such-model")


def test_a_giant_is_counted_in_a_moment():
    assert parameter_count("vit_7b_patch16_dinov3") > 6e9


def test_every_curated_name_is_one_of_timms():
    assert all(timm.is_model(name.partition(".")[0]) for name in CURATED)
