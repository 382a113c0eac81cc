from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sam3viz.inference.probes import LATTICE, probe_boxes

sides = st.integers(1, 6000)


@settings(max_examples=50, deadline=None)
@given(sides, sides)
def test_boxes_lie_inside_have_area_and_mirror_into_one_another(width, height):
    boxes = probe_boxes(width, height)
    assert boxes.dtype == np.float32
    assert ((boxes >= 0) & (boxes <= 1)).all()
    assert (boxes[:, 2:] > boxes[:, :2]).all()
    mirrored = 1 - boxes[:, [2, 3, 0, 1]]
    np.testing.assert_allclose(np.sort(mirrored, 0), np.sort(boxes, 0), atol=1e-6)


@settings(max_examples=50, deadline=None)
@given(sides, sides)
def test_no_box_is_there_twice(width, height):
    """Twins tie in retrieval, and the reference line itself would no longer rank first."""
    boxes = probe_boxes(width, height)
    assert len(np.unique(boxes, axis=0)) == len(boxes)


@settings(max_examples=50, deadline=None)
@given(st.integers(300, 3000), st.floats(0.3, 3))
def test_three_sizes_of_squares_relative_to_the_area(width, aspect):
    height = round(width / aspect)
    boxes = probe_boxes(width, height)
    assert len(boxes) == 174
    pixels = (boxes[:, 2:] - boxes[:, :2]) * [width, height]
    np.testing.assert_allclose(pixels[:, 0], pixels[:, 1], rtol=1e-3)
    got = np.unique((pixels[:, 0] / (width * height) ** 0.5).round(3))
    np.testing.assert_allclose(got, [share for share, _ in LATTICE], atol=2e-3)


@pytest.mark.parametrize("aspect", [0.3, 1, 1.5, 3])
def test_every_part_of_the_picture_is_covered(aspect):
    boxes = probe_boxes(round(1000 * aspect), 1000)
    y, x = np.random.default_rng(0).random((2, 500, 1))
    inside = (boxes[:, 0] <= x) & (x <= boxes[:, 2]) & (boxes[:, 1] <= y) & (y <= boxes[:, 3])
    assert inside.any(1).all()
