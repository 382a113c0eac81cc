"""From the long table to curves with intervals, and the areas under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd
from scipy.integrate import trapezoid

from sam3viz.bench.intervals import LEVEL, mean_interval
from sam3viz.bridges import VARIANTS
from sam3viz.robustness import PERTURBATIONS

SCHEMA = 1
METRICS = ("patch_ap", "similarity")


def summary(frame: pd.DataFrame, seed: int = 0) -> dict[str, Any]:
    """``curves[disturbed][perturbation][metric][variant]``: a number with its interval for each measured level;
    ``areas[disturbed][metric]``: perturbation -> variants from the largest area to the smallest.

    Intervals are by the bootstrap over pictures. The area is the mean height of the curve with its levels at equal
    distances, since their units differ; 1 is an answer that is perfect at every level.
    """
    curves: dict[str, Any] = {}
    areas: dict[str, Any] = {}
    names = [name for name in VARIANTS if name in set(frame["variant"])]
    for (disturbed, perturbation, metric), part in frame.groupby(["disturbed", "perturbation", "metric"], sort=False):
        levels = [level for level in PERTURBATIONS[str(perturbation)].levels if level in set(part["level"])]
        by_variant = {name: _curve(part[part["variant"] == name], levels, seed) for name in names}
        curves.setdefault(str(disturbed), {}).setdefault(str(perturbation), {})[str(metric)] = by_variant
        area = {name: area_under([point["mean"] for point in curve]) for name, curve in by_variant.items()}
        ranked = dict(sorted(area.items(), key=lambda item: -item[1]))
        areas.setdefault(str(disturbed), {}).setdefault(str(metric), {})[str(perturbation)] = ranked
    pictures = int(frame["image"].nunique())
    return {"schema": SCHEMA, "level": LEVEL, "pictures": pictures, "curves": curves, "areas": areas}


def area_under(heights: Sequence[float]) -> float:
    """Trapezoids over equal steps, divided by their length; the height itself where there is one level."""
    return float(trapezoid(heights) / (len(heights) - 1)) if len(heights) > 1 else float(heights[0])


def _curve(part: pd.DataFrame, levels: Sequence[float], seed: int) -> list[dict[str, Any]]:
    points = []
    for level in levels:
        own = part[part["level"] == level]
        interval = mean_interval(own["value"].to_list(), own["image"].to_list(), seed)
        points.append({"severity": level, **asdict(interval)})
    return points
