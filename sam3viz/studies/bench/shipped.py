"""The scores that the package ships, as the README has them: `assets/bench.json`."""

from __future__ import annotations

from dataclasses import dataclass

from sam3viz.evaluation.estimate import Estimate
from sam3viz.evaluation.scores import SCORE_NAMES
from sam3viz.studies.bench.report import read_report
from sam3viz.studies.bench.result import BenchSummary, DatasetScores
from sam3viz.utils.assets import asset_path

SHIPPED_REPORT = "bench.json"


@dataclass(frozen=True)
class Origin:
    """What the shipped scores are of."""

    dataset: str
    pictures: int
    episodes: int
    seeds: int
    """Training seeds that are averaged."""
    level: float
    """Of the intervals."""
    backbone: str
    """`Backbone.identity`; scores say nothing of another one."""
    command: str
    """What made the file, its folders by their names alone."""


def shipped_scores(metric: str = "patch_ap") -> dict[str, Estimate]:
    """Return each variant's mean and interval on the photographs, from one positive box.

    Raises:
        ValueError: there is no such metric.
    """
    if metric not in SCORE_NAMES:
        raise ValueError(f"There is no metric {metric!r}; choose one of {', '.join(SCORE_NAMES)}.")
    report = _shipped_report()
    variants = report.datasets[report.settings.dataset].variants
    return {
        name: variant.without_negative[metric]
        for name, variant in variants.items()
        if metric in variant.without_negative
    }


def shipped_dataset() -> DatasetScores:
    """Return all that was measured on the photographs: scores, gap measures, which bridges differ."""
    report = _shipped_report()
    return report.datasets[report.settings.dataset]


def shipped_origin() -> Origin:
    """Return where `shipped_scores` come from."""
    report = _shipped_report()
    settings = report.settings
    dataset = report.datasets[settings.dataset]
    return Origin(
        dataset=settings.dataset,
        pictures=dataset.pictures,
        episodes=dataset.episodes,
        seeds=len(report.seeds),
        level=settings.level,
        backbone=settings.backbone,
        command=_command(report),
    )


def _shipped_report() -> BenchSummary:
    report = read_report(asset_path(SHIPPED_REPORT))
    if not isinstance(report, BenchSummary):
        raise TypeError(f"{SHIPPED_REPORT} is a cross-image report.")
    return report


def _command(report: BenchSummary) -> str:
    settings = report.settings
    argv = ["sam3viz", "bench", settings.dataset]
    for option, value in (("--composed", settings.composed_scenes), ("--limit", settings.limit)):
        argv += [] if value is None else [option, str(value)]
    argv += ["--runs", "RUN_DIR"] if report.training else []
    folders = [weights.partition(" ")[2] for weights in settings.weights]  # "1 weights", "2 seed1"
    return " ".join([*argv, "--seed", str(settings.seed), "--weights", *folders])
