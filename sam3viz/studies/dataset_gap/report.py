"""The dataset's report as one HTML file that opens offline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from markupsafe import Markup
from PIL import Image

from sam3viz.data.images import webp_uri
from sam3viz.export.html import write_page
from sam3viz.studies.dataset_gap.instances import MOST, THINNEST
from sam3viz.studies.dataset_gap.measures import MEASURES
from sam3viz.studies.dataset_gap.projection import MOST as MOST_MAPPED
from sam3viz.studies.dataset_gap.summary import best_of, nearest, tied

TEMPLATE = "studies/dataset_gap/report.html.j2"
HEADLINE = ("contrast", "matched_cosine", "mismatched_cosine", "recall_at_1", "domain_auc")
"""Measures of the first table; all are in the second."""
SCORES = {
    "patch_ap": "patch AP ↑",
    "ap_vs_objects": "AP against objects ↑",
    "peak_recall": "peak recall ↑",
}
FEW = "not enough samples"
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
        best=best_cells(summarised),
        left_out=left_out_sentence(summarised),
        measures=measure_rows(summarised),
        sizes=part_rows(summarised, "sizes"),
        categories=part_rows(summarised, "categories")[:CATEGORIES],
        story=Markup(story.to_html(full_html=False, include_plotlyjs=False)),
        planes=planes and Markup(planes.to_html(full_html=False, include_plotlyjs=False)),
        cases={title: [(webp_uri(image, 80), caption) for image, caption in shown] for title, shown in cases.items()},
        settings=settings,
        most_categories=CATEGORIES,
        most_mapped=MOST_MAPPED,
    )


def story_sentences(summarised: Mapping[str, Any]) -> list[str]:
    """What the numbers say, computed: the encoder without a bridge, the nearest bridge, the most useful variant.

    Each begins with what it is about and a colon.
    """
    variants = summarised["variants"]
    sentences = []
    if "baseline" in variants:
        told = variants["baseline"]["measures"]
        sentences.append(
            f"Apart: baseline. Without a bridge an instance lies at cosine {written(told['matched_cosine'])} to its "
            f"own region and {written(told['mismatched_cosine'])} to others'; a linear classifier tells the two "
            f"encoders apart with AUC {written(told['domain_auc'])}."
        )
    near = nearest(summarised)
    if near is not None:
        told = variants[near]["measures"]
        sentences.append(
            f"Nearest in numbers: {near}, contrast {written(told['contrast'])}, "
            f"recall@1 {written(told['recall_at_1'])}."
        )
    use = summarised["use"]
    if use is None:
        return [*sentences, f"Not asked: {summarised['unasked']}"] if summarised["unasked"] else sentences
    best, equals = use["best"], tied(use)
    sentence = f"Most useful: {best}, patch AP {written(variants[best]['scores']['patch_ap'], 3)}"
    if "raw" in use["lead"]:
        lead = written(use["lead"]["raw"], 3, signed=True)
        sentence += f", not told apart from raw ({lead})" if "raw" in equals else f", {lead} over raw"
    others = [name for name in equals if name != "raw"]
    sentence += f"; not told apart from it: {', '.join(others)}" if others else ""
    return [*sentences, f"{sentence}."]


def left_out_sentence(summarised: Mapping[str, Any]) -> str:
    """What is annotated and not measured; empty where nothing is."""
    words = {
        "flat": "whose box has no area",
        "crowds": "that are crowds",
        "thin": f"under {THINNEST:.0f} pixels wide or high",
        "beyond": f"beyond the {MOST} largest of their picture",
    }
    told = [f"{count} {words[why]}" for why, count in summarised["left_out"].items() if count]
    return f"Annotations that are not measured: {', '.join(told)}." if told else ""


def headline_table(summarised: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Heads in the first row, then a row a variant: scores and the measures of `HEADLINE`."""
    heads = [SCORES[key] for key in SCORES] + [_label(key, summarised) for key in HEADLINE]
    rows = [("", heads)]
    for name, values in summarised["variants"].items():
        cells = [written(values["scores"].get(key), 3) for key in SCORES]
        rows.append((name, cells + [written(values["measures"][key]) for key in HEADLINE]))
    return rows


def best_cells(summarised: Mapping[str, Any]) -> set[tuple[int, int]]:
    """(row, column) of `headline_table`, heads not counted: the best of each score, for patch AP with those not told
    apart from it, and the nearest bridge's contrast. No other measure tells by itself who is better."""
    names, columns = list(summarised["variants"]), [*SCORES, *HEADLINE]
    best = {score: best_of(summarised, score) for score in SCORES} | {"contrast": nearest(summarised)}
    cells = [(name, key) for key, name in best.items() if name is not None]
    if summarised["use"] is not None:
        cells += [(name, "patch_ap") for name in tied(summarised["use"])]
    return {(names.index(name), columns.index(key)) for name, key in cells}


def measure_rows(summarised: Mapping[str, Any]) -> list[tuple[str, list[str], str]]:
    """Every measure over the variants, with what it needs and where it comes from."""
    return [
        (
            _label(key, summarised),
            [written(values["measures"][key]) for values in summarised["variants"].values()],
            f"from {metric.minimum} objects; {metric.source}",
        )
        for key, metric in MEASURES.items()
    ]


def part_rows(summarised: Mapping[str, Any], kind: str) -> list[tuple[str, int, list[str]]]:
    """Name of a part, its objects, and each variant's contrast: matched minus mismatched cosine."""
    rows = []
    for part, variants in summarised[kind].items():
        first = next(iter(variants.values()))
        rows.append((part, first["matched"]["n"], [written(values["contrast"]) for values in variants.values()]))
    return rows


def written(number: Mapping[str, Any] | None, digits: int = 2, signed: bool = False) -> str:
    """A number with its interval; `FEW` where there is none, and a dash where it was not asked for."""
    if number is None:
        return "–"
    if number["mean"] is None:
        return FEW
    mean, low, high = (
        None if number[key] is None else _rounded(number[key], digits, signed) for key in ("mean", "low", "high")
    )
    return f"{mean}" if low is None else f"{mean} [{low}, {high}]"


def _rounded(value: float, digits: int, signed: bool) -> str:
    plain = round(value, digits) + 0.0  # no "-0.00"
    return f"{plain:+.{digits}f}" if signed else f"{plain:.{digits}f}"


def _label(key: str, summarised: Mapping[str, Any]) -> str:
    metric = MEASURES[key]
    unit = metric.unit.replace("of n", f"of {summarised['measured_objects']}")
    return f"{metric.label} {unit}".strip() + (" ↑" if metric.higher_is_better else " ↓")
