"""The bench's summaries as tables: in Markdown for the README, in plain text for the terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from sam3viz.bridges import VISUAL_REFERENCE
from sam3viz.evaluation.estimate import Estimate
from sam3viz.studies.bench.cross_image import SHOTS
from sam3viz.studies.bench.cross_image_summary import CROSS_IMAGE, SAME_IMAGE, CrossImageScores, CrossImageSummary
from sam3viz.studies.bench.report import BenchReport
from sam3viz.studies.bench.result import BenchSummary, Differences, Learning, VariantLearning, VariantScores

NO_VALUE = "–"

_COLUMNS = {
    "patch_ap": "patch AP",
    "ap_vs_objects": "AP vs. objects",
    "ap_not_person": "AP without people",
    "peak_recall": "peak recall",
    "count_error": "count error",
    "box_ap50": "box AP@50",
    "box_ap": "box AP",
}
_CHANGE_SCORES = ("patch_ap", "ap_vs_objects")
"""Scores whose change by a negative box, or by another picture's exemplar, has a column."""
_NOTE = (
    "Mean with {level:.0%} interval (bootstrap over pictures), one positive box. * differs from `{reference}`: the "
    "interval of the paired difference leaves out 0. Count error: lower is better."
)
_CROSS_IMAGE_COLUMNS = {
    "patch AP, same image": ("patch_ap", SAME_IMAGE),
    "patch AP, cross-image": ("patch_ap", CROSS_IMAGE),
    "patch AP, cross-image placed": ("patch_ap", "cross_image_placed"),
    f"patch AP, cross-image {SHOTS} shots": ("patch_ap", "cross_image_shots"),
    "AP vs. objects, same image": ("ap_vs_objects", SAME_IMAGE),
    "AP vs. objects, cross-image": ("ap_vs_objects", CROSS_IMAGE),
}
_CROSS_IMAGE_NOTE = (
    "Mean with {level:.0%} interval (bootstrap over pictures), one positive box unless there are shots; a change is "
    "the paired difference, cross-image minus same image. Placed: encoders could use where the box lies on its own "
    "picture."
)


def markdown_table(report: BenchReport) -> str:
    """Write every dataset of a report as a Markdown table, with what the numbers are."""
    blocks = [f"{title}\n\n{_markdown(table)}" for title, table in _titled_tables(report)]
    return "\n\n".join([*blocks, _note(report)])


def text_table(report: BenchReport) -> str:
    """Write every dataset of a report as plain text, with what the numbers are."""
    blocks = [
        f"{title.replace('**', '')}\n{table.to_string(index_names=False)}" for title, table in _titled_tables(report)
    ]
    return "\n\n".join([*blocks, _note(report)])


def _note(report: BenchReport) -> str:
    note = _CROSS_IMAGE_NOTE if isinstance(report, CrossImageSummary) else _NOTE
    return note.format(level=report.settings.level, reference=VISUAL_REFERENCE)


def _titled_tables(report: BenchReport) -> list[tuple[str, pd.DataFrame]]:
    """Pair captions and tables of text: each dataset, then generalisation and training where they were measured."""
    if isinstance(report, CrossImageSummary):
        return [_cross_image_table(report)]
    tables = _dataset_tables(report)
    if report.generalisation:
        rows = {name: _generalisation_cells(gaps) for name, gaps in report.generalisation.items()}
        tables.append(("**generalisation**: seen minus unseen classes", _frame(rows)))
    if report.training:
        tables.append(_training_table(report.training))
    return tables


def _dataset_tables(report: BenchSummary) -> list[tuple[str, pd.DataFrame]]:
    return [
        (
            f"**{name}**: {dataset.episodes} episodes on {dataset.pictures} pictures",
            _frame({variant: _variant_cells(scores) for variant, scores in dataset.variants.items()}),
        )
        for name, dataset in report.datasets.items()
    ]


def _variant_cells(variant: VariantScores) -> dict[str, str]:
    reference = variant.minus.get(VISUAL_REFERENCE)
    scores = variant.without_negative
    cells = {}
    for name, estimate in scores.items():
        if name == "ap_not_person" and estimate.n == scores["patch_ap"].n:
            continue  # nobody asked for people
        differs = reference is not None and reference.without_negative[name].excludes_zero
        cells[_COLUMNS[name]] = _cell(estimate) + ("*" if differs else "")
    return cells | _change_cells(variant.negative_effect, "change by a negative box")


def _generalisation_cells(gaps: Differences) -> dict[str, str]:
    return {_COLUMNS[name]: _cell(gap, signed=True) for name, gap in gaps.items()}


def _change_cells(changes: Differences, title: str) -> dict[str, str]:
    return {
        f"{_COLUMNS[name]}, {title}": _cell(changes[name], signed=True) for name in _CHANGE_SCORES if name in changes
    }


def _training_table(training: Learning) -> tuple[str, pd.DataFrame]:
    caption = "**training**"
    if training.target is not None:
        caption += f": steps to a patch loss of {training.target:.3g}, smoothness"
    return caption, _frame({name: _training_cells(variant) for name, variant in training.variants.items()})


def _training_cells(variant: VariantLearning) -> dict[str, str]:
    steps, smoothness = variant.steps_to_target.mean, variant.smoothness.mean
    return {
        "steps to target": "never" if math.isnan(steps) else f"{steps:.0f}",
        "smoothness": NO_VALUE if math.isnan(smoothness) else _number(smoothness, 2, False),
    }


def _cross_image_table(report: CrossImageSummary) -> tuple[str, pd.DataFrame]:
    caption = f"**{report.settings.dataset}**: {report.episodes} episodes on {report.pictures} pictures"
    if report.skipped:
        caption += f"; {report.skipped} passed over, whose category is on no other picture in a usable size"
    few = sum(episodes for references, episodes in report.references.items() if references < SHOTS)
    if few:
        caption += f"; {few} have fewer than {SHOTS} other pictures to draw from"
    return caption, _frame({name: _cross_image_cells(scores) for name, scores in report.variants.items()})


def _cross_image_cells(variant: CrossImageScores) -> dict[str, str]:
    cells = {
        title: _cell(variant.ways[way][score])
        for title, (score, way) in _CROSS_IMAGE_COLUMNS.items()
        if score in variant.ways[way]
    }
    return cells | _change_cells(variant.minus[SAME_IMAGE][CROSS_IMAGE], "change")


def _cell(estimate: Estimate, signed: bool = False) -> str:
    mean = _number(estimate.mean, 3, signed)
    if estimate.low is None or estimate.high is None:
        return mean
    return f"{mean} [{_number(estimate.low, 2, signed)}, {_number(estimate.high, 2, signed)}]"


def _number(value: float, digits: int, signed: bool) -> str:
    """Write a number without the zero before the point, as averages in 0..1 are printed."""
    text = f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if text.lstrip("+-").startswith("0.") else text


def _frame(rows: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(dict(rows), orient="index").fillna(NO_VALUE).rename_axis("variant")


def _markdown(table: pd.DataFrame) -> str:
    lines = [["variant", *table.columns], ["---", *["--:"] * len(table.columns)]]
    lines += [[f"`{name}`", *row] for name, row in zip(table.index, table.to_numpy(), strict=True)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
