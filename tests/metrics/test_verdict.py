from __future__ import annotations

import numpy as np
import pytest

from sam3viz.metrics.verdict import verdict
from sam3viz.types import Detection, VariantResult

PROBES = 40


def result(name: str, matched: float, mismatched: float, rank: float, found: int = 0) -> VariantResult:
    rows = np.zeros((PROBES, 3), np.float32)
    return VariantResult(
        heat_grid=np.zeros((2, 2), np.float32),
        size=(32, 32),
        seconds=0.0,
        name=name,
        reference_size=(32, 32),
        visual=rows[:4],
        exemplar=rows[:1],
        partner=rows[:1],
        probe_exemplar=rows,
        probe_partner=rows,
        detections=(Detection((0, 0, 1, 1), 0.9),) * found,
        metrics={"matched_cosine": matched, "mismatched_cosine": mismatched, "retrieval_rank": rank},
    )


def judge(*results: VariantResult):
    return verdict({r.name: r for r in results})


@pytest.mark.parametrize(
    ("matched", "mismatched", "rank", "state"),
    [
        (0.02, 0.01, 20.5, "chance"),
        (0.9, 0.1, 15, "chance"),  # cosines do not outweigh the rank
        (0.9, 0.85, 2, "apart"),  # a narrow cone: everything is alike, partners hardly more so
        (-0.2, -0.4, 1, "apart"),
        (0.8, 0.1, 2, "close"),
    ],
)
def test_states(matched, mismatched, rank, state):
    judged = judge(result("baseline", matched, mismatched, rank))
    assert judged.state == state
    assert (judged.baseline.matched, judged.baseline.mismatched, judged.baseline.rank) == (matched, mismatched, rank)
    assert judged.probes == PROBES
    assert judged.nearest is None


def test_the_nearest_bridge_is_that_of_the_largest_contrast():
    judged = judge(
        result("raw", 1, 0.1, 1, found=3),
        result("baseline", 0, 0, 20),
        result("contrastive", 0.9, 0.8, 3),
        result("unified", 0.6, 0.05, 1, found=2),
    )
    assert judged.nearest.name == "unified"  # raw is the reference line, not a bridge
    assert judged.nearest.contrast == pytest.approx(0.55)
    assert judged.found == {"raw": 3, "baseline": 0, "contrastive": 0, "unified": 2}


def test_there_is_nothing_to_judge_without_the_baseline():
    assert judge(result("raw", 1, 0.1, 1)) is None
