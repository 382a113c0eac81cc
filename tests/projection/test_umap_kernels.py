"""Neighbours for UMAP, exact and approximate, against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from sam3viz.projection import umap_kernels


def clouds(count: int, seed: int = 0) -> np.ndarray:
    """Ten of them, in 16 dimensions."""
    rng = np.random.default_rng(seed)
    middles = 4 * rng.standard_normal((10, 16))
    return (middles[rng.integers(0, 10, count)] + rng.standard_normal((count, 16))).astype(np.float32)


def test_few_points_get_their_exact_neighbours():
    points = clouds(300)
    index, nearest = umap_kernels.neighbours(points, 8, seed=0)
    true_distances, true_index = NearestNeighbors(n_neighbors=8, algorithm="brute").fit(points).kneighbors(points)
    np.testing.assert_array_equal(index, true_index)
    np.testing.assert_allclose(nearest, true_distances, atol=1e-3)
    assert (index[:, 0] == np.arange(300)).all()


@pytest.mark.slow
def test_many_points_get_nearly_all_of_theirs_and_a_map(monkeypatch):
    points = clouds(1200)
    exact, _ = umap_kernels.neighbours(points, 10, seed=0)
    monkeypatch.setattr(umap_kernels, "MOST_EXACT", 1000)
    index, nearest = umap_kernels.neighbours(points, 10, seed=0)
    assert not np.array_equal(index, exact)  # the other way was taken
    recall = np.mean([len(set(row) & set(true)) / 10 for row, true in zip(index, exact, strict=True)])
    assert recall > 0.95
    assert (index[:, 0] == np.arange(1200)).all()
    assert (np.diff(nearest, axis=1) >= 0).all()
    again, _ = umap_kernels.neighbours(points, 10, seed=0)
    np.testing.assert_array_equal(index, again)
    assert np.isfinite(umap_kernels.embed(points, None, 5, seed=0)).all()


def test_added_points_lie_among_their_neighbours_of_the_map():
    points = clouds(300)
    plane = points[:, :2].copy()
    added = np.concatenate([points[:3], points[3:6] + 0.1])
    placed = umap_kernels.place(points, plane, added)
    np.testing.assert_array_equal(placed[:3], plane[:3])
    _, nearest = NearestNeighbors(n_neighbors=umap_kernels.NEIGHBOURS).fit(points).kneighbors(added[3:])
    for place, index in zip(placed[3:], nearest, strict=True):
        assert (plane[index].min(0) <= place).all()
        assert (place <= plane[index].max(0)).all()
    assert umap_kernels.place(points, plane, points[:0]).shape == (0, 2)
