"""What the report says of the numbers."""

from __future__ import annotations

import math

import pytest

from sam3viz.studies.robustness.consistency import ConsistencyResult
from sam3viz.studies.robustness.ranking import find_winner, format_ranked
from sam3viz.studies.robustness.report import absent_sentences, mark_conclusive, summary_sentences
from sam3viz.studies.robustness.summarize import Condition, PerturbationResult, RobustnessSummary
from tests.helpers.rankings import CLEAR, RAW_FIRST, UNCLEAR, ranked


def summary_of(recall: dict[str, float]) -> RobustnessSummary:
    areas = {"noise": CLEAR, "blur": UNCLEAR, "light": RAW_FIRST}
    results = [PerturbationResult(Condition("exemplar", n, "patch_ap"), {}, None, own) for n, own in areas.items()]
    shares = {name: ranked(share) for name, share in recall.items()}
    measures = {"contrast": CLEAR, "matched": CLEAR, "recall": shares}
    consistency = [ConsistencyResult("crop", measure, ranking) for measure, ranking in measures.items()]
    return RobustnessSummary(3, tuple(results), (), tuple(consistency))


def test_the_story_counts_who_is_first_and_who_is_clearly_so():
    disturbed, _ = summary_sentences(summary_of({"raw": 0.5, "unified": 0.2}))
    assert "Disturbed exemplar, 3 perturbations: largest area of patch AP by unified (2), raw (1)" in disturbed
    assert disturbed.endswith("clearly above raw under 1.")


@pytest.mark.parametrize(
    ("recall", "told"),
    [
        ({"raw": 0.5, "unified": 0.2, "baseline": 0.1}, "50% (raw)"),
        ({"raw": 0.5, "unified": 0.5, "baseline": 0.1}, "50% (all but baseline)"),
        ({"raw": 1.0, "unified": 1.0}, "100% (all alike)"),
    ],
)
def test_the_story_names_who_finds_a_thing_again_and_ties(recall, told):
    assert f"the crop alone {told}." in summary_sentences(summary_of(recall))[1]


def test_too_few_things_tell_no_story():
    assert len(summary_sentences(summary_of({"raw": math.nan, "unified": math.nan}))) == 1


def test_only_contrast_is_marked():
    results = mark_conclusive(summary_of({"raw": 0.5}).consistency)
    rankings = {result.measure: result.ranking for result in results}
    assert format_ranked(rankings["contrast"]["unified"]).startswith("0.70*")
    assert format_ranked(rankings["matched"]["unified"]).startswith("0.70 ")
    assert find_winner(rankings["matched"]) is None


def test_what_is_absent_is_a_sentence_each():
    absent = tuple(Condition("scene", name, "patch_ap") for name in ("scale", "noise"))
    one, two = absent_sentences(RobustnessSummary(3, (), absent, ()))
    assert one.startswith("Disturbed scene, scale, patch AP: no curve")
    assert "noise" in two
