from __future__ import annotations

import numpy as np
import pytest
import torch

from sam3viz.evaluation.episodes import GRID, Episode, MaskGrid
from sam3viz.evaluation.scores import peak_recall, resample, score_heat
from sam3viz.types import Prediction

WIDTH, HEIGHT = 160, 120


def slow_ap(truth, heat) -> float:
    """Mean over the positives of the precision at their rank, equal heats taken together."""
    return float(np.mean([truth[heat >= value].mean() for value in heat[truth]]))


def random_mask_grid(rng) -> MaskGrid:
    kinds = rng.integers(0, 4, (GRID, GRID))
    return MaskGrid(kinds == 1, kinds == 2, kinds == 3)


def an_episode(category: str = "cat", targets=((10.0, 10.0, 40.0, 40.0), (100.0, 60.0, 130.0, 100.0))) -> Episode:
    return Episode(category, (0.0, 0.0, 5.0, 5.0), None, targets, (), lambda: None)


def test_average_precision_agrees_with_a_slow_loop():
    rng = np.random.default_rng(0)
    grid = random_mask_grid(rng)
    heat = (rng.random((GRID, GRID)) * 0.5 + 0.3 * grid.targets).round(2).astype(np.float32)
    found = score_heat(heat, grid, an_episode(), (WIDTH, HEIGHT))
    keep, objects = ~grid.ignored, grid.targets | grid.objects
    assert found["patch_ap"] == pytest.approx(slow_ap(grid.targets[keep], heat[keep]))
    assert found["ap_vs_objects"] == pytest.approx(slow_ap(grid.targets[objects], heat[objects]))
    assert found["ap_not_person"] == found["patch_ap"]
    left_out_hot = np.where(grid.ignored, 1, heat).astype(np.float32)
    assert score_heat(left_out_hot, grid, an_episode(), (WIDTH, HEIGHT))["patch_ap"] == found["patch_ap"]


def test_scores_that_an_episode_does_not_define_are_absent():
    rng = np.random.default_rng(1)
    grid = random_mask_grid(rng)
    heat = rng.random((GRID, GRID)).astype(np.float32)
    assert "ap_not_person" not in score_heat(heat, grid, an_episode("person"), (WIDTH, HEIGHT))
    alone = MaskGrid(grid.targets, np.zeros_like(grid.targets), grid.ignored)
    assert "ap_vs_objects" not in score_heat(heat, alone, an_episode(), (WIDTH, HEIGHT))


def test_the_truth_itself_scores_1():
    grid = random_mask_grid(np.random.default_rng(2))
    found = score_heat(grid.targets.astype(np.float32), grid, an_episode(), (WIDTH, HEIGHT))
    assert (found["patch_ap"], found["ap_vs_objects"]) == (1, 1)


def test_peaks_agree_with_a_slow_loop():
    rng = np.random.default_rng(3)
    left_out = rng.random((GRID, GRID)) < 0.1
    nothing = np.zeros((GRID, GRID), bool)
    for count in (1, 2, 5):
        targets = []
        for _ in range(count):
            x, y = rng.uniform(0, WIDTH - 40), rng.uniform(0, HEIGHT - 40)
            targets.append((x, y, x + rng.uniform(5, 40), y + rng.uniform(5, 40)))
        heat = rng.random((GRID, GRID)).astype(np.float32)
        peaks = []
        for row in range(GRID):
            for column in range(GRID):
                around = heat[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3]
                if heat[row, column] == around.max() and not left_out[row, column]:
                    peaks.append((heat[row, column], (column + 0.5) * WIDTH / GRID, (row + 0.5) * HEIGHT / GRID))
        highest = sorted(peaks, reverse=True)[:count]
        hit = sum(any(t[0] <= x <= t[2] and t[1] <= y <= t[3] for _, x, y in highest) for t in targets)
        grid = MaskGrid(nothing, nothing, left_out)
        assert peak_recall(heat, grid, targets, (WIDTH, HEIGHT)) == pytest.approx(hit / count)


def test_the_heat_is_scored_as_it_is_shown():
    heat = torch.rand(9, 13).numpy()
    heatmap = Prediction(heat, (HEIGHT, WIDTH), (), 0.0).heatmap
    again = torch.nn.functional.interpolate(
        torch.from_numpy(heatmap)[None, None], (GRID, GRID), mode="bilinear", align_corners=False
    )
    np.testing.assert_array_equal(resample(heat, (WIDTH, HEIGHT)), again[0, 0].numpy())
