from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import sqrtm
from scipy.stats import entropy
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.preprocessing import normalize

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


@pytest.fixture(params=[(200, 6), (60, 90)], ids=["more rows", "more channels"])
def pair(request) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    instance = rng.normal(size=request.param) + 0.5
    return instance, 0.7 * instance + rng.normal(size=instance.shape)


def test_centroids_and_channels_by_slow_loops(pair):
    a, b = (np.array([row / np.linalg.norm(row) for row in rows]) for rows in pair)
    assert centroid_distance(*pair) == pytest.approx(np.linalg.norm(a.mean(0) - b.mean(0)))
    differences, ratios = [], []
    for x, y in zip(a.T, b.T, strict=True):
        differences.append(abs(np.mean(x) - np.mean(y)) / np.sqrt((np.var(x, ddof=1) + np.var(y, ddof=1)) / 2))
        ratios.append(abs(np.var(x) - np.var(y)) / (np.var(x) + np.var(y)))
    assert mean_difference(*pair) == pytest.approx(np.median(differences))
    assert variance_difference(*pair) == pytest.approx(np.mean(ratios))


def test_opposite_sets_are_as_far_as_can_be():
    ones = np.ones((60, 3))
    assert centroid_distance(ones, -ones) == pytest.approx(2)
    assert frechet_distance(ones, -ones) == pytest.approx(4)
    assert domain_auc(ones, -ones) == 1


def test_frechet_distance_by_the_root_of_the_covariances_product(pair):
    a, b = (normalize(rows) for rows in pair)
    s, t = np.cov(a.T), np.cov(b.T)
    # A ridge, since scipy's root is not exact where a covariance is singular.
    ridge = 1e-9 * np.eye(len(s))
    expected = np.square(a.mean(0) - b.mean(0)).sum() + np.trace(s + t - 2 * sqrtm((s + ridge) @ (t + ridge)).real)
    assert frechet_distance(*pair) == pytest.approx(expected, abs=1e-3)


def test_frechet_distance_of_two_means_alone():
    """Equal covariances: the squared distance of the means is left."""
    rng = np.random.default_rng(1)
    spread = 1e-3 * rng.normal(size=(80, 4))
    a, b = (spread + np.eye(4)[axis] for axis in (0, 1))
    assert frechet_distance(a, b) == pytest.approx(2, abs=1e-2)


def test_mmd_by_sklearn_kernels(pair):
    a, b = (normalize(rows) for rows in pair)
    every = np.concatenate([a, b])
    distances = [np.linalg.norm(x - y) for i, x in enumerate(every) for y in every[:i]]
    gamma = 1 / (2 * np.median(distances) ** 2)
    n = len(a)
    total = sum(
        (sign * rbf_kernel(x, y, gamma=gamma) * (1 - np.eye(n))).sum()
        for sign, x, y in ((1, a, a), (1, b, b), (-2, a, b))
    )
    assert mmd(*pair) == pytest.approx(total / (n * (n - 1)))


def test_mmd_of_sets_drawn_alike_is_unbiased():
    rng = np.random.default_rng(2)
    values = [mmd(rng.normal(size=(40, 5)), rng.normal(size=(40, 5))) for _ in range(60)]
    assert abs(np.mean(values)) < 2.5 * np.std(values) / np.sqrt(len(values))
    assert min(values) < 0 < max(values)


def test_domain_classifier_against_discriminant_analysis_with_known_classes():
    """Two Gaussians a known way apart: the best linear AUC is Phi(d / sqrt 2); sklearn's LDA gets as near."""
    rng = np.random.default_rng(3)
    a, b = (rng.normal(size=(400, 5)) + np.array([10, shift, 0, 0, 0]) for shift in (0, 1))
    lda = LinearDiscriminantAnalysis().fit(normalize(np.concatenate([a, b])), np.repeat([0, 1], 400))
    score = lda.decision_function(normalize(np.concatenate([a, b])))
    expected = (score[400:, None] > score[None, :400]).mean()
    assert expected == pytest.approx(0.76, abs=0.04)
    assert domain_auc(a, b) == pytest.approx(expected, abs=0.03)


def test_a_classifier_that_remembers_does_not_find_what_is_not_there():
    rng = np.random.default_rng(4)
    assert domain_auc(rng.normal(size=(150, 300)), rng.normal(size=(150, 300))) == pytest.approx(0.5, abs=0.1)


def test_uniformity_by_a_slow_loop(pair):
    a = normalize(pair[0])
    potential = [np.exp(-2 * np.sum((x - y) ** 2)) for i, x in enumerate(a) for y in a[:i]]
    assert uniformity(*pair) == pytest.approx(np.log(np.mean(potential)))


def test_effective_rank_by_scipys_entropy(pair):
    values = np.linalg.svd(normalize(pair[0]), compute_uv=False)
    assert effective_rank(*pair) == pytest.approx(np.exp(entropy(values)), rel=1e-3)


def test_effective_rank_counts_directions():
    axes = np.tile(np.eye(12)[:5], (4, 1))
    assert effective_rank(axes, axes) == pytest.approx(5, rel=1e-3)
