from __future__ import annotations

import pandas as pd
import pytest
from scipy.integrate import trapezoid

from sam3viz.robustness.summary import area_under, summary


def row(image: str, level: float, variant: str, value: float) -> dict:
    return {
        "image": image, "category": "c", "disturbed": "scene", "perturbation": "noise", "level": level,
        "variant": variant, "metric": "patch_ap", "value": value,
    }  # fmt: skip


@pytest.fixture
def frame() -> pd.DataFrame:
    heights = {"raw": (0.5, 0.4, 0.3, 0.1, 0.0), "unified": (0.6, 0.6, 0.5, 0.4, 0.4)}
    levels = (0.0, 0.05, 0.1, 0.2, 0.4)
    return pd.DataFrame(
        row(image, level, variant, height + shift)
        for image, shift in (("a", -0.1), ("b", 0.1))
        for variant, of in heights.items()
        for level, height in zip(levels, of, strict=True)
    )


def test_curves_are_means_over_pictures_with_intervals(frame):
    told = summary(frame)
    curve = told["curves"]["scene"]["noise"]["patch_ap"]["unified"]
    assert [point["severity"] for point in curve] == [0.0, 0.05, 0.1, 0.2, 0.4]
    assert [point["mean"] for point in curve] == pytest.approx([0.6, 0.6, 0.5, 0.4, 0.4])
    assert all(point["low"] <= point["mean"] <= point["high"] for point in curve)
    assert told["pictures"] == 2


def test_areas_are_ranked(frame):
    areas = summary(frame)["areas"]["scene"]["patch_ap"]["noise"]
    assert list(areas) == ["unified", "raw"]
    assert areas["raw"] == pytest.approx(trapezoid([0.5, 0.4, 0.3, 0.1, 0.0]) / 4)


def test_a_flat_curve_has_its_height_as_area():
    assert area_under([0.7, 0.7, 0.7]) == pytest.approx(0.7)
    assert area_under([0.3]) == 0.3


def test_a_level_that_nobody_was_asked_at_is_left_out(frame):
    told = summary(frame[frame["level"] != 0.4])
    assert len(told["curves"]["scene"]["noise"]["patch_ap"]["raw"]) == 4
