from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ortho_group

from sam3viz.analysis.similarity import (
    centroid_distance,
    cosine_table,
    matched_cosine,
    mismatched_cosine,
    retrieval_rank,
)

MEASURES = (matched_cosine, mismatched_cosine, centroid_distance, retrieval_rank)


@pytest.fixture
def pair() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    instance = rng.normal(size=(30, 6))
    return instance, instance + rng.normal(size=(30, 6))


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def test_slow_loops(pair):
    instance, partner = pair
    table = np.array([[cosine(a, b) for b in partner] for a in instance])
    np.testing.assert_allclose(cosine_table(*pair), table)
    matched = [table[i, i] for i in range(30)]
    mismatched = [table[i, j] for i in range(30) for j in range(30) if i != j]
    assert matched_cosine(*pair) == pytest.approx(np.mean(matched))
    assert mismatched_cosine(*pair) == pytest.approx(np.mean(mismatched))
    ranks = [1 + sum(table[i, j] > table[i, i] for j in range(30)) for i in range(30)]
    assert retrieval_rank(*pair) == np.median(ranks)
    means = [sum(row / np.linalg.norm(row) for row in rows) / 30 for rows in pair]
    assert centroid_distance(*pair) == pytest.approx(np.linalg.norm(means[0] - means[1]))


def test_a_set_against_itself_has_no_gap(pair):
    instance = pair[0]
    assert matched_cosine(instance, instance) == pytest.approx(1)
    assert centroid_distance(instance, instance) == pytest.approx(0)
    assert retrieval_rank(instance, instance) == 1
    assert mismatched_cosine(instance, instance) < 0.5


def test_opposite_sets_are_as_far_as_can_be():
    ones = np.ones((4, 3))
    assert matched_cosine(ones, -ones) == pytest.approx(-1)
    assert centroid_distance(ones, -ones) == pytest.approx(2)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_common_rotation_and_any_length_change_nothing(measure, pair):
    rotation = ortho_group.rvs(6, random_state=1)
    lengths = np.random.default_rng(2).uniform(0.1, 9, (2, 30, 1))
    turned = [length * rows @ rotation for length, rows in zip(lengths, pair, strict=True)]
    assert measure(*turned) == pytest.approx(measure(*pair))


@pytest.mark.parametrize("measure", MEASURES)
def test_the_order_of_the_pairs_does_not_matter(measure, pair):
    order = np.random.default_rng(3).permutation(30)
    assert measure(pair[0][order], pair[1][order]) == pytest.approx(measure(*pair))


@pytest.mark.parametrize("count", [5, 10])
def test_ties_are_chance_and_not_success(count):
    axis = np.tile([1.0, 0, 0, 0], (count, 1))
    assert retrieval_rank(axis, axis) == (count + 1) / 2


def test_an_instance_blind_to_its_region_ranks_by_chance():
    rng = np.random.default_rng(4)
    rank = retrieval_rank(rng.normal(size=(200, 16)), rng.normal(size=(200, 16)))
    assert 70 < rank < 130
