"""The bench's JSON as tables: in Markdown for the README, in plain text for the terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sam3viz.studies.bench.cross_image import SHOTS
from sam3viz.studies.bench.cross_image_report import CROSS, KIND, SAME
from sam3viz.studies.bench.summary import SCHEMA

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
CROSS_BEGIN, CROSS_END = f"<!-- {KIND}:begin -->", f"<!-- {KIND}:end -->"

_COLUMNS = {
    "patch_ap": "patch AP",
    "ap_vs_objects": "AP vs. objects",
    "ap_not_person": "AP without people",
    "peak_recall": "peak recall",
    "count_error": "count error",
    "box_ap50": "box AP@50",
    "box_ap": "box AP",
}
_NOTE = (
    "Mean with {level:.0%} interval (bootstrap over pictures), one positive box. * differs from `raw`: the interval of "
    "the paired difference leaves out 0. Count error: lower is better."
)
_CROSS_COLUMNS = {
    "patch AP, same image": ("patch_ap", SAME),
    "patch AP, cross-image": ("patch_ap", CROSS),
    "patch AP, cross-image placed": ("patch_ap", "cross_image_placed"),
    f"patch AP, cross-image {SHOTS} shots": ("patch_ap", "cross_image_shots"),
    "AP vs. objects, same image": ("ap_vs_objects", SAME),
    "AP vs. objects, cross-image": ("ap_vs_objects", CROSS),
}
_CROSS_NOTE = (
    "Mean with {level:.0%} interval (bootstrap over pictures), one positive box unless there are shots; a change is "
    "the paired difference, cross-image minus same image. Placed: encoders could use where the box lies on its own "
    "picture."
)


def read_report(path: Path) -> dict[str, Any]:
    """The JSON that ``sam3viz bench`` wrote.

    Raises:
        ValueError: no such file, or not such a report.
    """
    if not path.is_file():
        raise ValueError(
            f"There is no file {str(path)!r}: write one with `sam3viz bench DATASET_DIR --json {path.name}`."
        )
    try:
        document = json.loads(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path.name} is not JSON ({error}): run `sam3viz bench` again.") from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ValueError(f"{path.name} is no bench report of this version: run `sam3viz bench` again.")
    return document


def markdown_table(report: Mapping[str, Any]) -> str:
    """Every dataset of a report as a Markdown table, with what the numbers are."""
    blocks = [f"{title}\n\n{_markdown(table)}" for title, table in _tables(report)]
    return "\n\n".join([*blocks, _note(report)])


def text_table(report: Mapping[str, Any]) -> str:
    """The same for the terminal."""
    blocks = [f"{title.replace('**', '')}\n{table.to_string(index_names=False)}" for title, table in _tables(report)]
    return "\n\n".join([*blocks, _note(report)])


def markers(report: Mapping[str, Any]) -> tuple[str, str]:
    """The lines of a README that such a report's table stands between."""
    return (CROSS_BEGIN, CROSS_END) if _is_cross_image(report) else (BEGIN, END)


def write_between_markers(path: Path, text: str, markers: tuple[str, str] = (BEGIN, END)) -> None:
    """Put ``text`` between the two ``markers`` of a file, in place of what is there.

    Raises:
        ValueError: no such file, or not exactly one pair of markers in order.
    """
    if not path.is_file():
        raise ValueError(f"There is no file {str(path)!r}: name the README to write the table to.")
    first, last = markers
    before, begin, rest = (content := path.read_text("utf-8")).partition(first)
    _, end, after = rest.partition(last)
    if not begin or not end or content.count(first) > 1 or content.count(last) > 1:
        raise ValueError(
            f"{path.name} does not hold one {first} and after it one {last}: add both, each on its own line."
        )
    path.write_text(f"{before}{first}\n{text}\n{last}{after}", "utf-8")


def _is_cross_image(report: Mapping[str, Any]) -> bool:
    return report.get("kind") == KIND


def _note(report: Mapping[str, Any]) -> str:
    note = _CROSS_NOTE if _is_cross_image(report) else _NOTE
    return note.format(level=report["settings"]["level"])


