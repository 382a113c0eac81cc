"""The study's tables as rows of text: for the report and for the page."""

from __future__ import annotations

from typing import Literal

from sam3viz.evaluation.estimate import Estimate
from sam3viz.evaluation.measures import MEASURES
from sam3viz.studies.dataset_gap.summarize import RANKING_SCORE, SCORES, GapSummary

HEADLINE_MEASURES = ("contrast", "matched_cosine", "mismatched_cosine", "recall_at_1", "domain_auc")
"""Measures of the first table; all are in the second."""
SCORE_LABELS = {
    "patch_ap": "patch AP ↑",
    "ap_vs_objects": "AP against objects ↑",
    "peak_recall": "peak recall ↑",
}


def headline_table(summary: GapSummary) -> list[tuple[str, list[str]]]:
    """Return the heads in the first row, then a row a variant: scores and `HEADLINE_MEASURES`."""
    heads = [SCORE_LABELS[key] for key in SCORES] + [_label(key, summary) for key in HEADLINE_MEASURES]
    rows = [("", heads)]
    for name, gap in summary.variants.items():
        cells = [_cell(gap.scores.get(key), ".3f") for key in SCORES]
        rows.append((name, cells + [_cell(gap.measures[key]) for key in HEADLINE_MEASURES]))
    return rows


def best_cells(summary: GapSummary) -> set[tuple[int, int]]:
    """Return (row, column) of the cells of `headline_table` that are bold, heads not counted.

    They are the best of each score, for patch AP with those not significantly different from it, and the nearest
    bridge's contrast. No other measure says by itself which variant is better.
    """
    names, columns = list(summary.variants), [*SCORES, *HEADLINE_MEASURES]
    best = {score: summary.highest(score) for score in SCORES} | {"contrast": summary.nearest_bridge()}
    cells = [(name, key) for key, name in best.items() if name is not None]
    if summary.ranking is not None:
        cells += [(name, RANKING_SCORE) for name in summary.ranking.not_significantly_different]
    return {(names.index(name), columns.index(key)) for name, key in cells}


def measure_rows(summary: GapSummary) -> list[tuple[str, list[str], str]]:
    """Return every measure over the variants, with what it needs and where it comes from."""
    return [
        (
            _label(key, summary),
            [_cell(gap.measures[key]) for gap in summary.variants.values()],
            f"from {metric.minimum} objects; {metric.source}",
        )
        for key, metric in MEASURES.items()
    ]


def part_rows(summary: GapSummary, kind: Literal["size", "category"]) -> list[tuple[str, int, list[str]]]:
    """Return the name of each part, its objects, and each variant's contrast: matched minus mismatched cosine."""
    parts = [gap.by_size if kind == "size" else gap.by_category for gap in summary.variants.values()]
    return [
        (name, first.matched.n, [_cell(of_variant[name].contrast) for of_variant in parts])
        for name, first in parts[0].items()
    ]


def _cell(estimate: Estimate | None, spec: str = ".2f") -> str:
    """Write a number with its interval; a dash where no question defines it."""
    return "–" if estimate is None else format(estimate, spec)


def _label(key: str, summary: GapSummary) -> str:
    metric = MEASURES[key]
    unit = metric.unit.replace("of n", f"of {summary.measured_objects}")
    return f"{metric.label} {unit}".strip() + (" ↑" if metric.higher_is_better else " ↓")
