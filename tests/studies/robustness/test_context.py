from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from sam3viz.studies.robustness.context import isolation, looseness, relocation

BOX = (20.0, 10.0, 60.0, 40.0)
RNG = np.random.default_rng(0)


@pytest.fixture
def image() -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 256, (80, 100, 3), np.uint8))


def outside() -> np.ndarray:
    mask = np.ones((80, 100), bool)
    mask[10:40, 20:60] = False
    return mask


@pytest.mark.parametrize("level", [0.5, 2.0])
def test_a_loose_box_has_the_same_middle_and_longer_sides(image, level):
    view = looseness(image, BOX, level, RNG)
    x0, y0, x1, y1 = view.box
    assert view.image is image
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == (40, 25)
    assert (x1 - x0, y1 - y0) == (40 * level, 30 * level)


@pytest.mark.parametrize("change", [isolation, relocation])
@pytest.mark.parametrize("level", [0.25, 1.0])
def test_the_thing_itself_stays_and_its_surroundings_fade(image, change, level):
    got, before = np.asarray(change(image, BOX, level, RNG).image, float), np.asarray(image, float)
    other = np.full_like(before, 128) if change is isolation else before[::-1, ::-1]
    np.testing.assert_array_equal(got[~outside()], before[~outside()])
    expected = (1 - level) * before + level * other
    np.testing.assert_allclose(got[outside()], expected[outside()], atol=1.01)


def test_a_box_over_the_border_keeps_what_there_is(image):
    got = np.asarray(isolation(image, (-10.0, -5.0, 30.0, 20.0), 1.0, RNG).image)
    np.testing.assert_array_equal(got[:20, :30], np.asarray(image)[:20, :30])
    assert (got[20:] == 128).all()
