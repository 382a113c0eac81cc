"""From the table of measurements to curves with intervals, and the areas under them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from scipy.integrate import trapezoid

from sam3viz.bridges import VARIANTS
from sam3viz.evaluation.estimate import Estimate
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.consistency import ConsistencyResult, summarize_consistency
from sam3viz.studies.robustness.measure import CHANCE
from sam3viz.studies.robustness.ranking import Ranking, estimate_mean, rank_variants

METRIC_BOUNDS = {"patch_ap": (0.0, 1.0), "similarity": (-1.0, 1.0)}
"""Metric -> where its values can lie; no interval reaches further."""


@dataclass(frozen=True)
class Condition:
    """What was disturbed, how, and what was measured of the answer."""

    target: str
    """Of `sam3viz.studies.robustness.measure.TARGETS`."""
    perturbation: str
    metric: str
    """Of `METRIC_BOUNDS`."""


@dataclass(frozen=True)
class Curve:
    """A mean over the same pictures at each level of a perturbation."""

    levels: tuple[float, ...]
    estimates: tuple[Estimate, ...]

    @property
    def means(self) -> list[float]:
        return [estimate.mean for estimate in self.estimates]

    @property
    def pictures(self) -> int:
        """How many pictures have an answer at every level."""
        return self.estimates[0].n


@dataclass(frozen=True)
class PerturbationResult:
    """How every variant holds under one condition."""

    condition: Condition
    curves: Mapping[str, Curve]
    """By variant, in screen order."""
    chance: Curve | None
    """Of an answer that knows nothing; None for a metric that has no such value."""
    areas: Ranking
    """Of the areas under the curves; 1 is an answer that is perfect at every level."""

    @property
    def pictures(self) -> int:
        """How many pictures are behind it."""
        return next(iter(self.areas.values())).estimate.n


@dataclass(frozen=True)
class RobustnessSummary:
    """What a study of robustness concludes."""

    pictures: int
    """How many were asked a question."""
    results: tuple[PerturbationResult, ...]
    absent: tuple[Condition, ...]
    """What has no curve, as no picture has an answer at every level."""
    consistency: tuple[ConsistencyResult, ...]

    @property
    def targets(self) -> list[str]:
        """What was disturbed and has a curve, in the order of the measurement."""
        return list(dict.fromkeys(result.condition.target for result in self.results))

    def select(self, target: str, metric: str) -> list[PerturbationResult]:
        """Return the results of one target and metric, one a perturbation."""
        return [
            result for result in self.results if (result.condition.target, result.condition.metric) == (target, metric)
        ]


def summarize(measurements: pd.DataFrame, instances: pd.DataFrame, seed: int = 0) -> RobustnessSummary:
    """Draw curves and areas from what was measured.

    A curve is of the pictures that have an answer at every level, so that each of its points is of the same ones.
    Intervals are by `sam3viz.evaluation.intervals` over pictures. An area is the mean height of a curve with its levels
    at equal distances, since their units differ.

    Args:
        measurements: as `sam3viz.studies.robustness.measure.tabulate` gives them.
        instances: as `sam3viz.studies.robustness.consistency.measure_consistency` gives them.
        seed: of the bootstrap.
    """
    results, absent = [], []
    for keys, part in measurements.groupby(["target", "perturbation", "metric"], sort=False):
        condition = Condition(*map(str, keys))
        heights = _select_complete(part, PERTURBATIONS[condition.perturbation].levels)
        if heights:
            results.append(_summarize_condition(condition, heights, seed))
        else:
            absent.append(condition)
    pictures = int(measurements["image"].nunique())
    return RobustnessSummary(pictures, tuple(results), tuple(absent), summarize_consistency(instances, seed))


def area_under(heights: pd.DataFrame) -> pd.Series:
    """Area of each row by trapezoids over equal steps, divided by their length."""
    return pd.Series(trapezoid(heights, axis=1) / (heights.shape[1] - 1), heights.index)


def _summarize_condition(condition: Condition, heights: Mapping[str, pd.DataFrame], seed: int) -> PerturbationResult:
    bounds = METRIC_BOUNDS[condition.metric]
    curves = {name: _draw_curve(own, bounds, seed) for name, own in heights.items()}
    chance = curves.pop(CHANCE, None)
    areas = rank_variants({name: area_under(heights[name]) for name in curves}, bounds, seed)
    return PerturbationResult(condition, curves, chance, areas)


def _select_complete(part: pd.DataFrame, levels: Sequence[float]) -> dict[str, pd.DataFrame]:
    """Variant -> a row a picture that has a value at every level, a column a level; nothing where none has."""
    wide = part.pivot(index=["variant", "image"], columns="level", values="value").reindex(columns=levels).dropna()
    present = set(wide.index.get_level_values("variant"))
    return {name: wide.xs(name, level="variant") for name in (*VARIANTS, CHANCE) if name in present}


def _draw_curve(heights: pd.DataFrame, bounds: tuple[float, float], seed: int) -> Curve:
    return Curve(
        tuple(float(level) for level in heights.columns),
        tuple(estimate_mean(heights[level], bounds, seed) for level in heights),
    )
