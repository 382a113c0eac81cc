from __future__ import annotations

import pandas as pd
import pytest
import torch
from PIL import Image
from safetensors import safe_open

from sam3viz.api.analysis import Analysis
from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS
from sam3viz.bridges.checkpoints import load_bridges
from sam3viz.cli import main
from sam3viz.data.synthetic import packages
from sam3viz.encoders import load_backbone
from tests.helpers.analyzers import untrained
from tests.helpers.coco_sets import save_set
from tests.helpers.picture_folders import save_folders
from tests.helpers.scenes import picture


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    def refuse(*_):
        raise AssertionError("a test went to the network")

    monkeypatch.setattr(packages, "fetch", refuse)


@pytest.mark.slow
def test_train_smoke_writes_all_with_what_made_them(tmp_path, capsys):
    cutouts, backgrounds = save_folders(tmp_path)
    words = ["train", "--preset", "smoke", "--seed", "5", "--cutouts", str(cutouts), "--backgrounds", str(backgrounds)]
    torch.manual_seed(0)
    assert main([*words, "--run-dir", str(tmp_path / "run"), "--out", str(tmp_path / "out")]) == 0
    identity = load_backbone().identity
    assert list(load_bridges(tmp_path / "out", identity)) == list(VARIANTS)
    said = capsys.readouterr().out
    for name in VARIANTS:
        path = tmp_path / "out" / f"{name}.safetensors"
        assert f"wrote {path}" in said
        with safe_open(path, "pt") as file:
            told = file.metadata()
        assert {"command", "preset", "recipe", "seed", "data", "commit", "versions", "backbone", "variant"} <= set(told)
        assert told["command"].startswith("sam3viz train --preset smoke --seed 5")
        assert (told["seed"], told["preset"], told["backbone"]) == ("5", "smoke", identity)


@pytest.mark.slow
def test_analyze_writes_everything_into_a_folder(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(Analyzer, "from_pretrained", lambda backbone: untrained("raw", "baseline", "unified"))
    picture().save(tmp_path / "photo.png")
    boxes = [
        "--box",
        "10",
        "10",
        "60",
        "50",
        "--box",
        "-5",
        "60",
        "40",
        "90",
        "--negative-box",
        "90",
        "40",
        "150",
        "90",
    ]
    variants = ["--variants", "unified", "baseline"]
    out = tmp_path / "new" / "out"
    assert main(["analyze", str(tmp_path / "photo.png"), *boxes, *variants, "--out", str(out)]) == 0
    assert {path.name for path in out.iterdir()} == {
        "analysis.json",
        "analysis.npz",
        "layout.parquet",
        "metrics.csv",
        "report.html",
        "baseline.png",
        "unified.png",
    }
    analysis = Analysis.load(out / "analysis.npz")
    assert [(e.box, e.label) for e in analysis.exemplars] == [
        ((10, 10, 60, 50), 1),
        ((0, 60, 40, 90), 1),
        ((90, 40, 150, 90), -1),
    ]
    table = pd.read_csv(out / "metrics.csv", index_col="variant")
    assert list(table.index) == ["baseline", "unified"]
    assert table["trustworthiness"].between(0, 1).all()
    assert table.loc["unified", "matched_cosine"] == pytest.approx(
        analysis.variants["unified"].metrics["matched_cosine"]
    )
    with Image.open(out / "unified.png") as image:
        assert image.width / image.height == pytest.approx(160 / 120, rel=0.01)
    assert "http" not in (out / "report.html").read_text("utf-8").split("<script", 1)[0]
    captured = capsys.readouterr()
    assert captured.err.startswith("note: Exemplar 2 ")
    assert "unified" in captured.out


def fails(capsys, *words: str) -> str:
    """The one sentence on stderr."""
    assert main(list(words)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("sam3viz: ")
    assert captured.err.count("\n") == 1
    return captured.err


def test_a_wrong_folder_ends_in_one_sentence(tmp_path, capsys):
    folder = str(tmp_path)
    nowhere = ("--cutouts", f"{folder}/nowhere", "--backgrounds", folder)
    assert "nowhere is not a folder" in fails(capsys, "train", *nowhere)
    assert "holds no cut-outs" in fails(capsys, "train", "--cutouts", folder, "--backgrounds", folder)
    assert "belong together" in fails(capsys, "train", "--cutouts", folder)


def test_the_shipped_recipe_needs_its_photographs(tmp_path, capsys):
    assert "by --coco, or compose scenes by --preset composed" in fails(capsys, "train", "--preset", "default")
    folder = str(save_set(tmp_path / "own"))
    words = ("train", "--preset", "default", "--coco", folder)
    assert "893 of the 893 photographs that the shipped weights were trained on are missing" in fails(capsys, *words)


def test_a_wrong_picture_ends_in_one_sentence(tmp_path, capsys):
    (tmp_path / "note.png").write_text("not a picture")
    box = ("--box", "1", "2", "30", "40", "--out", str(tmp_path / "out"))
    assert "note.png" in fails(capsys, "analyze", str(tmp_path / "note.png"), *box)
    assert "missing.png" in fails(capsys, "analyze", str(tmp_path / "missing.png"), *box)
    assert not (tmp_path / "out").exists()


def test_a_backbone_that_the_page_cannot_offer_ends_in_one_sentence(capsys):
    assert "no backbone 'nonsense'" in fails(capsys, "app", "--backbone", "nonsense")
    assert "no file nowhere.safetensors" in fails(capsys, "app", "--backbone", "timm:resnet18=nowhere.safetensors")


@pytest.mark.parametrize(
    "words",
    [[], ["train", "--preset", "huge"], ["train", "--variants", "magic"], ["analyze", "a.png", "--box", "1", "2"]],
)
def test_a_command_that_cannot_be_read_exits_with_2(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert "usage: sam3viz" in capsys.readouterr().err
