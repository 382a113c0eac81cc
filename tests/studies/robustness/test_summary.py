from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import trapezoid

from sam3viz.evaluation.intervals import mean_interval
from sam3viz.studies.robustness.measure import CHANCE
from sam3viz.studies.robustness.summary import area_under, ranked, summary

LEVELS = (0.0, 0.05, 0.1, 0.2, 0.4)
HEIGHTS = {"raw": (0.5, 0.4, 0.3, 0.1, 0.0), "unified": (0.6, 0.6, 0.5, 0.4, 0.4), CHANCE: (0.1, 0.1, 0.2, 0.2, 0.3)}
SHIFTS = {"a": -0.12, "b": 0.12, "c": 0.0}


def row(image: str, level: float, variant: str, value: float) -> dict:
    return {
        "image": image, "category": "c", "disturbed": "scene", "perturbation": "noise", "level": level,
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


def test_curves_are_means_over_pictures_with_intervals(frame):
    told = summary(frame)
    curve = told["curves"]["scene"]["noise"]["patch_ap"]["unified"]
    assert [point["severity"] for point in curve] == list(LEVELS)
    assert [point["mean"] for point in curve] == pytest.approx(HEIGHTS["unified"])
    assert all(point["low"] < point["mean"] < point["high"] for point in curve)
    assert {point["n"] for point in curve} == {3}
    assert told["pictures"] == 3
    assert told["absent"] == []


def test_chance_is_a_curve_of_its_own_and_no_variant(frame):
    told = summary(frame)
    assert [point["mean"] for point in told["chance"]["scene"]["noise"]] == pytest.approx(HEIGHTS[CHANCE])
    assert set(told["curves"]["scene"]["noise"]["patch_ap"]) == {"raw", "unified"}
    assert set(told["areas"]["scene"]["patch_ap"]["noise"]) == {"raw", "unified"}


def test_a_curve_is_of_the_pictures_that_have_an_answer_at_every_level(frame):
    """The picture that is left out where it is hard would lift the curve there."""
    told = summary(frame[(frame["image"] != "a") | (frame["level"] != 0.4)])
    curve = told["curves"]["scene"]["noise"]["patch_ap"]["raw"]
    assert [point["mean"] for point in curve] == pytest.approx([height + 0.06 for height in HEIGHTS["raw"]])
    assert {point["n"] for point in curve} == {2}
    assert {point["low"] for point in curve} == {None}  # two pictures are too few for an interval
    assert told["areas"]["scene"]["patch_ap"]["noise"]["raw"]["n"] == 2
    assert {point["n"] for point in told["chance"]["scene"]["noise"]} == {2}


def test_without_a_picture_of_every_level_there_is_no_curve_and_it_says_so(frame):
    told = summary(frame[frame["level"] != 0.4])
    assert told["absent"] == [{"disturbed": "scene", "perturbation": "noise", "metric": "patch_ap"}]
    assert told["curves"] == told["areas"] == told["chance"] == {}


def test_areas_are_ranked_with_their_interval_and_the_paired_one_to_raw(frame):
    areas = summary(frame)["areas"]["scene"]["patch_ap"]["noise"]
    assert list(areas) == ["unified", "raw"]
    of_pictures = [trapezoid(np.array(HEIGHTS["raw"]) + shift) / 4 for shift in SHIFTS.values()]
    expected = mean_interval(of_pictures, list(SHIFTS))
    got = areas["raw"]
    assert expected.low < 0  # where no AP can be
    assert (got["mean"], got["low"], got["high"], got["n"]) == pytest.approx((expected.mean, 0, expected.high, 3))
    difference = trapezoid(np.subtract(HEIGHTS["unified"], HEIGHTS["raw"])) / 4
    paired = areas["unified"]["to_raw"]
    assert (paired["mean"], paired["low"], paired["high"]) == pytest.approx((difference,) * 3)
    assert areas["unified"]["low"] < areas["raw"]["high"]  # the pictures differ more than the variants
    assert areas["unified"]["apart"]
    assert areas["raw"]["to_raw"] is None
    assert not areas["raw"]["apart"]


@pytest.mark.parametrize(("sign", "spread", "apart"), [(1, 0.1, True), (-1, 0.1, True), (1, 10.0, False)])
def test_apart_is_an_interval_without_zero_on_either_side(sign, spread, apart):
    raw = pd.Series([0.5, 0.1, 0.3, 0.9], list("abcd"))
    other = raw + sign * (1 + spread * pd.Series([-1, 1, -1, 1], raw.index))
    assert ranked({"raw": raw, "unified": other}, (-99.0, 99.0), 0)["unified"]["apart"] is apart


def test_without_raw_nothing_is_compared_with_it():
    told = ranked({"unified": pd.Series([0.1, 0.2, 0.3], list("abc"))}, (0.0, 1.0), 0)
    assert told["unified"]["to_raw"] is None
    assert not told["unified"]["apart"]


def test_a_flat_curve_has_its_height_as_area():
    areas = area_under(pd.DataFrame([[0.7, 0.7, 0.7], [0.0, 0.2, 0.4]], ["a", "b"]))
    assert areas.to_list() == pytest.approx([0.7, 0.2])
    assert list(areas.index) == ["a", "b"]
