"""A small renderer: a height field seen from straight above, under one lamp.

Things are stamped into a `Canvas`; soft shadows, ambient occlusion and the lamp's square reflection then turn
heights, colours and gloss into a picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float
from PIL import Image

WIDTH, HEIGHT = 720, 480
SCALE = 2  # supersampling per axis
_LIGHT = np.array([-0.455, -0.553, 0.698], np.float32)  # towards the lamp; y points down
_SHADOW_STEPS = (1, 2, 3, 5, 7, 10, 13, 17, 22, 28, 36, 46, 60)

Grid = Float[np.ndarray, "h w"]
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Thing:
    """One object as drawn: its kind and its tight box, xyxy in pixels of the picture."""

    kind: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Surface:
    """What a shape looks like inside its unit circle; heights in units of its radius."""

    mask: Bool[np.ndarray, "h w"]
    height: Grid
    albedo: Float[np.ndarray, "h w 3"]
    gloss: float = 0.0


Shape = Callable[[Grid, Grid], Surface]


@dataclass
class Canvas:
    """The height field of a scene, supersampled; lengths in pixels of the final picture."""

    albedo: Float[np.ndarray, "h w 3"]
    height: Grid = field(init=False)
    slope: Float[np.ndarray, "2 h w"] = field(init=False)
    gloss: Grid = field(init=False)
    things: list[Thing] = field(default_factory=list)

    def __post_init__(self) -> None:
        shape = self.albedo.shape[:2]
        self.height, self.gloss = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        self.slope = np.zeros((2, *shape), np.float32)

    def bump(self, relief: Grid) -> None:
        """Give the ground a texture that the light catches."""
        self.slope += np.stack(np.gradient(relief)) * SCALE

    def stamp(self, kind: str, shape: Shape, centre: tuple[float, float], radius: float, angle: float = 0.0) -> None:
        """Put a shape down; it must lie wholly inside the picture."""
        reach = radius + 1
        left, top = (int((c - reach) * SCALE) for c in centre)
        right, bottom = (int((c + reach) * SCALE) + 1 for c in centre)
        left, top = max(left, 0), max(top, 0)
        right, bottom = min(right, WIDTH * SCALE), min(bottom, HEIGHT * SCALE)
        y, x = np.mgrid[top:bottom, left:right].astype(np.float32)
        x, y = ((x + 0.5) / SCALE - centre[0]) / radius, ((y + 0.5) / SCALE - centre[1]) / radius
        cos, sin = np.cos(angle), np.sin(angle)
        surface = shape((cos * x + sin * y).astype(np.float32), (cos * y - sin * x).astype(np.float32))
        area, mask = np.s_[top:bottom, left:right], surface.mask
        for slope, gradient in zip(self.slope, np.gradient(surface.height * radius * SCALE), strict=True):
            slope[area][mask] = gradient[mask]
        self.height[area][mask] = surface.height[mask] * radius
        self.albedo[area][mask] = surface.albedo[mask]
        self.gloss[area][mask] = surface.gloss
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        box = (left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1)
        x0, y0, x1, y1 = (float(value) / SCALE for value in box)
        self.things.append(Thing(kind, (x0, y0, x1, y1)))

    def render(self, rng: np.random.Generator) -> Image.Image:
        """Shade, scale down, add the falloff and the grain of a camera."""
        normal_z = 1 / np.sqrt(1 + np.square(self.slope).sum(0))
        normal_x, normal_y = -self.slope[1] * normal_z, -self.slope[0] * normal_z
        diffuse = np.clip(normal_x * _LIGHT[0] + normal_y * _LIGHT[1] + normal_z * _LIGHT[2], 0, None)
        shadow, open_sky = self._shadow_and_sky()
        sky = 0.42 * open_sky * (0.55 + 0.45 * normal_z)
        shade = sky + 0.95 * diffuse * (1 - shadow)
        # the lamp's square reflection, and the sky's at grazing angles
        off = np.maximum(
            np.abs(2 * normal_z * normal_x - _LIGHT[0] * 1.1), np.abs(2 * normal_z * normal_y - _LIGHT[1] * 1.1)
        )
        shine = self.gloss * (
            (1 - shadow) * smoothstep(0.24, 0.14, off) + 0.35 * np.square(np.square(1 - normal_z)) * open_sky
        )
        light = np.stack([shade * tint for tint in (1.03, 1.0, 0.95)], axis=-1)
        light *= np.square(self.albedo)
        light += shine[..., None]
        np.clip(light, 0, 1, out=light)
        steps = range(SCALE)
        linear = sum(light[i::SCALE, j::SCALE] for i in steps for j in steps) / np.float32(SCALE**2)
        y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j].astype(np.float32)
        falloff = 1.03 - 0.13 * (x**2 + y**2) - 0.05 * (x + y)  # a vignette, and more light near the lamp
        grain = rng.normal(0, 2.0, (HEIGHT, WIDTH, 1)).astype(np.float32)
        return Image.fromarray(np.clip(np.sqrt(linear) * 255 * falloff[..., None] + grain, 0, 255).astype(np.uint8))

    def _shadow_and_sky(self) -> tuple[Grid, Grid]:
        """Compute how much of the lamp is hidden, and how much of the sky is open, at each place: both in 0..1."""
        height = self.height[::SCALE, ::SCALE]
        direction = _LIGHT[:2] / np.linalg.norm(_LIGHT[:2])
        rise = _LIGHT[2] / np.linalg.norm(_LIGHT[:2])
        margin = max(_SHADOW_STEPS) + 1
        padded = np.pad(height, margin)
        shadow = np.zeros_like(height)
        for step in _SHADOW_STEPS:
            dx, dy = (round(float(step * d)) + margin for d in direction)
            blocker = padded[dy : dy + HEIGHT, dx : dx + WIDTH] - height - step * rise
            np.maximum(shadow, np.clip(blocker / (1.2 + 0.22 * step) + 0.35, 0, 1), out=shadow)
        picture = Image.fromarray(height)
        around = picture.resize((WIDTH // 16, HEIGHT // 16), Image.Resampling.BOX).resize(picture.size, 3)
        sky = np.clip(1 - (np.asarray(around) - height) / 34, 0.45, 1)
        return _enlarge(_soften(shadow)), _enlarge(sky)


def smoothstep(start: float, end: float, value: Grid) -> Grid:
    """Rise from 0 at ``start`` to 1 at ``end`` (which may be the smaller), smooth between, flat beyond."""
    t = np.clip((value - start) / (end - start), 0, 1)
    return t * t * (3 - 2 * t)


def _enlarge(grid: Grid) -> Float[np.ndarray, "H W"]:
    size = (WIDTH * SCALE, HEIGHT * SCALE)
    return np.asarray(Image.fromarray(grid).resize(size, Image.Resampling.BILINEAR))


def _soften(grid: Grid) -> Grid:
    small = Image.fromarray(grid).resize((WIDTH // 2, HEIGHT // 2), Image.Resampling.BOX)
    return np.asarray(small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)).clip(0, 1)


def clouds(rng: np.random.Generator, stretch: float = 1.0, power: float = 1.0) -> Grid:
    """Draw noise with a 1/f**power spectrum, mean 0 and deviation 1; ``stretch`` > 1 draws it out along x."""
    white = np.fft.rfft2(rng.standard_normal((HEIGHT, WIDTH)))
    fy, fx = np.fft.fftfreq(HEIGHT)[:, None], np.fft.rfftfreq(WIDTH)[None]
    radius = np.hypot(fy, fx * stretch)
    radius[0, 0] = np.inf
    noise = np.fft.irfft2(white / radius**power, (HEIGHT, WIDTH))
    return _enlarge((noise / noise.std()).astype(np.float32))


def paint(grid: Grid, dark: Colour, light: Colour) -> Float[np.ndarray, "h w 3"]:
    """Mix two colours: where ``grid`` is 0 it is the dark one, where it is 1 the light one."""
    mix = np.clip(grid, 0, 1).astype(np.float32)
    return np.stack([low + (high - low) * mix for low, high in zip(dark, light, strict=True)], axis=-1)
