from __future__ import annotations

import pytest

from sam3viz.evaluation.estimate import Estimate
from sam3viz.studies.dataset_gap.summarize import CosineGap, GapSummary, Ranking, VariantGap
from tests.helpers.gap_summaries import gap_summary, number, variant_gap


def _gap(matched: float, mismatched: float, score: float) -> VariantGap:
    measures = {"matched_cosine": number(matched), "mismatched_cosine": number(mismatched)}
    measures |= {"contrast": number(matched - mismatched), "recall_at_1": number(0.5), "domain_auc": number(0.97)}
    return variant_gap(
        measures | {"retrieval_rank": number(4.0)},
        {"patch_ap": number(score, score - 0.1, score + 0.1)},
        by_size={"small": _cosines(number(0.7, n=31), number(0.5)), "large": _cosines(number(None, n=0), number(None))},
    )


def _cosines(matched: Estimate, contrast: Estimate) -> CosineGap:
    return CosineGap(matched, number(None), contrast)


@pytest.fixture
def summary() -> GapSummary:
    """`adaptive` has the highest matched cosine of all bridges, and its mismatched one is nearly as high."""
    variants = {
        "raw": _gap(1.0, 0.0, 0.4),
        "baseline": _gap(0.0, 0.1, 0.1),
        "distillation": _gap(0.9, 0.1, 0.5),
        "adaptive": _gap(0.99, 0.95, 0.59),
        "unified": _gap(0.6, 0.1, 0.6),
    }
    leads = {"raw": number(0.2, 0.05, 0.31), "baseline": number(0.5, 0.4, 0.6)}
    leads |= {"distillation": number(0.1, -0.01, 0.2), "adaptive": number(0.01)}
    return gap_summary(variants, Ranking("unified", leads))
