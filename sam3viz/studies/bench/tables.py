"""The bench's summaries as tables: in Markdown for the README, in plain text for the terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from sam3viz.bridges import VISUAL_REFERENCE
from sam3viz.evaluation.tables import NO_VALUE, to_markdown
from sam3viz.studies.bench.cross_image import SHOTS
from sam3viz.studies.bench.cross_image_summary import CROSS_IMAGE, SAME_IMAGE, CrossImageScores, CrossImageSummary
from sam3viz.studies.bench.formatting import RANKING_SCORE, SCORE_LABELS, format_cell, format_short
from sam3viz.studies.bench.gap import GAP_MEASURES
from sam3viz.studies.bench.pairs import describe_pairs
from sam3viz.studies.bench.report import BenchReport
from sam3viz.studies.bench.result import DatasetScores, Differences, Learning, VariantLearning, VariantScores

_CHANGE_SCORES = ("patch_ap", "ap_vs_objects")
"""Scores whose change by a negative box, or by another picture's exemplar, has a column."""
_NOTE = (
    "Mean with {level:.0%} interval (bootstrap over pictures), one positive box. * differs from `{reference}`: the "
    "interval of the paired difference leaves out 0. Count error: lower is better."
)
_PAIRS_NOTE = (
    "No measurable difference: the intervals of all paired differences of two bridges include 0; they are not "
    "corrected for the number of pairs."
)
_GAP_NOTE = (
    "Closer and more useful: closer is a higher contrast (matched minus mismatched cosine) and recall at 1, a lower "
    "centroid distance, and a domain classifier AUC nearer to .5, over the probe boxes of every picture; `{reference}` "
    "has no gap by construction."
)
_CONFLICTS_NOTE = (
    "Steps in conflict: share of the steps looked at on which the gradients of detection and alignment have a cosine "
    "below 0, over the whole bridge and in the module with the largest share."
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


@dataclass(frozen=True)
class TitledTable:
    """A table of text with what stands above and below it."""

    title: str
    about: str
    """Goes on from the title, from its punctuation on; may be empty."""
    rows: pd.DataFrame
    """A row a variant."""
    remark: str = ""
    """Names of variants in it are between backticks; may be empty."""


def markdown_table(report: BenchReport) -> str:
    """Write every dataset of a report as a Markdown table, with what the numbers are."""
    blocks = []
    for table in titled_tables(report):
        rows = table.rows.rename(index="`{}`".format).reset_index()
        blocks += [f"**{table.title}**{table.about}", to_markdown(rows), table.remark]
    return "\n\n".join(block for block in [*blocks, note(report)] if block)


def text_table(report: BenchReport) -> str:
    """Write every dataset of a report as plain text, with what the numbers are."""
    blocks = []
    for table in titled_tables(report):
        remark = table.remark.replace("`", "")
        blocks += [f"{table.title}{table.about}\n{table.rows.to_string(index_names=False)}", remark]
    return "\n\n".join(block for block in [*blocks, note(report)] if block)


def note(report: BenchReport) -> str:
    """Say what the numbers of the tables are."""
    if isinstance(report, CrossImageSummary):
        return _CROSS_IMAGE_NOTE.format(level=report.settings.level)
    notes = [_NOTE.format(level=report.settings.level, reference=VISUAL_REFERENCE)]
    if any(map(describe_pairs, report.datasets.values())):
        notes.append(_PAIRS_NOTE)
    if any(dataset.gap for dataset in report.datasets.values()):
        notes.append(_GAP_NOTE.format(reference=VISUAL_REFERENCE))
    if report.training and any(variant.conflicts.n for variant in report.training.variants.values()):
        notes.append(_CONFLICTS_NOTE)
    return " ".join(notes)


def titled_tables(report: BenchReport) -> list[TitledTable]:
    """List the tables: each dataset with its gap, then generalisation and training where they were measured."""
    if isinstance(report, CrossImageSummary):
        return [_cross_image_table(report)]
    tables = []
    for name, dataset in report.datasets.items():
        rows = {variant: _variant_cells(scores) for variant, scores in dataset.variants.items()}
        about = f": {dataset.episodes} episodes on {dataset.pictures} pictures"
        tables.append(TitledTable(name, about, _frame(rows), describe_pairs(dataset)))
        if dataset.gap:
            tables.append(_gap_table(name, dataset))
    if report.generalisation:
        rows = {name: _generalisation_cells(gaps) for name, gaps in report.generalisation.items()}
        tables.append(TitledTable("generalisation", ": seen minus unseen classes", _frame(rows)))
    if report.training:
        tables.append(_training_table(report.training))
    return tables


def _gap_table(name: str, dataset: DatasetScores) -> TitledTable:
    """Put each variant's gap beside its patch AP."""
    rows = {}
    for variant, gap in dataset.gap.items():
        cells = {
            GAP_MEASURES[measure].label: NO_VALUE if math.isnan(mean.mean) else format_cell(mean)
            for measure, mean in gap.items()
        }
        rows[variant] = cells | {
            SCORE_LABELS[RANKING_SCORE]: format_cell(dataset.variants[variant].without_negative[RANKING_SCORE])
        }
    return TitledTable(f"{name}: closer and more useful", "", _frame(rows))


def _variant_cells(variant: VariantScores) -> dict[str, str]:
    reference = variant.minus.get(VISUAL_REFERENCE)
    scores = variant.without_negative
    cells = {}
    for name, estimate in scores.items():
        if name == "ap_not_person" and estimate.n == scores["patch_ap"].n:
            continue  # nobody asked for people
        differs = reference is not None and reference.without_negative[name].excludes_zero
        cells[SCORE_LABELS[name]] = format_cell(estimate) + ("*" if differs else "")
    return cells | _change_cells(variant.negative_effect, "change by a negative box")


def _generalisation_cells(gaps: Differences) -> dict[str, str]:
    return {SCORE_LABELS[name]: format_cell(gap, signed=True) for name, gap in gaps.items()}


def _change_cells(changes: Differences, title: str) -> dict[str, str]:
    return {
        f"{SCORE_LABELS[name]}, {title}": format_cell(changes[name], signed=True)
        for name in _CHANGE_SCORES
        if name in changes
    }


def _training_table(training: Learning) -> TitledTable:
    about = "" if training.target is None else f": steps to a patch loss of {training.target:.3g}, smoothness"
    return TitledTable(
        "training", about, _frame({name: _training_cells(variant) for name, variant in training.variants.items()})
    )


def _training_cells(variant: VariantLearning) -> dict[str, str]:
    steps, smoothness = variant.steps_to_target.mean, variant.smoothness.mean
    cells = {
        "steps to target": "never" if math.isnan(steps) else f"{steps:.0f}",
        "smoothness": NO_VALUE if math.isnan(smoothness) else format_short(smoothness, 2),
    }
    if variant.conflicts.n:
        cells["steps in conflict"] = format_short(variant.conflicts.mean, 2)
    if variant.module_conflicts:
        most, share = max(variant.module_conflicts.items(), key=lambda item: item[1].mean)
        cells["most in conflict"] = f"{most} ({format_short(share.mean, 2)})" if share.mean else "none"
    return cells


def _cross_image_table(report: CrossImageSummary) -> TitledTable:
    about = f": {report.episodes} episodes on {report.pictures} pictures"
    if report.skipped:
        about += f"; {report.skipped} passed over, whose category is on no other picture in a usable size"
    few = sum(episodes for references, episodes in report.references.items() if references < SHOTS)
    if few:
        about += f"; {few} have fewer than {SHOTS} other pictures to draw from"
    rows = {name: _cross_image_cells(scores) for name, scores in report.variants.items()}
    return TitledTable(report.settings.dataset, about, _frame(rows))


def _cross_image_cells(variant: CrossImageScores) -> dict[str, str]:
    cells = {
        title: format_cell(variant.ways[way][score])
        for title, (score, way) in _CROSS_IMAGE_COLUMNS.items()
        if score in variant.ways[way]
    }
    return cells | _change_cells(variant.minus[SAME_IMAGE][CROSS_IMAGE], "change")


def _frame(rows: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(dict(rows), orient="index").fillna(NO_VALUE).rename_axis("variant")
