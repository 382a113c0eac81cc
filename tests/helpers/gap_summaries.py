"""Summaries made up number by number, for tests of what is written and drawn from them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sam3viz.evaluation.estimate import Estimate
from sam3viz.evaluation.measures import MEASURES
from sam3viz.studies.dataset_gap.instances import ExcludedCounts
from sam3viz.studies.dataset_gap.summarize import CosineGap, GapSummary, Ranking, VariantGap


def number(mean: float | None, low: float | None = None, high: float | None = None, n: int = 9) -> Estimate:
    """None for what has too few samples."""
    return Estimate(math.nan if mean is None else mean, low, high, n)


def variant_gap(
    measures: Mapping[str, Estimate] | None = None,
    scores: Mapping[str, Estimate] | None = None,
    by_size: Mapping[str, CosineGap] | None = None,
    by_category: Mapping[str, CosineGap] | None = None,
) -> VariantGap:
    """Measures that are not given have too few samples."""
    every = {key: number(None) for key in MEASURES} | dict(measures or {})
    return VariantGap(every, dict(scores or {}), dict(by_size or {}), dict(by_category or {}))


def gap_summary(variants: Mapping[str, VariantGap], ranking: Ranking | None = None) -> GapSummary:
    return GapSummary(31, 31, 9, dict(variants), ranking, ExcludedCounts(), "")
