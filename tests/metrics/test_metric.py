from __future__ import annotations

import math

import numpy as np
import pytest

from sam3viz.metrics import Metric


def first_product(instance: np.ndarray, partner: np.ndarray) -> float:
    return float(instance[0] @ partner[0])


METRIC = Metric(first_product, "product", "", (0, 9), higher_is_better=True, minimum=3, source="linear algebra")


def test_it_is_named_after_and_gives_its_function():
    rows = np.full((3, 2), 2.0)
    assert METRIC.name == "first_product"
    assert METRIC(rows, rows) == 8


@pytest.mark.parametrize("count", [0, 2])
def test_too_few_samples_are_not_a_number(count):
    assert math.isnan(METRIC(np.ones((count, 2)), np.ones((count, 2))))
