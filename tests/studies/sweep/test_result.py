from __future__ import annotations

import json
from pathlib import Path

import pytest

from sam3viz.studies.sweep.command import markers
from sam3viz.studies.sweep.result import SeedValues, SweepStudy
from sam3viz.studies.sweep.tables import markdown_table
from sam3viz.training.plan import TrainingRun
from tests.helpers.sweep_studies import schedule_study, small_result, small_study, weight_study

ROOT = Path(__file__).parents[3]


def test_the_front_leaves_out_what_another_setting_beats():
    assert [setting.alignment_weight for setting in weight_study().front("contrast")] == [0.3, 0.0]
    assert [setting.alignment_weight for setting in weight_study().front("recall_at_1")] == [0.0]  # all equally close


def test_a_schedule_is_compared_with_the_first_seed_by_seed():
    lower, undecided = schedule_study().schedule_differences()
    assert (lower.setting.schedule, lower.reference) == ("constant", "one-cycle")
    assert lower.share.by_seed == pytest.approx((-0.1, -0.05))
    assert lower.share.mean == pytest.approx(-0.075)
    assert lower.verdict == "lower"
    assert undecided.share.by_seed == pytest.approx((-0.1, 0.05))
    assert undecided.verdict == "none"


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ((0.1, 0.1), (0.2, 0.3), "higher"),
        ((0.1, 0.1), (0.1, 0.0), "none"),  # no difference for one seed is no decrease for all
        ((0.1,), (0.0,), "one seed"),
    ],
)
def test_one_sign_for_all_of_several_seeds_makes_a_difference(first, second, verdict):
    study = small_study(
        small_result(TrainingRun("unified", "one-cycle", 0.3), 0.5, 0.5, first),
        small_result(TrainingRun("unified", "constant", 0.3), 0.5, 0.5, second),
    )
    (difference,) = study.schedule_differences()
    assert difference.verdict == verdict


def test_only_settings_that_differ_by_the_schedule_alone_are_compared():
    assert weight_study().schedule_differences() == []
    without = small_study(
        small_result(TrainingRun("raw", "one-cycle", 0.3), 1.0, 0.5),
        small_result(TrainingRun("raw", "constant", 0.3), 1, 1),
    )
    assert without.schedule_differences() == []


def test_values_of_seeds_have_a_spread_from_two_on():
    assert SeedValues((0.5,)).sd is None
    assert SeedValues((0.1, 0.3)).sd == pytest.approx(0.2 / 2**0.5)


def test_a_study_comes_back_as_it_was_written(tmp_path):
    study = weight_study()
    study.to_json(tmp_path / "new" / "sweep.json")
    document = json.loads((tmp_path / "new" / "sweep.json").read_text("utf-8"))
    assert document["pareto"]["contrast"][0]["alignment_weight"] == 0.3
    back = SweepStudy.from_json(document)
    assert back.as_json() == study.as_json()
    assert list(back.results) == list(study.results)


@pytest.mark.parametrize("name", ["sweep_weights", "sweep_schedules"])
def test_the_readme_holds_what_was_measured(name):
    study = SweepStudy.from_json(json.loads((ROOT / "assets" / f"{name}.json").read_text("utf-8")))
    begin, end = markers([result.setting for result in study.results])
    assert begin == f"<!-- {name.replace('_', '-')}:begin -->"
    assert f"{begin}\n{markdown_table(study)}\n{end}" in (ROOT / "README.md").read_text("utf-8")
