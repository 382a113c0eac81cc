from __future__ import annotations

import builtins
import re

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import Sam3ImageProcessor, Sam3Model

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS
from sam3viz.bridges.checkpoints import save_bridge, weights_folder
from sam3viz.encoders import load_backbone
from sam3viz.encoders.roi import centre_and_normalise
from sam3viz.encoders.sam3 import Sam3Backbone
from sam3viz.types import Exemplar
from tests.helpers.noise import noise_image
from tests.helpers.sam3_checkpoint import save_lite_text, save_sam3, tiny_model

PICTURE = noise_image(150, 90, 80)


@pytest.fixture(scope="module")
def named(tmp_path_factory) -> str:
    return save_sam3(tmp_path_factory.mktemp("sam3"))


@pytest.fixture(scope="module")
def backbone(named) -> Sam3Backbone:
    return load_backbone(named)


def test_visual_tokens_are_the_level_that_the_exemplar_encoder_sees(named, backbone):
    model = Sam3Model.from_pretrained(named.partition(":")[2])
    pixels = Sam3ImageProcessor(size={"height": 112, "width": 112})(images=PICTURE, return_tensors="pt").pixel_values
    with torch.no_grad():
        level = model.get_vision_features(pixel_values=pixels).fpn_hidden_states[2]
    torch.testing.assert_close(backbone.encode(PICTURE), centre_and_normalise(level), rtol=0, atol=1e-6)
    assert (backbone.size, backbone.stride, backbone.dim) == (112, 14, 64)


def test_the_grid_is_square_whatever_the_picture_and_size(backbone):
    assert backbone.grid(200, 50) == backbone.grid(50, 200, 640) == (8, 8)
    assert backbone.encode(PICTURE, 640).shape == (1, 64, 8, 8)


def test_what_tokens_were_made_from_is_forgotten_with_them(backbone):
    tokens = backbone.encode(PICTURE)
    assert backbone.vision_output(tokens).fpn_hidden_states[2].shape == (1, 64, 8, 8)
    with pytest.raises(ValueError, match=r"the tokens that encode\(\) returned, not a copy"):
        backbone.vision_output(tokens.clone())
    before = len(backbone._vision_outputs)
    del tokens
    assert len(backbone._vision_outputs) == before - 1


def test_the_identity_is_that_of_the_vision_encoder_in_any_precision_and_folder(named, tmp_path):
    identity = load_backbone(named).identity
    assert load_backbone(save_sam3(tmp_path / "same")).identity == identity
    assert load_backbone(save_sam3(tmp_path / "other", seed=1)).identity != identity
    assert Sam3Backbone(tiny_model().bfloat16()).identity == identity
    assert str(tmp_path) not in identity


def test_its_own_exemplar_encoder_is_the_baseline(named):
    analyzer = Analyzer.from_pretrained(named)
    assert list(analyzer.bridges) == ["raw", "baseline"]
    boxes = [Exemplar((10, 10, 60, 60)), Exemplar((80, 20, 140, 80), -1)]
    result = analyzer.analyze(PICTURE, boxes).variants["baseline"]
    backbone = analyzer.backbone
    vision = backbone.vision_output(analyzer.encode(PICTURE))
    cxcywh = torch.tensor([[35 / 150, 35 / 90, 50 / 150, 50 / 90], [110 / 150, 50 / 90, 60 / 150, 60 / 90]])
    with torch.no_grad():
        own = backbone.model.geometry_encoder(
            cxcywh[None], torch.ones(1, 2).bool(), torch.tensor([[1, 0]]),
            vision.fpn_hidden_states[:-1], vision.fpn_position_encoding[:-1],
        ).last_hidden_state[0, :2]  # fmt: skip
    torch.testing.assert_close(torch.from_numpy(result.exemplar), own, rtol=0, atol=1e-5)
    assert result.attention_grid.shape == (2, 8, 8)
    assert result.attention_grid.sum((1, 2)) == pytest.approx([1, 1], abs=1e-5)
    assert len(result.probe_exemplar) > 100


def test_a_box_edit_does_not_run_the_vision_encoder(named):
    analyzer = Analyzer.from_pretrained(named)
    calls = []
    analyzer.backbone.model.vision_encoder.register_forward_hook(lambda *_: calls.append(1))
    for x in (10, 20, 30):
        analyzer.analyze(PICTURE, [Exemplar((x, 10, 60, 60))])
    assert len(calls) == 1


def test_exemplars_travel_to_another_picture(named):
    analyzer = Analyzer.from_pretrained(named)
    other = noise_image(90, 90, 60)
    drawn = [Exemplar((10, 10, 60, 60))]
    there = analyzer.analyze(other, drawn, reference=PICTURE, use_box_position=True).variants["baseline"]
    here = analyzer.analyze(PICTURE, drawn).variants["baseline"]
    torch.testing.assert_close(torch.from_numpy(there.exemplar), torch.from_numpy(here.exemplar), rtol=0, atol=1e-5)
    assert there.heat_grid.shape == (8, 8)


