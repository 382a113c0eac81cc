"""From the long table to curves with intervals, and the areas under them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd
from scipy.integrate import trapezoid

from sam3viz.bridges import VARIANTS
from sam3viz.evaluation.estimate import Estimate
from sam3viz.evaluation.intervals import LEVEL, mean_interval, paired_difference
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.measure import CHANCE

SCHEMA = 2
METRICS = ("patch_ap", "similarity")
BOUNDS = {"patch_ap": (0.0, 1.0), "similarity": (-1.0, 1.0)}
"""Where a value of each of `METRICS` can lie; no interval reaches further."""
REFERENCE = "raw"
"""The variant that the others' areas are compared with."""


def summary(frame: pd.DataFrame, seed: int = 0) -> dict[str, Any]:
    """Curves and the areas under them, of ``frame`` as `sam3viz.studies.robustness.measure.table` gives it.

    A curve is of the pictures that have an answer at every level, so that each of its points is of the same ones.
    Intervals are by `sam3viz.evaluation.intervals` over pictures. An area is the mean height of a curve with its levels at
    equal distances, since their units differ; 1 is an answer that is perfect at every level.

    Returns:
        ``curves[disturbed][perturbation][metric][variant]``: ``severity`` and ``{"mean", "low", "high", "n"}`` for each
        level. ``chance[disturbed][perturbation]``: the same of the AP of an answer that knows nothing.
        ``areas[disturbed][metric][perturbation]``: as `ranked` gives them.
        ``absent``: what has no curve, as no picture has an answer at every level.
    """
    told: dict[str, Any] = {"curves": {}, "chance": {}, "areas": {}, "absent": []}
    for keys, part in frame.groupby(["disturbed", "perturbation", "metric"], sort=False):
        disturbed, perturbation, metric = map(str, keys)
        heights = _complete(part, PERTURBATIONS[perturbation].levels)
        if not heights:
            told["absent"].append({"disturbed": disturbed, "perturbation": perturbation, "metric": metric})
            continue
        bounds = BOUNDS[metric]
        curves = {name: _curve(own, bounds, seed) for name, own in heights.items()}
        if CHANCE in curves:
            told["chance"].setdefault(disturbed, {})[perturbation] = curves.pop(CHANCE)
        told["curves"].setdefault(disturbed, {}).setdefault(perturbation, {})[metric] = curves
        areas = {name: area_under(own) for name, own in heights.items() if name != CHANCE}
        told["areas"].setdefault(disturbed, {}).setdefault(metric, {})[perturbation] = ranked(areas, bounds, seed)
    return {"schema": SCHEMA, "level": LEVEL, "pictures": int(frame["image"].nunique()), **told}


def ranked(values: Mapping[str, pd.Series], bounds: tuple[float, float], seed: int) -> dict[str, Any]:
    """Variants from the highest mean to the lowest.

    Args:
        bounds: where a value can lie.
        values: variant -> a value a picture; the pictures are the same for all and in the same order.

    Returns:
        Variant -> its interval with ``to_raw``, the interval of its paired difference to `REFERENCE` (None where that
        is not there), and ``apart``, whether that leaves out 0.
    """
    return {
        name: asdict(_over_pictures(values[name], bounds, seed)) | _to_raw(values, name, seed)
        for name in sorted(values, key=lambda name: -values[name].mean())
    }


def area_under(heights: pd.DataFrame) -> pd.Series:
    """Of each row by trapezoids over equal steps, divided by their length."""
    return pd.Series(trapezoid(heights, axis=1) / (heights.shape[1] - 1), heights.index)


def _complete(part: pd.DataFrame, levels: Sequence[float]) -> dict[str, pd.DataFrame]:
    """Variant -> a row a picture that has a value at every level, a column a level; nothing where none has."""
    wide = part.pivot(index=["variant", "image"], columns="level", values="value").reindex(columns=levels).dropna()
    found = set(wide.index.get_level_values("variant"))
    return {name: wide.xs(name, level="variant") for name in (*VARIANTS, CHANCE) if name in found}


def _curve(heights: pd.DataFrame, bounds: tuple[float, float], seed: int) -> list[dict[str, Any]]:
    return [{"severity": level, **asdict(_over_pictures(heights[level], bounds, seed))} for level in heights]


def _to_raw(values: Mapping[str, pd.Series], name: str, seed: int) -> dict[str, Any]:
    if name == REFERENCE or REFERENCE not in values:
        return {"to_raw": None, "apart": False}
    own = values[name]
    found = paired_difference(own.to_list(), values[REFERENCE].to_list(), own.index.to_list(), seed)
    apart = found.low is not None and found.high is not None and (found.low > 0 or found.high < 0)
    return {"to_raw": asdict(found), "apart": apart}


def _over_pictures(values: pd.Series, bounds: tuple[float, float], seed: int) -> Estimate:
    return mean_interval(values.to_list(), values.index.to_list(), seed).within(*bounds)
