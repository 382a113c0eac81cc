"""Backbones other than the default one through everything: train, analyse, bench; the weights found by identity."""

from __future__ import annotations

import json

import pytest

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges.checkpoints import weights_folder
from sam3viz.cli import main
from sam3viz.encoders import load_backbone
from sam3viz.training.loop import Recipe
from sam3viz.training.run import PRESETS, Preset
from sam3viz.types import Exemplar
from tests.helpers.coco_sets import save_set
from tests.helpers.noise import noise_image
from tests.helpers.picture_folders import save_folders
from tests.helpers.sam3_checkpoint import save_sam3
from tests.helpers.timm_checkpoints import CNN, VIT, save_checkpoint

VARIANTS = ("raw", "baseline", "unified")


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    monkeypatch.setattr("sam3viz.bridges.checkpoints.TRAINED", tmp_path / "trained")
    tiny = Preset(scenes=4, held_out=2, side=128, sizes=(128,), recipe=Recipe(steps=2, batch=2))
    monkeypatch.setitem(PRESETS, "smoke", tiny)


def train(named: str, tmp_path) -> None:
    cutouts, backgrounds = save_folders(tmp_path / "pictures")
    words = ["train", "--preset", "smoke", "--backbone", named, "--variants", *VARIANTS]
    where = ["--cutouts", str(cutouts), "--backgrounds", str(backgrounds), "--run-dir", str(tmp_path / "run")]
    assert main([*words, *where]) == 0


@pytest.mark.parametrize("model", [VIT, pytest.param(CNN, marks=pytest.mark.slow)])
def test_a_timm_model_is_trained_analysed_and_scored(model, tmp_path, capsys):
    named = save_checkpoint(model, tmp_path)
    train(named, tmp_path)
    analyzer = Analyzer.from_pretrained(named)
    assert tuple(analyzer.bridges) == VARIANTS
    analysis = analyzer.analyze(noise_image(96, 64, 80), [Exemplar((10, 10, 40, 40))])
    assert analysis.variants["unified"].heatmap.shape == (64, 96)
    other = save_checkpoint(model, tmp_path, seed=1)
    assert tuple(Analyzer.from_pretrained(other).bridges) == ("raw",)

    out = tmp_path / "bench.json"
    assert main(["bench", str(save_set(tmp_path / "set")), "--backbone", named, "--json", str(out)]) == 0
    told = json.loads(out.read_text())
    assert told["settings"]["backbone"] == load_backbone(named).identity
    printed = capsys.readouterr().out
    assert all(name in printed for name in VARIANTS)


def test_sam3_is_trained_but_for_its_own_exemplar_encoder(tmp_path, capsys):
    named = save_sam3(tmp_path / "sam3")
    train(named, tmp_path)
    assert "baseline      is not trained: sam3/" in capsys.readouterr().out
    folder = weights_folder(load_backbone(named).identity)
    assert sorted(path.stem for path in folder.glob("*.safetensors")) == ["raw", "unified"]
    assert tuple(Analyzer.from_pretrained(named).bridges) == VARIANTS
    assert main(["bench", str(save_set(tmp_path / "set")), "--backbone", named]) == 0
    assert "unified" in capsys.readouterr().out

    out = tmp_path / "cost.json"
    assert main(["cost", "--backbone", named, "--repetitions", "1", "--json", str(out)]) == 0
    told = json.loads(out.read_text())
    assert set(told["costs"]) == {"backbone", "raw", "unified"}
    assert told["settings"]["not measured"] == "baseline"
