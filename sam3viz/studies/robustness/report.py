"""The robustness report as one HTML file that opens offline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from markupsafe import Markup

from sam3viz.bridges import VARIANTS, VISUAL_REFERENCE, in_screen_order
from sam3viz.evaluation.intervals import LEVEL
from sam3viz.export.html import write_page
from sam3viz.figures.style import color_of_variant
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.consistency import MEASURES, ConsistencyResult
from sam3viz.studies.robustness.figures import draw_curves
from sam3viz.studies.robustness.ranking import Ranking, find_winner, format_ranked
from sam3viz.studies.robustness.result import RobustnessStudy
from sam3viz.studies.robustness.routes import ROUTES
from sam3viz.studies.robustness.summarize import METRIC_BOUNDS, PerturbationResult, RobustnessSummary

TEMPLATE = "studies/robustness/report.html.j2"
MARKS = (
    f"* the paired difference to {VISUAL_REFERENCE}, over the same pictures, has an interval without 0. Each is judged "
    "by itself: where none differed, one of twenty would still be starred. Bold: the highest of its row, and starred; "
    f"no bold, no clear winner over {VISUAL_REFERENCE}."
)
METRIC_TITLES = {"patch_ap": "patch AP", "similarity": "similarity"}
_HOW_TO_READ = {
    "patch_ap": (
        "Up: the heat finds the other things of the picture; flat: it does not care how strongly it was disturbed; 1 "
        "is perfect. Dotted: chance, an answer that knows nothing. It moves as things leave the picture or fill it, so "
        "read the height above the dots."
    ),
    "similarity": (
        "Up: the exemplar's token lies near the region of its own thing on the searched picture (cosine). High alone "
        "says nothing: an encoder that gives everything one token is flat at 1; recall at 1 above tells."
    ),
}


@dataclass(frozen=True)
class ConsistencyRow:
    """A row of the table of consistency."""

    route: str
    measure: str
    cells: Mapping[str, str]
    """By variant."""
    best: str | None


@dataclass(frozen=True)
class RankedCell:
    """A variant at its rank."""

    variant: str
    text: str
    best: bool


@dataclass(frozen=True)
class AreaRow:
    """A row of a table of areas."""

    perturbation: str
    pictures: int
    cells: Sequence[RankedCell]


@dataclass(frozen=True)
class Part:
    """The curves of one target and metric."""

    title: str
    how_to_read: str
    areas: Sequence[AreaRow]
    figure: Markup


def write_report(study: RobustnessStudy, path: Path) -> None:
    """Write the report; it makes no network request, and every text in it is escaped."""
    summary = study.summary
    write_page(
        path,
        TEMPLATE,
        pictures=summary.pictures,
        confidence=LEVEL,
        sentences=summary_sentences(summary),
        names=in_screen_order({name for result in summary.consistency for name in result.ranking}),
        colours={name: color_of_variant(name) for name in VARIANTS},
        consistency=[_consistency_row(result) for result in mark_conclusive(summary.consistency)],
        marks=MARKS,
        parts=[
            _part(study, target, metric)
            for target in summary.targets
            for metric in METRIC_BOUNDS
            if summary.select(target, metric)
        ],
        absent=absent_sentences(summary),
        settings=study.settings,
    )


def summary_sentences(summary: RobustnessSummary) -> list[str]:
    """Say what the numbers say: who has the largest areas of AP, and who finds an instance by another route."""
    sentences = []
    for target in summary.targets:
        rankings = [result.areas for result in summary.select(target, "patch_ap")]
        if rankings:
            sentences.append(_areas_sentence(target, rankings))
    best_recalls = []
    for result in summary.consistency:
        recall = {name: variant.estimate.mean for name, variant in result.ranking.items()}
        highest = next(iter(recall.values()))
        best = [name for name, share in recall.items() if share == highest]
        if result.measure == "recall" and best:  # NaN, where there are too few, is not even itself
            best_recalls.append(f"{ROUTES[result.route].label} {highest:.0%} ({_enumerate(best, list(recall))})")
    if best_recalls:
        sentences.append(f"By another path, recall at 1 of the best: {'; '.join(best_recalls)}.")
    return sentences


def absent_sentences(summary: RobustnessSummary) -> list[str]:
    """Say what has no curve, and why."""
    return [
        f"Disturbed {condition.target}, {PERTURBATIONS[condition.perturbation].label}, "
        f"{METRIC_TITLES[condition.metric]}: no curve, as no picture has an answer at every level."
        for condition in summary.absent
    ]


def mark_conclusive(results: Sequence[ConsistencyResult]) -> list[ConsistencyResult]:
    """Take the comparison to the reference from measures that say nothing alone, so that they carry no mark."""
    return [
        result
        if MEASURES[result.measure].conclusive
        else replace(
            result, ranking={name: replace(variant, to_reference=None) for name, variant in result.ranking.items()}
        )
        for result in results
    ]


def _areas_sentence(target: str, rankings: Sequence[Ranking]) -> str:
    first = Counter(next(iter(ranking)) for ranking in rankings)
    clear = sum(find_winner(ranking) is not None for ranking in rankings)
    leaders = ", ".join(f"{name} ({count})" for name, count in first.most_common())
    return (
        f"Disturbed {target}, {len(rankings)} perturbations: largest area of patch AP by {leaders}; "
        f"clearly above {VISUAL_REFERENCE} under {clear or 'none'}."
    )


def _enumerate(best: Sequence[str], names: Sequence[str]) -> str:
    """The best by name, or whom they are all but."""
    if len(best) == len(names):
        return "all alike"
    others = [name for name in names if name not in best]
    return ", ".join(best) if len(best) <= len(others) else f"all but {', '.join(others)}"


def _consistency_row(result: ConsistencyResult) -> ConsistencyRow:
    return ConsistencyRow(
        route=ROUTES[result.route].label,
        measure=MEASURES[result.measure].label,
        cells={name: format_ranked(variant) for name, variant in result.ranking.items()},
        best=find_winner(result.ranking),
    )


def _area_row(result: PerturbationResult) -> AreaRow:
    winner = find_winner(result.areas)
    cells = [RankedCell(name, format_ranked(variant), name == winner) for name, variant in result.areas.items()]
    return AreaRow(PERTURBATIONS[result.condition.perturbation].label, result.pictures, cells)


def _part(study: RobustnessStudy, target: str, metric: str) -> Part:
    figure = draw_curves(study.summary, target, metric, study.strips)
    return Part(
        title=f"Disturbed {target}: {METRIC_TITLES[metric]} against severity",
        how_to_read=_HOW_TO_READ[metric],
        areas=[_area_row(result) for result in study.summary.select(target, metric)],
        figure=Markup(figure.to_html(full_html=False, include_plotlyjs=False)),
    )
