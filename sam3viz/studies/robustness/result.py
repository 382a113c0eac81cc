"""A study of robustness: measured on disturbed pictures and by other routes, summarized, and written to files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sam3viz.api.analyzer import Analyzer
from sam3viz.evaluation.episodes import ImageTask
from sam3viz.evaluation.intervals import LEVEL
from sam3viz.studies.robustness.consistency import MEASURES, measure_consistency
from sam3viz.studies.robustness.figures import Strip, draw_strip
from sam3viz.studies.robustness.measure import Measurement, measure_perturbations, random_stream, tabulate
from sam3viz.studies.robustness.perturbation import Perturbation
from sam3viz.studies.robustness.ranking import Ranking
from sam3viz.studies.robustness.summarize import Condition, Curve, RobustnessSummary, summarize
from sam3viz.utils.command_line import versions, write_json
from sam3viz.utils.jobs import ReportProgress
from sam3viz.utils.messages import InputError

SCHEMA = 2
"""Of the JSON file; a change of its keys is another number."""
PACKAGES = ("torch", "torchvision", "timm", "scikit-image")


@dataclass(frozen=True)
class RobustnessStudy:
    """Everything that a report shows."""

    summary: RobustnessSummary
    settings: Mapping[str, str]
    measurements: pd.DataFrame
    """A row an answer, as `sam3viz.studies.robustness.measure.tabulate` gives it."""
    instances: pd.DataFrame
    """A row an instance, route and variant, as `measure_consistency` of `sam3viz.studies.robustness.consistency` gives
    it."""
    strips: Mapping[str, Strip]
    """Perturbation -> small pictures of its levels."""

    def to_json(self, path: Path) -> None:
        """Write curves, areas and consistency with their intervals, and the settings."""
        write_json({**summary_as_json(self.summary), "settings": dict(self.settings)}, path)

    def to_csv(self, path: Path) -> None:
        """Write a row an answer; then consistency's: "path" for what is disturbed, the route's name, no level."""
        measurements = self.measurements.rename(columns={"target": "disturbed"})
        keys = {name: measure.key for name, measure in MEASURES.items()}
        named = self.instances.assign(disturbed="path").rename(columns={"route": "perturbation", **keys})
        shared = [column for column in measurements.columns if column in named.columns]
        by_route = named.melt(shared, list(keys.values()), "metric", "value").dropna(subset="value")
        path.parent.mkdir(parents=True, exist_ok=True)
        pd.concat([measurements, by_route]).to_csv(path, index=False)


def run_study(
    analyzer: Analyzer,
    dataset: str,
    tasks: Sequence[ImageTask],
    perturbations: Sequence[Perturbation],
    side: int,
    seed: int,
    progress: ReportProgress,
) -> RobustnessStudy:
    """Disturb the first question of every picture, take its instance by other routes, and summarize.

    Args:
        side: longer side in pixels that pictures are encoded at, as near as the backbone allows.
        progress: counts pictures, then instances; may raise to stop.

    Raises:
        ValueError: no question could be asked.
    """
    side = max(analyzer.backbone.input_size(1, 1, side))
    parts = measure_perturbations(analyzer.backbone, analyzer.bridges, tasks, perturbations, side, seed)
    measurements = tabulate(_report_pictures(parts, len(tasks), progress))
    if measurements.empty:
        raise InputError(
            "No question could be asked of {dataset!r}: box things that are twice on a picture.", dataset=dataset
        )
    instances = measure_consistency(analyzer.backbone, analyzer.bridges, tasks, side, progress)
    settings = {
        "dataset": dataset,
        "backbone": analyzer.backbone.identity,
        "weights": analyzer.weights(),
        "side": str(side),
        "seed": str(seed),
        **versions(*PACKAGES),
    }
    summary = summarize(measurements, instances, seed)
    return RobustnessStudy(summary, settings, measurements, instances, _draw_strips(tasks, perturbations, seed))


def summary_as_json(summary: RobustnessSummary) -> dict[str, Any]:
    """Return a summary as the JSON file holds it.

    Returns:
        ``curves[disturbed][perturbation][metric][variant]``: ``severity`` and ``{"mean", "low", "high", "n"}`` for each
        level. ``chance[disturbed][perturbation]``: the same of the AP of an answer that knows nothing.
        ``areas[disturbed][metric][perturbation]`` and ``consistency[path][measure]``: variants from the best on.
        ``absent``: what has no curve, as no picture has an answer at every level.
    """
    curves: dict[str, Any] = {}
    chance: dict[str, Any] = {}
    areas: dict[str, Any] = {}
    consistency: dict[str, Any] = {}
    for result in summary.results:
        target, perturbation, metric = _keys(result.condition)
        by_variant = {name: _curve_as_json(curve) for name, curve in result.curves.items()}
        curves.setdefault(target, {}).setdefault(perturbation, {})[metric] = by_variant
        areas.setdefault(target, {}).setdefault(metric, {})[perturbation] = _ranking_as_json(result.areas)
        if result.chance is not None:
            chance.setdefault(target, {})[perturbation] = _curve_as_json(result.chance)
    for of_route in summary.consistency:
        measure = MEASURES[of_route.measure].key
        consistency.setdefault(of_route.route, {})[measure] = _ranking_as_json(of_route.ranking)
    absent = [dict(zip(("disturbed", "perturbation", "metric"), _keys(place), strict=True)) for place in summary.absent]
    return {
        "schema": SCHEMA,
        "level": LEVEL,
        "pictures": summary.pictures,
        "curves": curves,
        "chance": chance,
        "areas": areas,
        "absent": absent,
        "consistency": consistency,
    }


def _keys(condition: Condition) -> tuple[str, str, str]:
    return condition.target, condition.perturbation, condition.metric


def _curve_as_json(curve: Curve) -> list[dict[str, Any]]:
    points = zip(curve.levels, curve.estimates, strict=True)
    return [{"severity": level, **estimate.as_json()} for level, estimate in points]


def _ranking_as_json(ranking: Ranking) -> dict[str, Any]:
    return {
        name: {
            **variant.estimate.as_json(),
            "to_raw": None if variant.to_reference is None else variant.to_reference.as_json(),
            "apart": variant.significant,
        }
        for name, variant in ranking.items()
    }


def _draw_strips(tasks: Sequence[ImageTask], perturbations: Sequence[Perturbation], seed: int) -> dict[str, Strip]:
    """Of the first picture with a question, disturbed as it was measured."""
    index, task = next((index, task) for index, task in enumerate(tasks) if task.episodes)
    image, box = task.picture(), task.episodes[0].positive
    return {p.name: draw_strip(image, box, p, random_stream(seed, index, p.name)) for p in perturbations}


def _report_pictures(
    parts: Iterator[list[Measurement]], pictures: int, progress: ReportProgress
) -> Iterator[Measurement]:
    progress("Pictures read", 0, pictures)
    for done, measurements in enumerate(parts, 1):
        yield from measurements
        progress("Pictures read", done, pictures)
