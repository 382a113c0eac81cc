"""What the report says of the numbers."""

from __future__ import annotations

import pytest

from sam3viz.studies.robustness.report import FEW, absent_sentences, consistency_rows, story, winner, written


def number(mean: float | None, to_raw: float | None = None, apart: bool = False, reach: float | None = 0.1) -> dict:
    ends = {"low": None, "high": None} if reach is None or mean is None else {"low": mean - reach, "high": mean + reach}
    return {"mean": mean, **ends, "n": 5, "to_raw": None if to_raw is None else {"mean": to_raw}, "apart": apart}


CLEAR = {"unified": number(0.7, 0.2, apart=True), "raw": number(0.5), "baseline": number(0.1, -0.4, apart=True)}
UNCLEAR = {"unified": number(0.7, 0.2), "raw": number(0.5), "baseline": number(0.1, -0.4, apart=True)}
RAW_FIRST = {"raw": number(0.5), "baseline": number(0.1, -0.4, apart=True)}


@pytest.mark.parametrize(("ranked", "name"), [(CLEAR, "unified"), (UNCLEAR, None), (RAW_FIRST, None)])
def test_who_wins_is_first_and_clearly_above_raw(ranked, name):
    assert winner(ranked) == name


def test_clearly_below_raw_does_not_win_without_raw_in_front():
    assert winner({"baseline": number(0.1, -0.4, apart=True)}) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (number(0.5), "0.50 [0.40, 0.60]"),
        (number(0.5, 0.2, apart=True), "0.50* [0.40, 0.60]"),
        (number(0.5, reach=None), "0.50"),
        (number(-0.001, reach=None), "0.00"),
        (number(None), FEW),
    ],
)
def test_a_number_is_written_with_its_interval_and_star(value, text):
    assert written(value) == text


def summarised(recall: dict[str, float | None]) -> dict:
    measures = {"contrast": CLEAR, "same": CLEAR, "recall": {name: number(share) for name, share in recall.items()}}
    areas = {"exemplar": {"patch_ap": {"noise": CLEAR, "blur": UNCLEAR, "light": RAW_FIRST}}}
    return {"areas": areas, "consistency": {"crop": measures}, "absent": []}


def test_the_story_counts_who_is_first_and_who_is_clearly_so():
    disturbed, _ = story(summarised({"raw": 0.5, "unified": 0.2}))
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
    assert f"the crop alone {told}." in story(summarised(recall))[1]


def test_too_few_things_tell_no_story():
    assert len(story(summarised({"raw": None, "unified": None}))) == 1


def test_only_contrast_is_marked():
    rows = {measure: ranked for _, measure, ranked in consistency_rows(summarised({"raw": 0.5}))}
    assert written(rows["contrast"]["unified"]).startswith("0.70*")
    assert written(rows["same"]["unified"]).startswith("0.70 ")
    assert winner(rows["same"]) is None


def test_what_is_absent_is_a_sentence_each():
    told = [{"disturbed": "scene", "perturbation": name, "metric": "patch_ap"} for name in ("scale", "noise")]
    one, two = absent_sentences({"absent": told})
    assert one.startswith("Disturbed scene, scale, patch AP: no curve")
    assert "noise" in two
