"""The measures as a table of text: a row a measure, a column a variant, like every other view."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sam3viz.bridges import bridge_names
from sam3viz.evaluation.estimate import format_number
from sam3viz.inference.analysis import AnalysisData
from sam3viz.metrics import METRICS
from sam3viz.utils.messages import translate


@dataclass(frozen=True)
class MetricRow:
    """One measure over all variants."""

    label: str
    """With unit, and an arrow that says which way is better."""
    cells: Mapping[str, str]
    """Variant -> value; "–" where there were not enough samples."""
    best: tuple[str, ...]
    """The bridges with the best value as it is written; none where all are written alike or a difference means nothing.
    Reference lines take no part: one has no gap to close, the other nothing that closes it."""


@dataclass(frozen=True)
class _Column:
    label: str
    higher_is_better: bool
    spec: str = ".2f"
    compared: bool = True


def metrics_table(analysis: AnalysisData, language: str = "en") -> list[MetricRow]:
    """Tabulate every measure of the registry, the trustworthiness of the maps, and the time each variant took."""
    frame = analysis.metrics()
    return [
        _row(column, {str(k): float(v) for k, v in frame[name].items()})
        for name, column in _columns(len(analysis.probes), language).items()
    ]


def _columns(probes: int, language: str) -> dict[str, _Column]:
    count = translate("of {count}", language, count=probes)
    columns = {
        name: _Column(f"{translate(m.label, language)} {count if m.unit == 'of n' else m.unit}", m.higher_is_better)
        for name, m in METRICS.items()
    }
    columns["trustworthiness"] = _Column(translate("map trustworthiness", language), True)
    columns["milliseconds"] = _Column(f"{translate('time', language)} ms", False, ".0f", compared=False)
    return columns


def _row(column: _Column, values: Mapping[str, float]) -> MetricRow:
    cells = {variant: format_number(float(value), column.spec) for variant, value in values.items()}
    rivals = {name: float(values[name]) for name in bridge_names() if not math.isnan(values.get(name, math.nan))}
    best: tuple[str, ...] = ()
    if column.compared and len({cells[name] for name in rivals}) > 1:
        leader = (max if column.higher_is_better else min)(rivals, key=rivals.__getitem__)
        best = tuple(name for name in rivals if cells[name] == cells[leader])
    return MetricRow(f"{column.label.strip()} {'↑' if column.higher_is_better else '↓'}", cells, best)
