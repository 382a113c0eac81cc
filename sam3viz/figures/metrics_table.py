"""The measures as a table of text: a row a measure, a column a variant, like every other view."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sam3viz.inference.analysis import AnalysisData
from sam3viz.metrics import METRICS


@dataclass(frozen=True)
class Row:
    """One measure over all variants; ``best`` names the best variant beside `raw`, which has no gap to close."""

    label: str
    """With unit, and an arrow that tells which way is better."""
    cells: Mapping[str, str]
    """Variant -> value; "–" where there were not enough samples."""
    best: str | None


def metrics_table(analysis: AnalysisData) -> list[Row]:
    """Every measure of the registry, the trustworthiness of the maps, and the time each variant took."""
    frame = analysis.metrics()
    counted = f"of {len(analysis.probes)}"
    described = {
        name: (f"{metric.label} {metric.unit}".replace("of n", counted), metric.higher_is_better, "{:.2f}")
        for name, metric in METRICS.items()
    } | {"trustworthiness": ("map trustworthiness", True, "{:.2f}"), "milliseconds": ("time ms", False, "{:.0f}")}
    rows = []
    for name, (label, higher, form) in described.items():
        values = {str(variant): float(value) for variant, value in frame[name].items()}
        cells = {variant: _written(value, form) for variant, value in values.items()}
        rivals = {variant: v for variant, v in values.items() if variant != "raw" and not math.isnan(v)}
        best = (max if higher else min)(rivals, key=rivals.__getitem__, default=None)
        rows.append(Row(f"{label.strip()} {'↑' if higher else '↓'}", cells, best))
    return rows


def _written(value: float, form: str) -> str:
    if math.isnan(value):
        return "–"
    return form.format(round(value, 2) + 0.0)  # without it a small negative number is written -0.00
