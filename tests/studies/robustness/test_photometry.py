from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter

from sam3viz.studies.robustness.photometry import blur, light, noise, occlusion

BOX = (20.0, 10.0, 60.0, 40.0)
RNG = np.random.default_rng(0)


@pytest.fixture
def image() -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(60, 190, (80, 100, 3), np.uint8))


def test_blur_is_a_gaussian(image):
    got = np.asarray(blur(image, BOX, 2.0, RNG).image, float)
    expected = gaussian_filter(np.asarray(image, float), (2, 2, 0), mode="nearest")
    assert np.abs(got - expected)[8:-8, 8:-8].mean() < 1.5


def test_noise_has_its_deviation(image):
    difference = np.asarray(noise(image, BOX, 0.05, RNG).image, float) - np.asarray(image, float)
    assert difference.std() == pytest.approx(255 * 0.05, rel=0.05)
    assert abs(difference.mean()) < 0.5


@pytest.mark.parametrize("level", [0.25, 0.5, 3.0])
def test_light_multiplies_up_to_white(image, level):
    got = np.asarray(light(image, BOX, level, RNG).image, float)
    np.testing.assert_allclose(got, np.clip(np.asarray(image, float) * level, 0, 255), atol=0.51)


@pytest.mark.parametrize("level", [0.2, 0.5, 0.7])
def test_occlusion_hides_its_share_of_the_box_and_nothing_else(image, level):
    for seed in range(8):
        hidden = np.asarray(occlusion(image, BOX, level, np.random.default_rng(seed)).image)
        changed = (hidden != np.asarray(image)).any(-1)
        grey = (hidden == 128).all(-1)
        inside = np.zeros_like(changed)
        inside[10:40, 20:60] = True
        assert not changed[~inside].any()
        ((left, top, right, bottom),) = occlusion(image, BOX, level, np.random.default_rng(seed)).hidden
        assert grey[top:bottom, left:right].all()
        assert (right - left) * (bottom - top) == grey[inside].sum()
        assert grey[inside].mean() == pytest.approx(level, abs=0.03)


def test_occlusion_over_the_border_covers_its_side_of_the_box_as_far_as_the_picture_goes(image):
    """Of 40 x 25 pixels 10 x 10 are on the picture: 28 columns or 17.5 rows of the box are covered from one side."""
    before, seen = np.asarray(image), set()
    for seed in range(20):
        covered = np.asarray(occlusion(image, (90.0, 70.0, 130.0, 95.0), 0.7, np.random.default_rng(seed)).image)
        np.testing.assert_array_equal(covered[:70], before[:70])
        np.testing.assert_array_equal(covered[70:, :90], before[70:, :90])
        grey = (covered[70:, 90:] == 128).all(-1)
        np.testing.assert_array_equal(covered[70:, 90:][~grey], before[70:, 90:][~grey])
        seen.add(tuple(grey.mean(1).tolist()))
    everything, nothing = (1.0,) * 10, (0.0,) * 10
    assert seen == {everything, nothing, (*nothing[:8], 1.0, 1.0)}  # left or above, right, below
