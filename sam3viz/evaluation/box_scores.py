"""Scores of detections: box average precision (COCO's, through faster-coco-eval) and the error of the count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from faster_coco_eval import COCO, COCOeval_faster
from faster_coco_eval import mask as ious

from sam3viz.evaluation.episodes import Box
from sam3viz.types import Detection

MIN_OVERLAP = 0.5
"""From which a detection lies on a box."""


def without_ignored(
    detections: Sequence[Detection], ignored: Sequence[Box], targets: Sequence[Box]
) -> tuple[Detection, ...]:
    """Drop detections on an ``ignored`` box: the exemplars' own, crowds, sizes that are not asked.

    A detection is on such a box where half of its own area lies in it, as COCO treats crowds; unless it is on a target
    (intersection over union of one half), which may stand close behind.
    """
    if not detections or not ignored:
        return tuple(detections)
    boxes = [_xywh(d.box) for d in detections]
    on_ignored = np.asarray(ious.iou(boxes, [_xywh(box) for box in ignored], [1] * len(ignored))).max(1) >= MIN_OVERLAP
    if targets:
        overlaps = np.asarray(ious.iou(boxes, [_xywh(box) for box in targets], [0] * len(targets)))
        on_ignored &= ~(overlaps.max(1) >= MIN_OVERLAP)
    return tuple(d for d, drop in zip(detections, on_ignored, strict=True) if not drop)


def count_error(detections: Sequence[Detection], targets: Sequence[Box]) -> float:
    """Return the absolute difference between how many were detected and how many there are."""
    return float(abs(len(detections) - len(targets)))


def box_ap(
    answers: Sequence[Sequence[Detection]], targets: Sequence[Box], size: tuple[int, int]
) -> list[tuple[float, float]]:
    """Score several ``answers`` to one question, each by itself: AP at an IoU of .5 and averaged over .5 to .95, 0..1.

    Every answer is a category of its own to COCO's evaluation, so that one run scores all of them. Of an answer the
    100 highest detections count.

    Args:
        size: width and height of the picture in pixels.

    Raises:
        ValueError: there are no targets, where precision is not defined.
    """
    if not targets:
        raise ValueError("There are no target boxes: average precision is not defined.")
    categories = [{"id": k, "name": str(k)} for k in range(1, len(answers) + 1)]
    truth = [_annotation(box, k) for k in range(1, len(answers) + 1) for box in targets]
    detected = [_annotation(d.box, k) | {"score": d.score} for k, answer in enumerate(answers, 1) for d in answer]
    images = [{"id": 1, "width": size[0], "height": size[1]}]
    sets = []
    for boxes in (truth, detected):
        numbered = [box | {"id": i} for i, box in enumerate(boxes, 1)]
        sets.append(COCO({"images": images, "categories": categories, "annotations": numbered}))
    evaluation = COCOeval_faster(*sets, "bbox")
    evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, 1e10]], ["all"]
    evaluation.params.maxDets = [100]
    evaluation.evaluate()
    evaluation.accumulate()
    precision = np.asarray(evaluation.eval["precision"])[..., 0, 0].clip(0)  # [thresholds, recalls, answers]
    return list(zip(precision[0].mean(0).tolist(), precision.mean((0, 1)).tolist(), strict=True))


def _annotation(box: Box, category: int) -> dict[str, Any]:
    x, y, w, h = _xywh(box)
    return {"image_id": 1, "category_id": category, "bbox": [x, y, w, h], "area": w * h, "iscrowd": 0}


def _xywh(box: Box) -> list[float]:
    x0, y0, x1, y1 = map(float, box)
    return [x0, y0, x1 - x0, y1 - y0]
