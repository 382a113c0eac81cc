"""Reports of the bench on disk: read back, and put as a table between the markers of a README."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sam3viz.studies.bench.cross_image_summary import KIND, CrossImageSummary
from sam3viz.studies.bench.result import SCHEMA, BenchSummary

BENCH_MARKERS = "<!-- bench:begin -->", "<!-- bench:end -->"
CROSS_IMAGE_MARKERS = f"<!-- {KIND}:begin -->", f"<!-- {KIND}:end -->"

BenchReport = BenchSummary | CrossImageSummary


def read_report(path: Path) -> BenchReport:
    """Read the JSON that ``sam3viz bench`` wrote.

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
    try:
        return _from_json(document)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{path.name} is no bench report of this version: run `sam3viz bench` again.") from error


def _from_json(document: Mapping[str, Any]) -> BenchReport:
    if document["schema"] != SCHEMA:
        raise KeyError(document["schema"])
    return CrossImageSummary.from_json(document) if document.get("kind") == KIND else BenchSummary.from_json(document)


def markers(report: BenchReport) -> tuple[str, str]:
    """Return the lines of a README that the table of such a report stands between."""
    return CROSS_IMAGE_MARKERS if isinstance(report, CrossImageSummary) else BENCH_MARKERS


def write_between_markers(path: Path, text: str, markers: tuple[str, str] = BENCH_MARKERS) -> None:
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
