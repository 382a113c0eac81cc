from __future__ import annotations

import json

import pytest

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges.checkpoints import save_bridge
from sam3viz.data.sources import from_folders
from sam3viz.evaluation import composed
from sam3viz.evaluation.composed import SEEN_CLASSES, UNSEEN_CLASSES
from sam3viz.evaluation.scores import SCORE_NAMES
from sam3viz.studies.bench import command, table_command
from sam3viz.studies.bench.report import BENCH_MARKERS
from tests.helpers.analyzers import untrained
from tests.helpers.bench_reports import run_words, save_history
from tests.helpers.coco_sets import save_set
from tests.helpers.picture_folders import save_folders
from tests.helpers.tiny import TinyBackbone


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    def refuse(*_):
        raise AssertionError("the bench fetched packages without need")

    monkeypatch.setattr(command, "from_packages", refuse)
    monkeypatch.setattr("sam3viz.api.analyzer.load_backbone", lambda name: TinyBackbone())


@pytest.fixture
def weights(tmp_path):
    """Two folders of weights that differ in nothing but their seed."""
    for seed, names in ((0, ("raw", "baseline", "unified")), (1, ("raw", "baseline"))):
        for name, bridge in untrained(*names).bridges.items():
            metadata = {"seed": str(seed), "commit": "abc", "command": "train --out /home"}
            save_bridge(bridge, tmp_path / f"seed{seed}" / f"{name}.safetensors", "tiny", metadata)
    return tmp_path


def test_a_folder_is_scored_into_a_report_and_a_table(weights, monkeypatch, capsys):
    pictures = from_folders(*save_folders(weights / "pictures"))
    monkeypatch.setattr(command, "from_packages", lambda cache, progress: pictures)
    monkeypatch.setattr(composed, "SCENE_SIZE", 192)
    root, out, html = save_set(weights / "my set"), weights / "new" / "bench.json", weights / "pages" / "bench.html"
    (weights / "run").mkdir()
    runs = save_history(weights / "run")
    words = ["--json", out, "--html", html, "--weights", weights / "seed0", "--composed", 3, "--runs", runs]
    run_words(command, root, *words)
    said = capsys.readouterr()
    assert "picture" in said.err
    assert "9/9" in said.err
    assert f"wrote {out}" in said.out
    assert f"wrote {html}" in said.out
    assert "my set: closer and more useful?" in html.read_text("utf-8")
    assert "my set: 3 episodes on 3 pictures" in said.out

    document = json.loads(out.read_text())
    assert list(document["datasets"]) == ["my set", SEEN_CLASSES, UNSEEN_CLASSES]
    assert document["settings"]["dataset"] == "my set"
    assert document["settings"]["backbone"] == "tiny"
    assert document["settings"]["weights"] == {
        "1 seed0": {name: {"seed": "0", "commit": "abc"} for name in ("raw", "baseline", "unified")}
    }
    assert {"python", "torch", "faster-coco-eval"} <= set(document["versions"])
    measured = document["datasets"]["my set"]["variants"]
    assert list(measured) == ["raw", "baseline", "unified"]
    assert set(measured["raw"]["without_negative"]) == set(SCORE_NAMES)
    assert set(document["generalisation"]) == set(measured)
    gaps = {name: dataset["gap"] for name, dataset in document["datasets"].items()}
    assert gaps.pop("my set")["unified"]["contrast"]["n"] == 3
    assert not any(gaps.values())  # composed scenes are not probed
    assert document["training"]["variants"]["unified"]["seeds"] == 2
    assert str(weights) not in out.read_text()

    readme = weights / "README.md"
    begin, end = BENCH_MARKERS
    readme.write_text(f"{begin}\n{end}\n")
    run_words(table_command, out, "--readme", readme)
    capsys.readouterr()
    run_words(table_command, out)
    assert readme.read_text() == f"{begin}\n{capsys.readouterr().out.rstrip()}\n{end}\n"


def test_several_seeds_are_averaged_and_their_spread_told(weights):
    root, out = save_set(weights / "set"), weights / "bench.json"
    both = ["--weights", weights / "seed0", weights / "seed1"]
    with pytest.raises(ValueError, match=r"seed1' has no weights of 'unified'"):
        run_words(command, root, "--json", out, *both)
    assert not out.exists()
    run_words(command, root, "--json", out, *both, "--variants", "raw", "baseline", "--limit", 2)
    document = json.loads(out.read_text())
    assert document["seeds"] == ["1 seed0", "2 seed1"]
    assert document["datasets"]["set"]["episodes"] == 2
    entry = document["datasets"]["set"]["variants"]["baseline"]["without_negative"]["patch_ap"]
    assert (entry["n"], entry["seed_sd"]) == (2, 0)
    with pytest.raises(ValueError, match="given twice"):
        run_words(command, root, "--json", out, "--weights", weights / "seed0", weights / "seed0")


def test_an_interrupted_bench_writes_nothing(weights, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    root, out = save_set(weights / "set"), weights / "bench.json"
    monkeypatch.setattr(Analyzer, "encode", interrupted)
    with pytest.raises(SystemExit, match="stopped after 0 of 3 pictures; nothing was written"):
        run_words(command, root, "--json", out, "--weights", weights / "seed0")
    assert not out.exists()


def test_bad_input_is_named_before_anything_is_measured(weights, monkeypatch):
    monkeypatch.setattr(Analyzer, "encode", None)
    root = save_set(weights / "set")
    for option in ("--json", "--html"):
        with pytest.raises(ValueError, match="is a folder: name the file"):
            run_words(command, root, option, weights)
    with pytest.raises(ValueError, match="leave out --cross-image"):
        run_words(command, root, "--html", weights / "a.html", "--cross-image")
    with pytest.raises(ValueError, match="no folder"):
        run_words(command, weights / "nowhere", "--json", weights / "a.json")
    with pytest.raises(ValueError, match="The seed is -1"):
        run_words(command, root, "--json", weights / "a.json", "--seed", -1)
    with pytest.raises(ValueError, match=r"history\.jsonl is not a file"):
        run_words(command, root, "--json", weights / "a.json", "--runs", weights)
    with pytest.raises(ValueError, match="is not a folder"):
        run_words(command, root, "--json", weights / "a.json", "--weights", weights / "nowhere")


def test_without_a_file_it_prints_what_was_trained(weights, monkeypatch, capsys):
    monkeypatch.setattr("sam3viz.studies.bench.command.weights_folder", lambda identity: weights / "seed1")
    monkeypatch.setattr("sam3viz.api.analyzer.weights_folder", lambda identity: weights / "seed1")
    run_words(command, save_set(weights / "set"))
    printed = capsys.readouterr().out
    assert "baseline" in printed
    assert "unified" not in printed
    assert "wrote" not in printed


@pytest.mark.parametrize("words", [["--limit", "0"], ["--composed", "-3"], ["--variants", "magic"]])
def test_a_command_that_cannot_be_read_exits_with_2(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        run_words(command, "set", *words)
    assert stopped.value.code == 2
    assert "usage: sam3viz bench" in capsys.readouterr().err
