from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import trapezoid

from sam3viz.evaluation.intervals import mean_interval
from sam3viz.studies.robustness.measure import CHANCE
from sam3viz.studies.robustness.summarize import Condition, PerturbationResult, RobustnessSummary, area_under, summarize

LEVELS = (0.0, 0.05, 0.1, 0.2, 0.4)
HEIGHTS = {"raw": (0.5, 0.4, 0.3, 0.1, 0.0), "unified": (0.6, 0.6, 0.5, 0.4, 0.4), CHANCE: (0.1, 0.1, 0.2, 0.2, 0.3)}
SHIFTS = {"a": -0.12, "b": 0.12, "c": 0.0}


def row(image: str, level: float, variant: str, value: float) -> dict:
    return {
        "image": image, "category": "c", "target": "scene", "perturbation": "noise", "level": level,
        "variant": variant, "metric": "patch_ap", "value": value,
    }  # fmt: skip


@pytest.fixture
def frame() -> pd.DataFrame:
    """`unified` is above `raw` by the same curve on every picture, though pictures differ."""
    return pd.DataFrame(
        row(image, level, variant, height + shift)
        for image, shift in SHIFTS.items()
        for variant, of in HEIGHTS.items()
        for level, height in zip(LEVELS, of, strict=True)
    )


def summary_of(frame: pd.DataFrame) -> RobustnessSummary:
    return summarize(frame, pd.DataFrame(columns=["route"]))


def result_of(frame: pd.DataFrame) -> PerturbationResult:
    (result,) = summary_of(frame).select("scene", "patch_ap")
    return result


def test_curves_are_means_over_pictures_with_intervals(frame):
    summary, curve = summary_of(frame), result_of(frame).curves["unified"]
    assert curve.levels == LEVELS
    assert curve.means == pytest.approx(HEIGHTS["unified"])
    assert all(estimate.low < estimate.mean < estimate.high for estimate in curve.estimates)
    assert {estimate.n for estimate in curve.estimates} == {curve.pictures} == {3}
    assert summary.pictures == 3
    assert summary.targets == ["scene"]
    assert summary.absent == ()


def test_chance_is_a_curve_of_its_own_and_no_variant(frame):
    result = result_of(frame)
    assert result.chance.means == pytest.approx(HEIGHTS[CHANCE])
    assert set(result.curves) == set(result.areas) == {"raw", "unified"}


def test_a_curve_is_of_the_pictures_that_have_an_answer_at_every_level(frame):
    """The picture that is left out where it is hard would lift the curve there."""
    result = result_of(frame[(frame["image"] != "a") | (frame["level"] != 0.4)])
    curve = result.curves["raw"]
    assert curve.means == pytest.approx([height + 0.06 for height in HEIGHTS["raw"]])
    assert {estimate.n for estimate in curve.estimates} == {2}
    assert {estimate.low for estimate in curve.estimates} == {None}  # two pictures are too few for an interval
    assert result.areas["raw"].estimate.n == result.pictures == 2
    assert {estimate.n for estimate in result.chance.estimates} == {2}


def test_without_a_picture_of_every_level_there_is_no_curve_and_it_says_so(frame):
    summary = summary_of(frame[frame["level"] != 0.4])
    assert summary.absent == (Condition("scene", "noise", "patch_ap"),)
    assert summary.results == ()
    assert summary.targets == summary.select("scene", "patch_ap") == []


def test_areas_are_ranked_with_their_interval_and_the_paired_one_to_raw(frame):
    areas = result_of(frame).areas
    assert list(areas) == ["unified", "raw"]
    of_pictures = [trapezoid(np.array(HEIGHTS["raw"]) + shift) / 4 for shift in SHIFTS.values()]
    expected = mean_interval(of_pictures, list(SHIFTS))
    raw, unified = areas["raw"], areas["unified"]
    assert expected.low < 0  # where no AP can be
    got = raw.estimate
    assert (got.mean, got.low, got.high, got.n) == pytest.approx((expected.mean, 0, expected.high, 3))
    difference = trapezoid(np.subtract(HEIGHTS["unified"], HEIGHTS["raw"])) / 4
    paired = unified.to_reference
    assert (paired.mean, paired.low, paired.high) == pytest.approx((difference,) * 3)
    assert unified.estimate.low < raw.estimate.high  # the pictures differ more than the variants
    assert unified.significant
    assert raw.to_reference is None
    assert not raw.significant


def test_a_flat_curve_has_its_height_as_area():
    areas = area_under(pd.DataFrame([[0.7, 0.7, 0.7], [0.0, 0.2, 0.4]], ["a", "b"]))
    assert areas.to_list() == pytest.approx([0.7, 0.2])
    assert list(areas.index) == ["a", "b"]
