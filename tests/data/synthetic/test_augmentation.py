"""Every step of the augmentation does what it says, by an oracle; and what is drawn at random keeps its bounds."""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from PIL import Image, ImageFilter

from sam3viz.data.synthetic.augmentation import _ramp, backdrop, blob, choice, develop, relight, transform, window

YES, NO = 0.0, 0.99
"""What `Generator.random` returns for a step to happen, or not."""
SEEDS = range(60)


class ScriptedGenerator(np.random.Generator):
    """Returns the values that a test lists, one after another, then neutral ones: no step happens, ranges' middles."""

    def __init__(
        self,
        random: Iterable[float] = (),
        uniform: Iterable[object] = (),
        integers: Iterable[int] = (),
        normal: Iterable[object] = (),
    ) -> None:
        super().__init__(np.random.PCG64(0))
        self._random, self._uniform, self._integers, self._normal = map(iter, (random, uniform, integers, normal))

    def random(self) -> float:
        return next(self._random, NO)

    def uniform(self, low: float, high: float, size=None):
        middle = (low + high) / 2
        return next(self._uniform, middle if size is None else np.full(size, middle))

    def integers(self, low: int, high: int | None = None) -> int:
        return next(self._integers, 0 if high is None else low)

    def normal(self, mean: float, deviation: float, size=None):
        return next(self._normal, mean if size is None else np.full(size, mean))


class UprightGenerator(np.random.Generator):
    """Random in all but whether a step happens: none does, and no cut-out is turned."""

    def random(self) -> float:
        return NO

    def uniform(self, low: float, high: float):
        return 0.0 if high >= 25 else super().uniform(low, high)


def noise(width: int, height: int, channels: int = 3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), dtype=np.uint8)


def cutout() -> Image.Image:
    """An L, 20 x 12, of noise: no turn or flip brings it onto itself. Its alpha has three levels, its ground none."""
    pixels = noise(20, 12, 4)
    pixels[..., 3] = 0
    pixels[:, :5, 3] = 255
    pixels[8:, :, 3] = 200
    return Image.fromarray(pixels, "RGBA")


def bar() -> Image.Image:
    """Opaque and four times as wide as high."""
    return Image.new("RGBA", (80, 20), "red")


def tilt(picture: Image.Image) -> float:
    """Angle of the long axis of what is opaque, in degrees, counter-clockwise, -90..90."""
    y, x = np.nonzero(np.asarray(picture.getchannel("A")) > 127)
    (xx, xy), (_, yy) = np.cov(np.stack([x, -y]))
    return math.degrees(math.atan2(2 * xy, xx - yy) / 2)


# transform


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


# backgrounds


def square(side: int = 32) -> Image.Image:
    return Image.fromarray(noise(side, side))


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


# light


def relit(picture: Image.Image, gamma: float = 0.0, saturation: float = 1.0, **draws: Iterable[object]) -> np.ndarray:
    uniform = [gamma, saturation, *draws.pop("uniform", ())]
    return np.asarray(relight(picture, ScriptedGenerator(uniform=uniform, **draws)))


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


# outlines


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


# camera


def colours(side: int = 32) -> np.ndarray:
    return noise(side, side).astype(np.float32)


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


# chance


def test_every_item_is_as_likely():
    rng = np.random.default_rng(0)
    counts = Counter(choice("abc", rng) for _ in range(3000))
    assert set(counts) == set("abc")
    assert min(counts.values()) > 900


STEPS: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "window": lambda rng: np.asarray(window(square(), (0.3, 0.9), (16, 16), rng)),
    "backdrop": lambda rng: backdrop([square()], 24, rng),
    "transform": lambda rng: np.asarray(transform(cutout(), 30, rng)),
    "blob": lambda rng: np.asarray(blob(30, rng)),
    "relight": lambda rng: np.asarray(relight(cutout(), rng)),
    "develop": lambda rng: np.stack([develop(colours(), rng) for _ in range(4)]),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_seed_says_it_all(step):
    results = [step(np.random.default_rng(seed)) for seed in (0, 0, 1, 2)]
    assert np.array_equal(results[0], results[1])
    assert not np.array_equal(results[0], results[2])
    assert not np.array_equal(results[2], results[3])
