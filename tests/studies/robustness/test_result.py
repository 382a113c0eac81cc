from __future__ import annotations

import math

import pytest

from sam3viz.data.coco import read_coco
from sam3viz.evaluation.episodes import photo_tasks
from sam3viz.evaluation.estimate import Estimate
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.consistency import ConsistencyResult
from sam3viz.studies.robustness.ranking import RankedVariant
from sam3viz.studies.robustness.result import run_study, summary_as_json
from sam3viz.studies.robustness.summarize import Condition, Curve, PerturbationResult, RobustnessSummary
from sam3viz.utils.messages import InputError, translate_error
from tests.helpers.analyzers import untrained
from tests.helpers.coco_sets import save_set


@pytest.mark.parametrize("only", [None, 96], ids=["any size", "one size"])
def test_the_side_that_is_told_is_the_one_that_was_seen(tmp_path, monkeypatch, only):
    analyzer = untrained("raw")
    own, seen = analyzer.backbone.input_size, set()

    def input_size(width: int, height: int, size: float | None = None) -> tuple[int, int]:
        found = own(width, height, size) if only is None else (only, only)
        seen.add(max(found))
        return found

    monkeypatch.setattr(analyzer.backbone, "input_size", input_size)
    tasks = photo_tasks(read_coco(save_set(tmp_path / "set", 1)), "set", 0)
    found = run_study(analyzer, "set", tasks, [PERTURBATIONS["blur"]], 130, 0, lambda *at: None)
    assert seen == {int(found.settings["side"])}
    assert found.settings["weights"] == analyzer.weights()


def test_the_json_keeps_the_keys_of_its_schema():
    """Files that were written before must go on being read."""
    half, tenth = Estimate(0.5, 0.4, 0.6, 7), Estimate(0.1, None, None, 2)
    curve = Curve((0.0, 0.2), (half, half))
    ranking = {"unified": RankedVariant(half, Estimate(0.1, 0.05, 0.2, 7)), "raw": RankedVariant(tenth)}
    result = PerturbationResult(Condition("scene", "noise", "patch_ap"), {"raw": curve}, curve, ranking)
    consistency = (
        ConsistencyResult("crop", "mismatched", ranking),
        ConsistencyResult("crop", "recall", {"raw": RankedVariant(Estimate(math.nan, None, None, 2))}),
    )
    got = summary_as_json(RobustnessSummary(7, (result,), (Condition("scene", "scale", "similarity"),), consistency))
    point = {"mean": 0.5, "low": 0.4, "high": 0.6, "n": 7}
    points = [{"severity": 0.0, **point}, {"severity": 0.2, **point}]
    ranked = {
        "unified": {**point, "to_raw": {"mean": 0.1, "low": 0.05, "high": 0.2, "n": 7}, "apart": True},
        "raw": {"mean": 0.1, "low": None, "high": None, "n": 2, "to_raw": None, "apart": False},
    }
    too_few = {"mean": None, "low": None, "high": None, "n": 2, "to_raw": None, "apart": False}
    assert got == {
        "schema": 2,
        "level": 0.95,
        "pictures": 7,
        "curves": {"scene": {"noise": {"patch_ap": {"raw": points}}}},
        "chance": {"scene": {"noise": points}},
        "areas": {"scene": {"patch_ap": {"noise": ranked}}},
        "absent": [{"disturbed": "scene", "perturbation": "scale", "metric": "similarity"}],
        "consistency": {"crop": {"strangers": ranked, "recall": {"raw": too_few}}},
    }
    assert list(got["areas"]["scene"]["patch_ap"]["noise"]) == ["unified", "raw"]  # from the best on


def test_no_question_is_a_sentence_in_both_languages():
    with pytest.raises(InputError, match=r"No question could be asked of 'my \{set\}'") as raised:
        run_study(untrained("raw"), "my {set}", [], [PERTURBATIONS["blur"]], 96, 0, lambda *at: None)
    assert translate_error(raised.value, "zh-CN").startswith("无法对 'my {set}' 提出任何问题")
