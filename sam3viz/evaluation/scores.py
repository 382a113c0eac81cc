"""How a heat map is scored against the right answer of an episode, and the names of all scores."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float32
from sklearn.metrics import average_precision_score

from sam3viz.evaluation.episodes import GRID, Box, Episode, MaskGrid

SCORE_NAMES = ("patch_ap", "ap_vs_objects", "ap_not_person", "peak_recall", "count_error", "box_ap50", "box_ap")
"""The first four are of a heat map, see `score_heat`; the others of detections, see `sam3viz.evaluation.box_scores`."""
UPPER_BOUNDS = {"count_error": math.inf}
"""Of the scores whose upper end is not 1; all begin at 0."""
PERSON = "person"
"""People are most of COCO's objects: scores are given without them, too."""


def resample(heat: Float32[np.ndarray, "h w"], size: tuple[int, int]) -> Float32[np.ndarray, "64 64"]:
    """Sample a heat map at the centres of the grid's cells.

    By way of the picture's own resolution, as `Prediction.heatmap` shows it: what is scored is what is seen.

    Args:
        size: width and height of the picture in pixels.
    """
    grid = torch.from_numpy(heat)[None, None]
    heatmap = F.interpolate(grid, size[::-1], mode="bilinear", align_corners=False).clamp(0, 1)
    return F.interpolate(heatmap, (GRID, GRID), mode="bilinear", align_corners=False)[0, 0].numpy()


def score_heat(
    heat: Float32[np.ndarray, "64 64"], grid: MaskGrid, episode: Episode, size: tuple[int, int]
) -> dict[str, float]:
    """Score a heat map; scores that the episode does not define are absent.

    ``patch_ap`` is the average precision over all cells, ``ap_vs_objects`` over cells of objects alone (told apart
    from other objects rather than from the ground), ``ap_not_person`` is ``patch_ap`` where people are not asked for,
    ``peak_recall`` the share of target boxes that the K highest peaks hit, K being their number. All 0..1.

    Args:
        heat: as `resample` returns it.
        grid: the episode's right answer.
        size: width and height of the picture in pixels.
    """
    scored, objects = ~grid.ignored, grid.targets | grid.objects
    patch_ap = float(average_precision_score(grid.targets[scored], heat[scored]))
    scores = {"patch_ap": patch_ap, "peak_recall": peak_recall(heat, grid, episode.targets, size)}
    if episode.category != PERSON:
        scores["ap_not_person"] = patch_ap
    if grid.objects.any():
        scores["ap_vs_objects"] = float(average_precision_score(grid.targets[objects], heat[objects]))
    return scores


def peak_recall(
    heat: Float32[np.ndarray, "64 64"], grid: MaskGrid, targets: Sequence[Box], size: tuple[int, int]
) -> float:
    """Return the share of the K target boxes that hold one of the K highest maxima over 5 x 5 cells."""
    cells = torch.from_numpy(heat)[None, None]
    peaks = (F.max_pool2d(cells, 5, 1, 2) == cells)[0, 0].numpy() & ~grid.ignored
    rows, columns = np.nonzero(peaks)
    highest = np.argsort(-heat[rows, columns])[: len(targets)]
    x, y = (columns[highest] + 0.5) / GRID * size[0], (rows[highest] + 0.5) / GRID * size[1]
    hit = [((x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1)).any() for x0, y0, x1, y1 in targets]
    return float(np.mean(hit))
