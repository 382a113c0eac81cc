"""Every step of the augmentation does what it says, by an oracle; and what is drawn at random keeps its bounds."""

from __future__ import annotations

import io
import math
from collections import Counter

import numpy as np
import pytest
from PIL import Image, ImageFilter

from sam3viz.data.synthetic.augmentation import _ramp, blob, choice, develop, relight
from tests.helpers.augmentation import (
    NO,
    SEEDS,
    STEPS,
    YES,
    ScriptedGenerator,
    colours,
    cutout,
    noise,
    relit,
    square,
)


@pytest.mark.parametrize(
    ("angle", "expected"),
    [
        (0.0, [[0, 1], [0, 1]]),
        (math.pi / 2, [[0, 0], [1, 1]]),
        (math.pi, [[1, 0], [1, 0]]),
        (math.pi / 4, [[0, 0.5], [0.5, 1]]),
    ],
)
def test_a_ramp_rises_in_its_direction(angle, expected):
    np.testing.assert_allclose(_ramp((9, 5), angle)[::8, ::4], expected, atol=1e-6)


@pytest.mark.parametrize("angle", np.linspace(0, 6, 7))
def test_a_ramp_goes_from_0_to_1(angle):
    ramp = _ramp((12, 30), float(angle))
    assert ramp.min() == pytest.approx(0, abs=1e-6)
    assert ramp.max() == pytest.approx(1, abs=1e-6)


def test_neutral_light_changes_nothing():
    assert (relit(square()) == np.asarray(square())).all()
    assert (relit(cutout()) == np.asarray(cutout())).all()


@pytest.mark.parametrize("gamma", [-0.35, 0.35])
def test_gamma_bends_the_levels(gamma):
    expected = 255 * (np.asarray(square()) / 255) ** math.exp(gamma)
    np.testing.assert_allclose(relit(square(), gamma), expected, atol=0.51)


def test_brightness_and_colour_cast_are_gains():
    dark = square().point(lambda level: level // 2)
    logs = [np.array([0.1, 0.0, -0.1]), 0.2]
    expected = np.asarray(dark) * np.exp(logs[0] + logs[1])
    np.testing.assert_allclose(relit(dark, normal=logs), expected, atol=0.51)


@pytest.mark.parametrize("saturation", [0.55, 1.3])
def test_saturation_scales_the_distance_to_grey(saturation):
    pixels = (100 + noise(16, 16) / 8).astype(np.uint8)
    spread = [
        values.max(-1).astype(float) - values.min(-1)
        for values in (relit(Image.fromarray(pixels), 0, saturation), pixels)
    ]
    np.testing.assert_allclose(spread[0], saturation * spread[1], atol=2)
    assert spread[0].mean() == pytest.approx(saturation * spread[1].mean(), abs=0.5)


def test_light_from_one_side_is_a_ramp():
    flat = Image.new("RGB", (41, 10), (100, 100, 100))
    lit = relit(flat, random=[YES], uniform=[0.5, 0.0])
    np.testing.assert_allclose(lit[:, [0, 20, 40], 0], [[75, 100, 125]] * 10, atol=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_light_leaves_size_and_alpha_alone(seed):
    lit = relight(cutout(), np.random.default_rng(seed))
    assert (lit.mode, lit.size) == ("RGBA", (20, 12))
    assert lit.getchannel("A").tobytes() == cutout().getchannel("A").tobytes()
    assert (np.asarray(lit)[..., :3] != np.asarray(cutout())[..., :3]).any()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_blob_is_a_soft_mask_with_bare_corners(seed):
    mask = blob(48, np.random.default_rng(seed))
    assert mask.mode == "L"
    assert max(mask.size) == 48
    assert min(mask.size) > 0.6 * 48
    alpha = np.asarray(mask)
    assert alpha.max() > 250
    assert alpha[[0, 0, -1, -1], [0, -1, 0, -1]].max() < 40
    assert 0.05 < (alpha > 127).mean() < 0.85
    soft = (alpha > 20) & (alpha < 235)
    assert 0.02 < soft.mean() < 0.6


def test_a_blob_is_cut_at_a_level_and_stretched():
    tall, wide = (blob(40, ScriptedGenerator(uniform=[200.0 + np.zeros((4, 4)), stretch])) for stretch in (-0.4, 0.4))
    assert tall.size == (round(40 * math.exp(-0.4)), 40)
    assert wide.size == (40, round(40 * math.exp(-0.4)))
    assert blob(4, ScriptedGenerator()).size == (8, 8)


def test_a_perfect_camera_only_rounds_down_and_clips():
    image = colours() + np.float32(0.4)
    image[0, 0], image[1, 1] = -20, 300
    expected = noise(32, 32)
    expected[0, 0], expected[1, 1] = 0, 255
    assert (develop(image, ScriptedGenerator()) == expected).all()


def test_a_camera_may_add_noise():
    grey = np.full((64, 64, 3), 128, np.float32)
    for deviation in (2.0, 9.0):
        added = develop(grey, ScriptedGenerator(random=[YES], uniform=[deviation])).astype(float) - 128
        assert added.std() == pytest.approx(deviation, rel=0.1)
        assert abs(added.mean() + 0.5) < 0.3


def test_a_camera_may_blur():
    picture = develop(colours(), ScriptedGenerator(random=[NO, YES], uniform=[1.0]))
    assert (picture == np.asarray(square().filter(ImageFilter.GaussianBlur(1.0)))).all()


def test_a_camera_may_store_jpeg():
    picture = develop(colours(), ScriptedGenerator(random=[NO, NO, YES], integers=[35]))
    file = io.BytesIO()
    square().save(file, "JPEG", quality=35)
    assert (picture == np.asarray(Image.open(file))).all()
    assert (picture != noise(32, 32)).any()


def test_every_item_is_as_likely():
    rng = np.random.default_rng(0)
    counts = Counter(choice("abc", rng) for _ in range(3000))
    assert set(counts) == set("abc")
    assert min(counts.values()) > 900


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_seed_says_it_all(step):
    results = [step(np.random.default_rng(seed)) for seed in (0, 0, 1, 2)]
    assert np.array_equal(results[0], results[1])
    assert not np.array_equal(results[0], results[2])
    assert not np.array_equal(results[2], results[3])
