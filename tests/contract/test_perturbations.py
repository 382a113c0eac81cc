"""What every perturbation must do, run over every entry of PERTURBATIONS."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from skimage import data

from sam3viz.studies.robustness import PERTURBATIONS, Perturbation
from sam3viz.studies.robustness.perturbation import move_box

every = pytest.mark.parametrize("perturbation", PERTURBATIONS.values(), ids=PERTURBATIONS)
BOX = (60.0, 40.0, 110.0, 100.0)


@pytest.fixture(scope="module")
def image() -> Image.Image:
    return Image.fromarray(data.astronaut()).resize((200, 150))


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@every
def test_is_described(perturbation: Perturbation):
    assert PERTURBATIONS[perturbation.name] is perturbation
    assert perturbation.label
    assert perturbation.unit
    assert perturbation.apply.__doc__
    assert perturbation.neutral in perturbation.levels
    assert list(perturbation.levels) == sorted(set(perturbation.levels))


@every
def test_the_neutral_level_is_the_picture_itself(perturbation: Perturbation, image):
    view = perturbation(image, BOX, perturbation.neutral, rng())
    assert view.image is image
    np.testing.assert_array_equal(view.map, np.eye(3))
    assert view.box is None


@every
def test_every_level_is_a_view_of_the_same_size_that_leaves_the_original_alone(perturbation: Perturbation, image):
    before = np.asarray(image).copy()
    for level in perturbation.levels:
        view = perturbation(image, BOX, level, rng())
        assert view.image.size == image.size
        assert view.image.mode == "RGB"
        assert np.isfinite(view.map).all()
        assert np.isfinite(view.box or move_box(BOX, view.map)).all()
    np.testing.assert_array_equal(np.asarray(image), before)


@every
def test_the_same_generator_gives_the_same_view(perturbation: Perturbation, image):
    level = perturbation.levels[-1]
    one, two = (perturbation(image, BOX, level, rng()) for _ in range(2))
    np.testing.assert_array_equal(np.asarray(one.image), np.asarray(two.image))
    np.testing.assert_array_equal(one.map, two.map)
    assert one.box == two.box


@every
def test_what_is_hidden_lies_on_the_picture_and_is_all_that_is_hidden(perturbation: Perturbation, image):
    view = perturbation(image, BOX, perturbation.levels[-1], rng())
    for x0, y0, x1, y1 in view.hidden:
        assert 0 <= x0 < x1 <= image.width
        assert 0 <= y0 < y1 <= image.height
    if perturbation.per_object:
        np.testing.assert_array_equal(view.map, np.eye(3))
        assert view.box is None
        assert view.hidden


@every
def test_levels_of_one_generator_share_their_side_and_direction(perturbation: Perturbation, image):
    """What changes at a level still changes at the next: the same side, direction or pattern, only further."""
    levels = perturbation.levels
    at = levels.index(perturbation.neutral)
    for way in (levels[at + 1 :], levels[:at][::-1]):
        views = [perturbation(image, BOX, level, rng()) for level in way]
        for weak, strong in pairwise(views):
            if weak.box is not None:
                assert (np.sign(np.subtract(weak.box, BOX)) == np.sign(np.subtract(strong.box, BOX))).all()
            for (x0, y0, x1, y1), (left, top, right, bottom) in zip(weak.hidden, strong.hidden, strict=True):
                assert left <= x0 < x1 <= right
                assert top <= y0 < y1 <= bottom
            assert weak.map[2, 0] * strong.map[2, 0] >= 0


@every
def test_the_harder_the_further_from_the_picture(perturbation: Perturbation, image):
    def distance(level: float) -> float:
        view = perturbation(image, BOX, level, rng())
        if view.box is not None:
            return float(np.abs(np.subtract(view.box, BOX)).sum())
        return float(np.abs(np.asarray(view.image, float) - np.asarray(image, float)).mean())

    levels = perturbation.levels
    at = levels.index(perturbation.neutral)
    assert distance(perturbation.neutral) == 0
    for way in (levels[at:], levels[: at + 1][::-1]):
        if len(way) > 1:
            assert distance(way[1]) > 0
            assert distance(way[1]) < distance(way[-1]) * 1.05