def _tables(report: Mapping[str, Any]) -> list[tuple[str, pd.DataFrame]]:
    """(caption, table of text) of each dataset, then of generalisation and training where they were measured."""
    if _is_cross_image(report):
        return [_cross_image_table(report)]
    tables = []
    for name, dataset in report["datasets"].items():
        caption = f"**{name}**: {dataset['episodes']} episodes on {dataset['pictures']} pictures"
        rows = {variant: _variant_cells(measured) for variant, measured in dataset["variants"].items()}
        tables.append((caption, _frame(rows)))
    if report["generalisation"]:
        gaps = report["generalisation"].items()
        rows = {v: {_COLUMNS[m]: _cell(gap, True) for m, gap in metrics.items()} for v, metrics in gaps}
        tables.append(("**generalisation**: seen minus unseen classes", _frame(rows)))
    if report["training"]:
        target, variants = report["training"]["target"], report["training"]["variants"]
        caption = (
            "**training**" if target is None else f"**training**: steps to a patch loss of {target:.3g}, smoothness"
        )
        tables.append((caption, _frame({name: _training_cells(measured) for name, measured in variants.items()})))
    return tables


def _variant_cells(measured: Mapping[str, Any]) -> dict[str, str]:
    minus = measured["minus"].get("raw", {}).get("without_negative", {})
    cells = {}
    scored = measured["without_negative"]
    for metric, entry in scored.items():
        if metric == "ap_not_person" and entry["n"] == scored["patch_ap"]["n"]:
            continue  # nobody asked for people
        cells[_COLUMNS[metric]] = _cell(entry) + ("*" if _excludes_zero(minus.get(metric)) else "")
    for metric in ("patch_ap", "ap_vs_objects"):
        if metric in measured["negative_effect"]:
            cells[f"{_COLUMNS[metric]}, change by a negative box"] = _cell(measured["negative_effect"][metric], True)
    return cells


def _cross_image_table(report: Mapping[str, Any]) -> tuple[str, pd.DataFrame]:
    caption = f"**{report['settings']['dataset']}**: {report['episodes']} episodes on {report['pictures']} pictures"
    if report["passed_over"]:
        caption += f"; {report['passed_over']} passed over, whose category is on no other picture in a usable size"
    few = sum(count for shots, count in report["references"].items() if int(shots) < SHOTS)
    if few:
        caption += f"; {few} have fewer than {SHOTS} other pictures to draw from"
    return caption, _frame({name: _cross_image_cells(measured) for name, measured in report["variants"].items()})


def _cross_image_cells(measured: Mapping[str, Any]) -> dict[str, str]:
    cells = {
        title: _cell(measured[way][metric])
        for title, (metric, way) in _CROSS_COLUMNS.items()
        if metric in measured[way]
    }
    change = measured["minus"][SAME][CROSS]
    for metric in ("patch_ap", "ap_vs_objects"):
        if metric in change:
            cells[f"{_COLUMNS[metric]}, change"] = _cell(change[metric], True)
    return cells


def _training_cells(measured: Mapping[str, Any]) -> dict[str, str]:
    steps, smooth = measured["steps_to_target"]["mean"], measured["smoothness"]["mean"]
    return {
        "steps to target": "never" if steps is None else f"{steps:.0f}",
        "smoothness": "–" if smooth is None else _number(smooth, 2, False),
    }


def _cell(entry: Mapping[str, Any], signed: bool = False) -> str:
    mean = _number(entry["mean"], 3, signed)
    if entry["low"] is None:
        return mean
    return f"{mean} [{_number(entry['low'], 2, signed)}, {_number(entry['high'], 2, signed)}]"


def _number(value: float, digits: int, signed: bool) -> str:
    """Without the zero before the point, as averages in 0..1 are printed."""
    text = f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if text.lstrip("+-").startswith("0.") else text


def _excludes_zero(entry: Mapping[str, Any] | None) -> bool:
    return entry is not None and entry["low"] is not None and (entry["low"] > 0 or entry["high"] < 0)


def _frame(rows: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(dict(rows), orient="index").fillna("–").rename_axis("variant")


def _markdown(table: pd.DataFrame) -> str:
    lines = [["variant", *table.columns], ["---", *["--:"] * len(table.columns)]]
    lines += [[f"`{name}`", *row] for name, row in zip(table.index, table.to_numpy(), strict=True)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
