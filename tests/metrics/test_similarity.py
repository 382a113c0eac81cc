from __future__ import annotations

import numpy as np
import pytest

from sam3viz.metrics.similarity import (
    alignment,
    cosine_table,
    matched_cosine,
    mismatched_cosine,
    recall_at_1,
    recall_at_5,
    retrieval_rank,
)


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
    assert recall_at_1(*pair) == np.mean([rank <= 1 for rank in ranks])
    assert recall_at_5(*pair) == np.mean([rank <= 5 for rank in ranks])
    # |a - b|² of unit vectors
    assert alignment(*pair) == pytest.approx(np.mean([2 - 2 * cosine for cosine in matched]))


def test_a_set_against_itself_has_no_gap(pair):
    instance = pair[0]
    assert matched_cosine(instance, instance) == pytest.approx(1)
    assert retrieval_rank(instance, instance) == 1
    assert mismatched_cosine(instance, instance) < 0.5


def test_opposite_sets_are_as_far_as_can_be():
    ones = np.ones((4, 3))
    assert matched_cosine(ones, -ones) == pytest.approx(-1)
    assert alignment(ones, -ones) == pytest.approx(4)


@pytest.mark.parametrize("count", [5, 10])
def test_ties_are_chance_and_not_success(count):
    axis = np.tile([1.0, 0, 0, 0], (count, 1))
    assert retrieval_rank(axis, axis) == (count + 1) / 2
    assert recall_at_1(axis, axis) == pytest.approx(1 / count)
    assert recall_at_5(axis, axis) == pytest.approx(5 / count)


def test_an_instance_blind_to_its_region_ranks_by_chance():
    rng = np.random.default_rng(4)
    rank = retrieval_rank(rng.normal(size=(200, 16)), rng.normal(size=(200, 16)))
    assert 70 < rank < 130
