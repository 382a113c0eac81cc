"""What the tests in `tests/data/synthetic/test_augmentation.py` and `tests/data/synthetic/test_camera.py` share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np
from PIL import Image

from sam3viz.data.synthetic.augmentation import backdrop, blob, develop, relight, transform, window

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


def square(side: int = 32) -> Image.Image:
    return Image.fromarray(noise(side, side))


def relit(picture: Image.Image, gamma: float = 0.0, saturation: float = 1.0, **draws: Iterable[object]) -> np.ndarray:
    uniform = [gamma, saturation, *draws.pop("uniform", ())]
    return np.asarray(relight(picture, ScriptedGenerator(uniform=uniform, **draws)))


def colours(side: int = 32) -> np.ndarray:
    return noise(side, side).astype(np.float32)


STEPS: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "window": lambda rng: np.asarray(window(square(), (0.3, 0.9), (16, 16), rng)),
    "backdrop": lambda rng: backdrop([square()], 24, rng),
    "transform": lambda rng: np.asarray(transform(cutout(), 30, rng)),
    "blob": lambda rng: np.asarray(blob(30, rng)),
    "relight": lambda rng: np.asarray(relight(cutout(), rng)),
    "develop": lambda rng: np.stack([develop(colours(), rng) for _ in range(4)]),
}
