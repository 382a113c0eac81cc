from __future__ import annotations

import numpy as np
import pytest

from sam3viz.evaluation.box_scores import box_ap, count_error, without_ignored
from sam3viz.types import Detection

SIZE = (200, 100)
TARGETS = ((10.0, 10.0, 50.0, 40.0), (100.0, 20.0, 140.0, 90.0), (60.0, 50.0, 90.0, 80.0))


def iou(a, b) -> float:
    w = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    area = [(x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (a, b)]
    return w * h / (sum(area) - w * h)


def slow_ap(detections, targets, threshold: float) -> float:
    """COCO's rule, one detection after the other: greedy matching, precision made monotone, 101 recalls."""
    free, hits = list(targets), []
    for detection in sorted(detections, key=lambda d: -d.score):
        best = max(free, key=lambda t: iou(detection.box, t), default=None)
        hit = best is not None and iou(detection.box, best) >= threshold
        if hit:
            free.remove(best)
        hits.append(hit)
    precision = [sum(hits[: k + 1]) / (k + 1) for k in range(len(hits))]
    recall = [sum(hits[: k + 1]) / len(targets) for k in range(len(hits))]
    at = [
        max((p for p, r in zip(precision, recall, strict=True) if r >= level), default=0)
        for level in np.linspace(0, 1, 101)
    ]
    return float(np.mean(at))


def test_perfect_boxes_have_1_and_none_have_0():
    perfect = [Detection(box, 0.9 - 0.1 * i) for i, box in enumerate(TARGETS)]
    assert box_ap([perfect, [], perfect[:1]], TARGETS, SIZE) == [
        (1, 1),
        (0, 0),
        pytest.approx((34 / 101, 34 / 101)),
    ]
    assert box_ap([[]], TARGETS, SIZE) == [(0, 0)]
    with pytest.raises(ValueError, match="no target boxes"):
        box_ap([perfect], [], SIZE)


def test_it_agrees_with_a_slow_loop():
    rng = np.random.default_rng(0)
    answers = []
    for _ in range(8):
        answers.append(
            [
                Detection(
                    tuple(float(v) for v in np.array(TARGETS[rng.integers(3)]) + rng.normal(0, 4, 4)), float(score)
                )
                for score in rng.permutation(9)[:6] / 10
            ]
        )
    for answer, (at_half, mean) in zip(answers, box_ap(answers, TARGETS, SIZE), strict=True):
        assert at_half == pytest.approx(slow_ap(answer, TARGETS, 0.5))
        assert mean == pytest.approx(np.mean([slow_ap(answer, TARGETS, t) for t in np.linspace(0.5, 0.95, 10)]))


def test_every_answer_is_scored_by_itself():
    one = [Detection(TARGETS[0], 0.5), Detection((0.0, 0.0, 5.0, 5.0), 0.9)]
    other = [Detection(TARGETS[1], 0.99)]
    assert box_ap([one, other], TARGETS, SIZE) == [*box_ap([one], TARGETS, SIZE), *box_ap([other], TARGETS, SIZE)]
    assert box_ap([one[::-1]], TARGETS, SIZE) == box_ap([one], TARGETS, SIZE)


def test_what_lies_on_an_exemplar_is_not_counted():
    own = (150.0, 10.0, 190.0, 50.0)
    inside = Detection((155.0, 10.0, 170.0, 30.0), 0.9)
    mostly_outside = Detection((120.0, 10.0, 160.0, 50.0), 0.8)
    assert without_ignored([inside, mostly_outside], [own], TARGETS) == (mostly_outside,)
    assert without_ignored([inside], [], TARGETS) == (inside,)
    assert without_ignored([], [own], TARGETS) == ()


def test_a_target_behind_the_exemplar_still_counts():
    target = Detection(TARGETS[0], 0.9)
    assert without_ignored([target], [(0.0, 0.0, 100.0, 60.0)], TARGETS) == (target,)
    assert without_ignored([target], [(0.0, 0.0, 100.0, 60.0)], []) == ()


def test_too_many_and_too_few_are_the_same_error():
    two = [Detection(TARGETS[0], 0.9)] * 2
    assert [count_error(two, TARGETS[:n]) for n in (0, 1, 2, 3)] == [2, 1, 0, 1]
