"""Measures and maps of an analysis. `METRICS` is the one place where a measure is registered."""

from __future__ import annotations

from math import inf

from sam3viz.metrics.distribution import (
    centroid_distance,
    domain_auc,
    effective_rank,
    frechet_distance,
    mean_difference,
    mmd,
    uniformity,
    variance_difference,
)
from sam3viz.metrics.metric import Metric
from sam3viz.metrics.similarity import (
    alignment,
    matched_cosine,
    mismatched_cosine,
    recall_at_1,
    recall_at_5,
    retrieval_rank,
)
from sam3viz.metrics.structure import linear_cka, mutual_knn, rbf_cka

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(matched_cosine, "matched cosine", "", (-1, 1), True, 1, "design document 5.1"),
        Metric(mismatched_cosine, "mismatched cosine", "", (-1, 1), False, 2, "design document 5.1"),
        Metric(retrieval_rank, "retrieval rank", "of n", (1, inf), False, 2, "median rank, arXiv 1707.05612"),
        Metric(recall_at_1, "recall at 1", "", (0, 1), True, 2, "arXiv 1707.05612"),
        Metric(recall_at_5, "recall at 5", "", (0, 1), True, 10, "arXiv 1707.05612"),
        Metric(alignment, "alignment", "", (0, 4), False, 1, "arXiv 2005.10242"),
        Metric(centroid_distance, "centroid distance", "", (0, 2), False, 2, "arXiv 2203.02053"),
        Metric(mean_difference, "channel mean difference", "sd", (0, inf), False, 10, "design document 2.1"),
        Metric(variance_difference, "channel variance difference", "", (0, 1), False, 10, "design document 2.1"),
        Metric(frechet_distance, "Fréchet distance", "", (0, 4), False, 50, "arXiv 1706.08500"),
        Metric(mmd, "MMD²", "", (-2, 2), False, 10, "arXiv 0805.2368"),
        Metric(domain_auc, "domain classifier AUC", "", (0, 1), False, 25, "arXiv 1505.07818"),
        Metric(linear_cka, "linear CKA", "", (-1, 1), True, 10, "arXiv 1905.00414, 2010.15327"),
        Metric(rbf_cka, "RBF CKA", "", (-1, 1), True, 10, "arXiv 1905.00414, 2010.15327"),
        Metric(mutual_knn, "mutual 10-NN", "", (0, 1), True, 25, "arXiv 2405.07987"),
        Metric(uniformity, "uniformity", "", (-8, 0), False, 2, "arXiv 2005.10242"),
        Metric(effective_rank, "effective rank", "", (0, inf), True, 10, "arXiv 2210.02885"),
    )
}

__all__ = ["METRICS", "Metric"]
