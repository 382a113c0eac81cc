from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from sam3viz.studies.robustness.geometry import jitter, perspective, rotation, scale
from sam3viz.studies.robustness.perturbation import move_box

SIZE = (200, 160)
BOX = (80.0, 60.0, 120.0, 90.0)
MIDDLE = np.array([100.0, 75.0, 1.0])
RNG = np.random.default_rng(0)


@pytest.fixture
def picture() -> Image.Image:
    """A white rectangle exactly under the box."""
    image = Image.new("RGB", SIZE)
    ImageDraw.Draw(image).rectangle((80, 60, 119, 89), fill="white")
    return image


def white_box(image: Image.Image) -> tuple[float, ...]:
    """Of what is white in the middle; beyond the edges the picture goes on mirrored."""
    bright = np.asarray(image)[..., 0] > 127
    bright[:, :60] = bright[:, 140:] = False
    bright[:45] = bright[105:] = False
    rows, columns = np.nonzero(bright)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


@pytest.mark.parametrize(
    ("change", "level"), [(scale, 0.5), (scale, 1.5), (rotation, 90.0), (rotation, 180.0), (perspective, 45.0)]
)
def test_the_map_says_where_the_picture_shows_the_thing(picture, change, level):
    view = change(picture, BOX, level, RNG)
    assert white_box(view.image) == pytest.approx(move_box(BOX, view.map), abs=1.01)
    kept = view.map @ MIDDLE
    np.testing.assert_allclose(kept / kept[2], MIDDLE, atol=1e-9)


def test_scale_multiplies_the_sides():
    x0, y0, x1, y1 = move_box(BOX, scale(Image.new("RGB", SIZE), BOX, 2.0, RNG).map)
    assert (x1 - x0, y1 - y0) == pytest.approx((80, 60))


def test_a_quarter_turn_swaps_the_sides_and_is_clockwise():
    view = rotation(Image.new("RGB", SIZE), BOX, 90.0, RNG)
    x0, y0, x1, y1 = move_box(BOX, view.map)
    assert (x1 - x0, y1 - y0) == pytest.approx((30, 40))
    right_of_middle = view.map @ [110, 75, 1]
    assert right_of_middle[:2] == pytest.approx([100, 85])  # now below it


def test_seen_from_the_side_it_is_narrower_and_one_end_is_nearer():
    view = perspective(Image.new("RGB", SIZE), BOX, 60.0, RNG)
    x0, _, x1, _ = move_box(BOX, view.map)
    assert x1 - x0 == pytest.approx(40 * np.cos(np.pi / 3), rel=0.1)
    left, right = (
        np.diff([(view.map @ [x, y, 1])[1] / (view.map @ [x, y, 1])[2] for y in (60, 90)]) for x in (80, 120)
    )
    assert abs(left - right) > 0.5


def test_jitter_moves_each_side_of_the_drawn_box_by_at_most_its_share():
    for seed in range(20):
        view = jitter(Image.new("RGB", SIZE), BOX, 0.2, np.random.default_rng(seed))
        assert np.all(np.abs(np.subtract(view.box, BOX)) <= [8, 6, 8, 6])
        assert view.box != BOX
