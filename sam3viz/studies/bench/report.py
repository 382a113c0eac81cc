"""Reports of the bench on disk, read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sam3viz.studies.bench.cross_image_summary import CROSS_IMAGE_SCHEMA, KIND, CrossImageSummary
from sam3viz.studies.bench.result import READABLE_SCHEMAS, BenchSummary
from sam3viz.utils.readme import Markers, markers_of

BENCH_MARKERS, CROSS_IMAGE_MARKERS = markers_of("bench"), markers_of(KIND)

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
    cross_image = document.get("kind") == KIND
    if document["schema"] not in ((CROSS_IMAGE_SCHEMA,) if cross_image else READABLE_SCHEMAS):
        raise KeyError(document["schema"])
    return CrossImageSummary.from_json(document) if cross_image else BenchSummary.from_json(document)


def markers(report: BenchReport) -> Markers:
    """Return the lines of a README that the table of such a report stands between."""
    return CROSS_IMAGE_MARKERS if isinstance(report, CrossImageSummary) else BENCH_MARKERS
