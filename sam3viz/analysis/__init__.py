"""Measures and maps of an analysis. `METRICS` is the one place where a measure is registered."""

from __future__ import annotations

from sam3viz.analysis.metric import Metric
from sam3viz.analysis.similarity import centroid_distance, matched_cosine, mismatched_cosine, retrieval_rank

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(matched_cosine, "matched cosine", "", (-1, 1), higher_is_better=True, minimum=1),
        Metric(mismatched_cosine, "mismatched cosine", "", (-1, 1), higher_is_better=False, minimum=2),
        Metric(centroid_distance, "centroid distance", "", (0, 2), higher_is_better=False, minimum=2),
        Metric(retrieval_rank, "retrieval rank", "of n", (1, float("inf")), higher_is_better=False, minimum=2),
    )
}

__all__ = ["METRICS", "Metric"]