def test_trained_bridges_join_but_do_not_replace_its_own_encoder(named, tmp_path):
    identity = load_backbone(named).identity
    for name in ("unified", "baseline"):
        save_bridge(VARIANTS[name](64), tmp_path / f"{name}.safetensors", identity, {})
    analyzer = Analyzer.from_pretrained(named, tmp_path)
    assert list(analyzer.bridges) == ["raw", "baseline", "unified"]
    assert "SAM 3" in analyzer.bridges["baseline"].summary
    assert "sam3" in weights_folder(identity).name


def test_missing_weights_raise_and_are_never_random(tmp_path):
    save_sam3(tmp_path)
    path = tmp_path / "model.safetensors"
    stored = load_file(path)
    lost = next(key for key in stored if key.startswith("geometry_encoder") and "label_embed" in key)
    stored.pop(lost)
    save_file(stored, path, {"format": "pt"})
    with pytest.raises(ValueError, match=rf"lacks 1 of SAM 3's weights \({re.escape(lost)}"):
        load_backbone(f"sam3:{tmp_path}")


@pytest.mark.parametrize("kept", [0, 100, 100_000])
def test_damaged_weights_are_named_in_one_sentence(tmp_path, kept):
    save_sam3(tmp_path)
    path = tmp_path / "model.safetensors"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ValueError, match=r"weights are damaged: model\.safetensors \(.*\): fetch them again") as raised:
        load_backbone(f"sam3:{tmp_path}")
    assert "gated" not in str(raised.value)


def test_the_damaged_one_of_several_files_is_named(tmp_path):
    tiny_model().save_pretrained(tmp_path, max_shard_size="3MB")
    second = sorted(tmp_path.glob("*.safetensors"))[1]
    second.write_bytes(b"not weights" * 100)
    with pytest.raises(ValueError, match=rf"damaged: {second.name} \("):
        load_backbone(f"sam3:{tmp_path}")


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (b'{"model_type": "sam', "checkpoint/config.json is damaged"),
        (b"\xff\xfe", "checkpoint/config.json is damaged"),
        (b"", "checkpoint/config.json is damaged"),
        (b"[1]", "checkpoint/config.json names no model_type"),
        (b'{"model_type": 3}', "checkpoint/config.json names no model_type"),
        (b'{"model_type": "sam3", "vision_config": 3}', "cannot be built from this checkpoint"),
    ],
)
def test_a_malformed_config_is_told_and_not_a_lack_of_access(tmp_path, written, sentence):
    folder = tmp_path / "checkpoint"
    save_sam3(folder)
    (folder / "config.json").write_bytes(written)
    with pytest.raises(ValueError, match=sentence) as raised:
        load_backbone(f"sam3:{folder}")
    assert "gated" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_lite_text_checkpoint_is_loaded_and_analysed(tmp_path):
    if not hasattr(transformers, "Sam3LiteTextModel"):
        pytest.skip(f"transformers {transformers.__version__} has no Sam3LiteTextModel")
    analyzer = Analyzer.from_pretrained(save_lite_text(tmp_path))
    assert analyzer.backbone.identity.startswith("sam3-lite-text/level8/112/")
    analysis = analyzer.analyze(PICTURE, [Exemplar((10, 10, 60, 60))])
    assert list(analysis.variants) == ["raw", "baseline"]
    assert analysis.variants["baseline"].heat_grid.shape == (8, 8)


def test_a_folder_without_a_checkpoint_says_how_to_get_one(tmp_path):
    with pytest.raises(ValueError, match=r"holds no config.json. SAM 3's weights are gated: ask for access .*HF_TOKEN"):
        load_backbone(f"sam3:{tmp_path}")
    tiny_model().config.save_pretrained(tmp_path)
    with pytest.raises(ValueError, match=r"could not be loaded \(OSError\). SAM 3's weights are gated"):
        load_backbone(f"sam3:{tmp_path}")


def test_another_kind_of_checkpoint_is_named(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "vit"}')
    with pytest.raises(ValueError, match="of the kind 'vit', which is no SAM 3"):
        load_backbone(f"sam3:{tmp_path}")


def test_the_gated_hub_says_how_to_get_access(monkeypatch):
    def gated(*args, **options):
        raise OSError("You are trying to access a gated repo.")

    monkeypatch.setattr(transformers.AutoConfig, "from_pretrained", gated)
    with pytest.raises(ValueError, match=r"ask for access on the page of facebook/sam3 .* `hf auth login` or set HF_"):
        load_backbone("sam3")


def test_without_transformers_it_says_what_to_install(monkeypatch):
    plain = builtins.__import__

    def without(name, *args, **options):
        if name == "transformers":
            raise ImportError(name)
        return plain(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ValueError, match=re.escape("pip install 'sam3viz[sam3]'")):
        load_backbone("sam3")
