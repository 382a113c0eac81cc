"""The dataset's report as one HTML file that opens offline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from markupsafe import Markup
from PIL import Image

from sam3viz.analysis import METRICS
from sam3viz.gap.projection import MOST
from sam3viz.gap.summary import best_by
from sam3viz.images import webp_uri
from sam3viz.report import write_page

TEMPLATE = "gap/report.html.j2"
HEADLINE = ("matched_cosine", "mismatched_cosine", "recall_at_1", "domain_auc", "linear_cka")
"""Measures of the first table; all are in the second."""
SCORES = {
    "patch_ap": "patch AP ↑",
    "ap_vs_objects": "AP against objects ↑",
    "peak_recall": "peak recall ↑",
}
CATEGORIES = 20
"""Categories that are told apart; all are in the JSON."""


def write_report(
    summarised: Mapping[str, Any],
    story: go.Figure,
    planes: go.Figure | None,
    cases: Mapping[str, Sequence[tuple[Image.Image, str]]],
    settings: Mapping[str, str],
    path: Path,
) -> None:
    """Write the report; it makes no network request, and every text in it is escaped.

    Args:
        cases: heading -> pictures below it, each with its caption.
    """
    write_page(
        path,
        TEMPLATE,
        told=summarised,
        sentences=story_sentences(summarised),
        headline=headline_table(summarised),
        measures=measure_rows(summarised),
        sizes=part_rows(summarised, "sizes"),
        categories=part_rows(summarised, "categories")[:CATEGORIES],
        story=Markup(story.to_html(full_html=False, include_plotlyjs=False)),
        planes=planes and Markup(planes.to_html(full_html=False, include_plotlyjs=False)),
        cases={title: [(webp_uri(image, 80), caption) for image, caption in shown] for title, shown in cases.items()},
        settings=settings,
        most_categories=CATEGORIES,
        most_mapped=MOST,
    )


def story_sentences(summarised: Mapping[str, Any]) -> list[str]:
    """What the numbers say, computed: the encoder without a bridge, the nearest bridge, the most useful one."""
    variants = summarised["variants"]
    sentences = []
    if "baseline" in variants:
        told = variants["baseline"]["measures"]
        sentences.append(
            f"Without a bridge an instance lies at cosine {written(told['matched_cosine'])} to its own region and "
            f"{written(told['mismatched_cosine'])} to strangers'; a linear classifier tells the two encoders apart "
            f"with AUC {written(told['domain_auc'])}."
        )
    nearest = best_by(summarised, "measures", "matched_cosine")
    if nearest is not None:
        told = variants[nearest]["measures"]
        sentences.append(
            f"Nearest in numbers: {nearest}, matched cosine {written(told['matched_cosine'])}, "
            f"recall at 1 {written(told['recall_at_1'])}."
        )
    useful = best_by(summarised, "scores", "patch_ap")
    if useful is not None:
        sentences.append(f"Most useful: {useful}, patch AP {written(variants[useful]['scores']['patch_ap'], 3)}.")
    return sentences


def headline_table(summarised: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Heads in the first row, then a row a variant: scores and the measures of `HEADLINE`."""
    heads = [SCORES[key] for key in SCORES] + [_label(key) for key in HEADLINE]
    rows = [("", heads)]
    for name, values in summarised["variants"].items():
        cells = [written(values["scores"].get(key), 3) for key in SCORES]
        rows.append((name, cells + [written(values["measures"][key]) for key in HEADLINE]))
    return rows


def measure_rows(summarised: Mapping[str, Any]) -> list[tuple[str, list[str], str]]:
    """Every measure of the registry over the variants, with what it needs and where it comes from."""
    return [
        (
            _label(key),
            [written(values["measures"][key]) for values in summarised["variants"].values()],
            f"from {metric.minimum} objects; {metric.source}",
        )
        for key, metric in METRICS.items()
    ]


def part_rows(summarised: Mapping[str, Any], kind: str) -> list[tuple[str, int, list[str]]]:
    """Name of a part, its objects, and each variant's contrast: matched minus mismatched cosine."""
    rows = []
    for part, variants in summarised[kind].items():
        first = next(iter(variants.values()))
        rows.append((part, first["matched"]["n"], [written(values["contrast"]) for values in variants.values()]))
    return rows


def written(number: Mapping[str, Any] | None, digits: int = 2) -> str:
    """A number with its interval; a sentence where there is none."""
    if number is None:
        return "–"
    if number["mean"] is None:
        return "not enough samples"
    mean, low, high = (
        None if number[key] is None else _rounded(number[key], digits) for key in ("mean", "low", "high")
    )
    return f"{mean}" if low is None else f"{mean} [{low}, {high}]"


def _rounded(value: float, digits: int) -> str:
    return f"{round(value, digits) + 0.0:.{digits}f}"  # + 0.0: no "-0.00"


def _label(key: str) -> str:
    metric = METRICS[key]
    return f"{metric.label} {metric.unit}".strip() + (" ↑" if metric.higher_is_better else " ↓")
