"""Every step of the augmentation does what it says, by an oracle; and what is drawn at random keeps its bounds."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from PIL import Image, ImageFilter

from sam3viz.data.synthetic.augmentation import backdrop, transform, window
from tests.helpers.augmentation import (  # noqa: F401 fixtures are found by name
    NO,
    SEEDS,
    YES,
    ScriptedGenerator,
    bar,
    colours,
    cutout,
    noise,
    square,
    tilt,
)


def test_neutral_settings_leave_a_cut_out_alone():
    assert transform(cutout(), 20, ScriptedGenerator()).tobytes() == cutout().tobytes()


@pytest.mark.parametrize("quarter_turns", [1, 2, -1])
def test_a_turn_moves_pixels_and_alpha_together(quarter_turns):
    rng = ScriptedGenerator(uniform=[0.0, 90.0 * quarter_turns])
    turned = np.asarray(transform(cutout(), 20, rng))
    assert (turned == np.rot90(np.asarray(cutout()), quarter_turns)).all()


@pytest.mark.parametrize("angle", [-25.0, 10.0, 25.0])
def test_a_slanted_turn_is_by_the_angle(angle):
    turned = transform(bar(), 80, ScriptedGenerator(uniform=[0.0, angle]))
    assert tilt(turned) == pytest.approx(angle, abs=1)
    assert turned.height > 30


def test_most_turns_are_small_and_some_are_of_any_angle():
    angles = np.array([tilt(transform(bar(), 80, np.random.default_rng(seed))) for seed in range(200)])
    assert 0.7 < (np.abs(angles) < 26).mean() < 0.9
    assert np.abs(angles).max() > 60
    assert angles.std() > 10
    assert abs(np.median(angles)) < 6


def test_a_flip_mirrors_left_and_right():
    flipped = np.asarray(transform(cutout(), 20, ScriptedGenerator(random=[YES])))
    assert (flipped == np.asarray(cutout())[:, ::-1]).all()


def test_half_of_all_cut_outs_are_flipped():
    corner = Image.new("RGBA", (40, 20))
    corner.paste("red", (0, 0, 40, 20))
    corner.paste("blue", (20, 0, 40, 20))
    sides = []
    for seed in range(200):
        pixels = np.asarray(transform(corner, 40, np.random.default_rng(seed)), np.float32)
        red = pixels[..., 0] * pixels[..., 3]
        sides.append((red * np.linspace(-1, 1, red.shape[1])).sum() > 0)
    assert 0.35 < np.mean(sides) < 0.65


@pytest.mark.parametrize("side", [10, 40, 60])
def test_the_longest_side_is_as_asked(side):
    assert transform(bar(), side, ScriptedGenerator()).size == (side, max(4, round(side / 4)))


def test_no_side_is_thinner_than_four_pixels():
    assert transform(bar(), 4, ScriptedGenerator()).size == (4, 4)


def test_a_stretch_keeps_the_area():
    wide = transform(bar(), 160, ScriptedGenerator(uniform=[0.1]))
    assert wide.size == (round(160 * math.exp(0.1)), round(40 * math.exp(-0.1)))


def test_stretches_are_small_and_go_both_ways():
    disc = Image.new("RGBA", (100, 100), "red")
    ratios = []
    for seed in SEEDS:  # what is left of the first draw, without a turn
        width, height = transform(
            disc, 100, ScriptedGenerator(uniform=[np.random.default_rng(seed).uniform(-0.12, 0.12)])
        ).size
        ratios.append(math.log(width / height) / 2)
    assert min(ratios) < -0.06
    assert max(ratios) > 0.06
    assert np.abs(ratios).max() < 0.13


def test_a_blur_softens_the_outline_and_lets_no_hidden_colour_seep_in():
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[..., 1] = 255  # what is hidden is green
    pixels[10:30, 10:30] = (255, 0, 0, 255)
    plain = transform(Image.fromarray(pixels, "RGBA"), 40, ScriptedGenerator())
    soft = transform(Image.fromarray(pixels, "RGBA"), 40, ScriptedGenerator(random=[NO, NO, YES], uniform=[0, 0, 1.3]))
    assert plain.size == (20, 20)
    assert plain.getchannel("A").getextrema() == (255, 255)
    alpha = np.asarray(soft.getchannel("A"))
    assert soft.width > 22
    assert ((alpha > 20) & (alpha < 235)).any()
    assert alpha[alpha.shape[0] // 2, alpha.shape[1] // 2] == 255
    colours = np.asarray(soft)[alpha > 40]
    assert colours[:, 0].min() > 245
    assert colours[:, 1].max() < 10


@pytest.mark.parametrize("seed", SEEDS)
def test_the_box_of_a_transformed_cut_out_is_tight(seed):
    picture = transform(cutout(), 60, np.random.default_rng(seed))
    assert picture.mode == "RGBA"
    assert picture.getchannel("A").getbbox() == (0, 0, *picture.size)
    assert 20 < max(picture.size) < 90


def test_a_window_is_a_part_of_the_picture():
    picture = Image.fromarray(noise(100, 64))
    part = window(picture, (0.2, 0.8), (32, 16), ScriptedGenerator(uniform=[0.5, 10, 20]))
    assert part.tobytes() == picture.crop((10, 20, 42, 36)).tobytes()


def test_a_window_is_scaled_to_the_size_and_stays_inside():
    ramp = Image.fromarray(np.broadcast_to(np.arange(200, dtype=np.uint8), (80, 200)))
    corners = set()
    for seed in SEEDS:
        part = np.asarray(window(ramp, (0.3, 1.0), (40, 20), np.random.default_rng(seed)), np.float32)
        assert part.shape == (20, 40)
        span = part[0, -1] - part[0, 0]
        assert 0.25 * 80 * 39 / 40 < span < 80
        corners.add(int(part[0, 0]))
    assert max(corners) - min(corners) > 80


def test_a_neutral_backdrop_is_the_background():
    rng = ScriptedGenerator(uniform=[1.0, 0.0, 0.0, 0.0, 1.0])
    ground = backdrop([square()], 32, rng)
    assert ground.dtype == np.float32
    assert (ground == np.asarray(square())).all()


def test_a_backdrop_may_be_mirrored():
    rng = ScriptedGenerator(random=[NO, YES], uniform=[1.0, 0.0, 0.0, 0.0, 1.0])
    assert (backdrop([square()], 32, rng) == np.asarray(square())[:, ::-1]).all()


def test_a_backdrop_may_be_out_of_focus():
    rng = ScriptedGenerator(random=[NO, NO, YES], uniform=[1.0, 0.0, 0.0, 3.0, 0.0, 1.0])
    assert (backdrop([square()], 32, rng) == np.asarray(square().filter(ImageFilter.GaussianBlur(3.0)))).all()


def test_a_backdrop_is_relit():
    rng = ScriptedGenerator(uniform=[1.0, 0.0, 0.0, 0.35, 1.0])
    ground = backdrop([square()], 32, rng)
    assert (ground <= np.asarray(square())).all()
    assert ground.mean() < np.asarray(square()).mean() - 10


def test_a_backdrop_is_of_any_of_the_backgrounds():
    grounds = [Image.new("RGB", (32, 32), colour) for colour in ("red", "lime", "blue")]
    leads = Counter(int(backdrop(grounds, 8, np.random.default_rng(seed)).mean((0, 1)).argmax()) for seed in range(90))
    assert min(leads[channel] for channel in range(3)) > 15


@pytest.mark.parametrize(("sloped", "end"), [(1, [100, 200, 50]), (0, [10, 20, 30])])
def test_a_backdrop_may_be_a_gradient_or_one_colour(sloped, end):
    ends = np.array([[10, 20, 30], [100, 200, 50]], np.float64)
    ground = backdrop([square()], 32, ScriptedGenerator([YES], [ends, 0.0], [sloped]))
    assert ground.shape == (32, 32, 3)
    np.testing.assert_allclose(ground[:, 0], np.tile(ends[0], (32, 1)), atol=1e-3)
    np.testing.assert_allclose(ground[:, -1], np.tile(end, (32, 1)), atol=1e-3)
    np.testing.assert_allclose(ground[:, 15] - ground[:, 16], ground[:, 20] - ground[:, 21], atol=1e-3)
