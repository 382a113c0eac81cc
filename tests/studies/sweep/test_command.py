from __future__ import annotations

import json
from functools import partial

import pytest

from sam3viz.cli import main
from sam3viz.studies.sweep import command, train
from sam3viz.studies.sweep.result import SweepStudy
from sam3viz.studies.sweep.tables import markdown_table
from sam3viz.training.run import train_encoded
from tests.helpers.coco_sets import save_set
from tests.helpers.commands import run_command
from tests.helpers.tiny import TinyBackbone

run = partial(run_command, command)


@pytest.fixture(autouse=True)
def backbones(monkeypatch) -> list[TinyBackbone]:
    made: list[TinyBackbone] = []

    def load(name: str) -> TinyBackbone:
        made.append(TinyBackbone())
        return made[-1]

    monkeypatch.setattr(command, "load_backbone", load)
    return made


@pytest.fixture
def words(tmp_path) -> list[object]:
    """A sweep of two weights and two seeds, trained on one tiny set and measured on another."""
    train, measured = save_set(tmp_path / "train", 6), save_set(tmp_path / "measured", 3)
    recipe = ["--preset", "smoke", "--coco", train, "--workers", 0, "--steps", 2, "--conflict-every", 1]
    sweep = ["--alignment-weights", 1, 0, "--seeds", 0, 1, "--run-dir", tmp_path / "runs"]
    return [measured, *recipe, *sweep]


@pytest.mark.slow
def test_a_sweep_becomes_table_json_page_and_readme_and_is_not_trained_twice(words, tmp_path, capsys, backbones):
    begin, end = command.markers_of("sweep-weights")
    readme = tmp_path / "README.md"
    readme.write_text(f"# Mine\n{begin}\nold\n{end}\n")
    run(*words, "--json", tmp_path / "a.json", "--html", tmp_path / "a.html", "--readme", readme)
    first = capsys.readouterr()
    assert "run 4/4: unified-1.0-one-cycle-1" in first.err
    assert first.out.count("wrote ") == 3
    assert backbones[0].calls == 4 + 2 + 3  # scenes, held-out scenes, measured pictures: once each
    document = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert [result["alignment_weight"] for result in document["results"]] == [0, 1]
    assert all(result["conflicts"]["whole"]["looks"] == 4 for result in document["results"])
    assert (document["seeds"], document["pictures"]) == ([0, 1], 3)
    assert f"{markdown_table(SweepStudy.from_json(document))}\n{end}" in readme.read_text("utf-8")
    assert "old" not in readme.read_text("utf-8")
    assert "R@1" in (tmp_path / "a.html").read_text("utf-8")

    run(*words, "--resume", "--json", tmp_path / "b.json")
    again = capsys.readouterr()
    assert "run " not in again.err
    assert backbones[1].calls == 3
    assert json.loads((tmp_path / "b.json").read_text("utf-8"))["results"] == document["results"]


def test_ctrl_c_says_in_one_sentence_what_is_kept(words, monkeypatch):
    trained = []

    def interrupt(*arguments):
        if trained:
            raise KeyboardInterrupt
        trained.append(train_encoded(*arguments))

    monkeypatch.setattr(train, "train_encoded", interrupt)
    with pytest.raises(SystemExit, match=r"stopped; 1 of 4 runs are kept in .*runs, and --resume goes on from there\."):
        run(*words)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--alignment-weights", 0, 11], "The alignment weight is 11; give one from 0 to 10"),
        (["--schedules", "two-cycle"], "There is no schedule 'two-cycle'"),
        (["--variants", "nobody"], "There is no variant 'nobody'"),
        (["--seeds", -1], "The seed is -1"),
        (["--limit", 0], "--limit is 0: give 1 or more"),
        (["--conflict-every", 0], "--conflict-every is 0: give 1 or more"),
        (["--steps", 0], "steps is 0; give 1 or more"),
        (["--scenes", 0], "--scenes is 0; give 1 or more"),
        (["--json", "."], "is a folder: name the file"),
        (["--readme", "nowhere.md"], "There is no file 'nowhere.md'"),
        (["--cutouts", "a"], "--cutouts and --backgrounds belong together"),
    ],
)
def test_options_that_cannot_be_used_get_a_sentence_before_anything_is_trained(words, more, says, backbones):
    with pytest.raises(ValueError, match=says):
        run(*words, *more)
    assert all(backbone.calls == 0 for backbone in backbones)


def test_what_a_backbone_brings_with_it_is_not_trained(words, monkeypatch):
    monkeypatch.setattr(command, "own_bridges", lambda backbone: {"baseline": None})
    with pytest.raises(ValueError, match="'baseline' is not trained: tiny brings its own; leave it out"):
        run(*words, "--alignment-weights", 0.3, "--variants", "baseline")


def test_the_command_is_registered(capsys):
    with pytest.raises(SystemExit):
        main(["sweep", "--help"])
    assert "--alignment-weights" in capsys.readouterr().out
