from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sam3viz.data.coco import read_coco
from sam3viz.evaluation.episodes import photo_tasks
from sam3viz.evaluation.estimate import Estimate
from sam3viz.studies.ablation import result
from sam3viz.studies.ablation.command import MARKERS
from sam3viz.studies.ablation.measure import Agreement, Change, Rows, ScaleWeights
from sam3viz.studies.ablation.result import AblationStudy, run_study
from sam3viz.studies.ablation.tables import format_agreements, format_changes, markdown_table, sentences
from tests.helpers.analyzers import untrained
from tests.helpers.coco_sets import save_set

ROOT = Path(__file__).parents[3]


def rows(number: int) -> Rows:
    """Of a picture on which the encoder is worth .2, attention nothing, and kernels grow with the box."""
    image = f"{number}.png"
    changes = [
        Change(image, "adaptive", mechanism, measure, value + 0.001 * (number % 3 - 1))
        for mechanism, value in (("encoder", -0.2), ("attention", 0.0))
        for measure in ("patch_ap", "ap_vs_objects", "peak_recall")
    ]
    changes += [Change(image, "adaptive", mechanism, "heat", 0.01) for mechanism in ("encoder", "attention")]
    weights = (1 - number / 12, 0.0, number / 12)
    scales = [ScaleWeights(image, "adaptive", (number + 1) / 100, weights)]
    return Rows(changes, [Agreement(image, "unified", "adaptive", 0.5)], scales)


@pytest.fixture
def study(monkeypatch) -> AblationStudy:
    monkeypatch.setattr(result, "measure", lambda *_: iter([rows(number) for number in range(12)]))
    return run_study(untrained("adaptive"), "set", [], 0, lambda *_: None)


def test_what_matters_is_what_no_chance_explains(study):
    assert study.pictures == 12
    assert study.changes["adaptive"]["encoder"]["patch_ap"].mean == pytest.approx(-0.2, abs=1e-3)
    assert study.matters("adaptive", "encoder")
    assert not study.matters("adaptive", "attention")
    table = format_changes(study)
    assert list(table["effect"]) == ["measurable", "none measurable"]
    assert table["mechanism"][1] == "context attention: uniform over the picture"


def test_what_three_digits_do_not_show_does_not_matter(study):
    sure = {"patch_ap": Estimate(-0.0004, -0.0005, -0.0003, 12)}
    tiny = replace(study, changes={"adaptive": {"gates": sure, "scales": {"patch_ap": Estimate(0.1, 0.05, 0.2, 12)}}})
    assert not tiny.matters("adaptive", "gates")
    assert tiny.matters("adaptive", "scales")


def test_scale_weights_that_follow_the_box_are_said_to(study):
    spread = study.scales["adaptive"]
    assert spread.small == pytest.approx(sum(3 + 4 * n / 12 for n in range(6)) / 6)
    assert spread.difference.mean == pytest.approx(2.0)
    assert "scale weights depend on the box's size" in sentences(study)[0]
    flat = AblationStudy("set", 12, {}, {}, {"adaptive": result.ScaleSpread(5, 5, Estimate(0, -0.1, 0.1, 6))}, {})
    assert "do not measurably depend" in sentences(flat)[0]


def test_agreement_is_a_correlation(study):
    assert study.agreements["unified"]["adaptive"].mean == pytest.approx(0.5)
    assert format_agreements(study)["variants"].tolist() == ["unified, adaptive"]


def test_the_file_holds_plain_numbers(study, tmp_path):
    study.to_json(tmp_path / "out.json")
    document = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert document["changes"]["adaptive"]["encoder"]["heat"]["n"] == 12
    assert document["scales"]["adaptive"]["difference"]["low"] > 0
    assert document["settings"]["backbone"] == "tiny"


def test_nothing_to_score_gets_a_sentence(monkeypatch):
    monkeypatch.setattr(result, "measure", lambda *_: iter([Rows([], [], [])]))
    with pytest.raises(ValueError, match="'set' has no episode that can be scored"):
        run_study(untrained("adaptive"), "set", [], 0, lambda *_: None)


def test_a_study_of_real_episodes_knows_every_pair(tmp_path):
    tasks = photo_tasks(read_coco(save_set(tmp_path / "set")), "set")
    study = run_study(untrained("unified", "adaptive"), "set", tasks, 0, lambda *_: None)
    assert list(study.agreements) == ["unified"]
    assert -1 <= study.agreements["unified"]["adaptive"].mean <= 1


def test_a_study_comes_back_as_it_was_written(study, tmp_path):
    study.to_json(tmp_path / "out.json")
    assert AblationStudy.from_json(json.loads((tmp_path / "out.json").read_text("utf-8"))) == study


def test_a_readme_says_what_matters_and_what_does_not(study):
    table = markdown_table(study)
    (row,) = [line for line in table.splitlines() if line.startswith("| `adaptive`")]
    matters, rest = row.split("|")[2:4]
    assert "exemplar encoder (-0.200" in matters
    assert rest.strip() == "context attention"
    assert "`unified` and `adaptive` 0.500" in table


def test_the_readme_holds_what_was_measured():
    recorded = AblationStudy.from_json(json.loads((ROOT / "assets" / "ablation.json").read_text("utf-8")))
    begin, end = MARKERS
    assert f"{begin}\n{markdown_table(recorded)}\n{end}" in (ROOT / "README.md").read_text("utf-8")
