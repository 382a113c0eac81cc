from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import ortho_group
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize

from sam3viz.metrics.structure import linear_cka, mutual_knn, rbf_cka


@pytest.fixture
def pair() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    instance = rng.normal(size=(40, 6))
    return instance, instance + rng.normal(size=instance.shape)


def hsic(k: np.ndarray, l: np.ndarray) -> float:  # noqa: E741 the papers' letters
    """Unbiased HSIC as its definition sums it: means over pairs, triples and quadruples of distinct points."""
    n = len(k)
    two = np.mean([k[i, j] * l[i, j] for i, j in permutations(range(n), 2)])
    three = np.mean([k[i, j] * l[i, q] for i, j, q in permutations(range(n), 3)])
    four = np.mean([k[i, j] * l[q, r] for i, j, q, r in permutations(range(n), 4)])
    return float(two + four - 2 * three)


def test_cka_by_the_definition(pair):
    a, b = (normalize(rows[:9]) for rows in pair)

    def expected(k: np.ndarray, l: np.ndarray) -> float:  # noqa: E741
        return hsic(k, l) / np.sqrt(hsic(k, k) * hsic(l, l))

    assert linear_cka(pair[0][:9], pair[1][:9]) == pytest.approx(expected(a @ a.T, b @ b.T))

    def gaussian(rows: np.ndarray) -> np.ndarray:
        squared = np.array([[np.sum((x - y) ** 2) for y in rows] for x in rows])
        return np.exp(-squared / (2 * np.median(np.sqrt(squared[np.triu_indices(len(rows), 1)])) ** 2))

    assert rbf_cka(pair[0][:9], pair[1][:9]) == pytest.approx(expected(gaussian(a), gaussian(b)))


@pytest.mark.parametrize("measure", [linear_cka, rbf_cka, mutual_knn])
def test_one_side_turned_alone_changes_nothing(measure, pair):
    rotation = ortho_group.rvs(6, random_state=1)
    assert measure(pair[0], pair[0] @ rotation) == pytest.approx(1)
    assert measure(pair[0], pair[1] @ rotation) == pytest.approx(measure(*pair))


@pytest.mark.parametrize("measure", [linear_cka, rbf_cka])
def test_independent_sets_have_nothing_in_common_however_few(measure):
    """Few points in many channels, where the biased form is near 1."""
    rng = np.random.default_rng(1)
    values = [measure(rng.normal(size=(12, 256)), rng.normal(size=(12, 256))) for _ in range(40)]
    assert abs(np.mean(values)) < 0.05


def test_a_set_without_structure_has_none_in_common(pair):
    assert linear_cka(pair[0], np.ones((40, 6))) == 0
    assert rbf_cka(pair[0], np.ones((40, 6))) == 0


def test_mutual_neighbours_by_sklearn(pair):
    shares = []
    lists = [NearestNeighbors(n_neighbors=10).fit(normalize(rows)).kneighbors(return_distance=False) for rows in pair]
    for mine, partners in zip(*lists, strict=True):
        shares.append(len(set(mine) & set(partners)) / 10)
    assert mutual_knn(*pair) == pytest.approx(np.mean(shares))
