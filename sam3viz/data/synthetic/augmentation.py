"""What varies from one composed picture to the next: framing, geometry, light and the camera."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from jaxtyping import Float32, UInt8
from numpy.random import Generator
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

T = TypeVar("T")

_GRADIENT_SHARE = 0.08
"""Of scenes on a colour gradient instead of a picture."""


def choice(items: Sequence[T], rng: Generator) -> T:
    """Draw one of the items, each as likely."""
    return items[int(rng.integers(len(items)))]


def window(picture: Image.Image, share: tuple[float, float], size: tuple[int, int], rng: Generator) -> Image.Image:
    """Cut a random part out of a picture.

    Args:
        share: least and largest longer side of the part, as a share of the picture's shorter side.
        size: (width, height) in pixels that the part is scaled to.
    """
    scale = rng.uniform(*share) * min(picture.size) / max(size)
    width, height = size[0] * scale, size[1] * scale
    x, y = rng.uniform(0, picture.width - width), rng.uniform(0, picture.height - height)
    return picture.resize(size, Image.Resampling.BILINEAR, box=(x, y, x + width, y + height))


def backdrop(backgrounds: Sequence[Image.Image], side: int, rng: Generator) -> Float32[np.ndarray, "s s 3"]:
    """Make what everything else is pasted on: part of a background, at times out of focus, or a colour gradient.

    Returns:
        Colours in 0..255.
    """
    if rng.random() < _GRADIENT_SHARE:
        ends = rng.uniform(0, 255, (2, 3)).astype(np.float32)
        angle = rng.uniform(0, 2 * math.pi)
        return _ramp((side, side), angle)[..., None] * (ends[1] - ends[0]) * float(rng.integers(2)) + ends[0]
    picture = window(choice(backgrounds, rng), (0.35, 1.0), (side, side), rng)
    if rng.random() < 0.5:
        picture = ImageOps.mirror(picture)
    if rng.random() < 0.3:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 4)))
    return np.asarray(relight(picture, rng), np.float32).copy()


def transform(cutout: Image.Image, side: float, rng: Generator) -> Image.Image:
    """Scale to ``side`` pixels, stretch a little, flip, turn (mostly by under 25 degrees), sometimes blur."""
    scale, stretch = side / max(cutout.size), math.exp(rng.uniform(-0.12, 0.12))
    width, height = max(4, round(cutout.width * scale * stretch)), max(4, round(cutout.height * scale / stretch))
    picture = cutout.resize((width, height), Image.Resampling.BILINEAR)
    if rng.random() < 0.5:
        picture = ImageOps.mirror(picture)
    angle = rng.uniform(-25, 25) if rng.random() < 0.75 else rng.uniform(-180, 180)
    picture = picture.rotate(angle, Image.Resampling.BILINEAR, expand=True)
    if rng.random() < 0.4:  # with alpha multiplied in, so that no colour of hidden pixels seeps into the edge
        blur = ImageFilter.GaussianBlur(rng.uniform(0.4, 1.3))
        picture = ImageOps.expand(picture.convert("RGBa"), 4).filter(blur).convert("RGBA")
    return picture.crop(picture.getchannel("A").getbbox())


def blob(side: int, rng: Generator) -> Image.Image:
    """Make a smooth random outline as an 8-bit mask: noise of a few cells, fading to the border, cut at a level."""
    cells = int(rng.integers(4, 8))
    distance = np.hypot(*np.meshgrid(*[np.linspace(-1, 1, cells)] * 2))
    noise = Image.fromarray(((1.1 - distance).clip(0) * rng.uniform(120, 255, (cells, cells))).astype(np.uint8))
    stretch = math.exp(rng.uniform(-0.4, 0.4))
    size = max(8, round(side * min(stretch, 1))), max(8, round(side / max(stretch, 1)))
    mask = noise.resize(size, Image.Resampling.BICUBIC).point(lambda level: 255 * (level > 60))
    return mask.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 1.5)))


def relight(picture: Image.Image, rng: Generator) -> Image.Image:
    """Change the light: gamma, brightness, colour cast, saturation, light from one side. Alpha stays."""
    levels = np.linspace(0, 1, 256) ** math.exp(rng.uniform(-0.35, 0.35))
    gains = np.exp(rng.normal(0, 0.06, 3) + rng.normal(0, 0.12))
    table = (255 * np.outer(gains, levels)).clip(0, 255).round().astype(int)
    lit = picture.convert("RGB").point(table.ravel().tolist())
    lit = ImageEnhance.Color(lit).enhance(rng.uniform(0.55, 1.3))
    if rng.random() < 0.4:
        strength, angle = rng.uniform(0, 0.5), rng.uniform(0, 2 * math.pi)
        ramp = 1 - strength / 2 + strength * _ramp((lit.height, lit.width), angle)
        lit = Image.fromarray((np.asarray(lit) * ramp[..., None]).clip(0, 255).astype(np.uint8))
    if picture.mode == "RGBA":
        lit.putalpha(picture.getchannel("A"))
    return lit


def develop(image: Float32[np.ndarray, "s s 3"], rng: Generator) -> UInt8[np.ndarray, "s s 3"]:
    """Add what a camera and a file format do to the whole picture, each at times: noise, blur, JPEG."""
    if rng.random() < 0.4:
        image = image + rng.standard_normal(image.shape, np.float32) * rng.uniform(2, 9)
    picture = Image.fromarray(image.clip(0, 255).astype(np.uint8))
    if rng.random() < 0.25:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.0)))
    if rng.random() < 0.4:
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=int(rng.integers(35, 91)))
        picture = Image.open(file)
    return np.array(picture)


def _ramp(shape: tuple[int, int], angle: float) -> Float32[np.ndarray, "h w"]:
    """Rise from 0 to 1 across the picture in the direction of ``angle`` (radians from x towards y)."""
    y, x = np.linspace(-1, 1, shape[0], dtype=np.float32), np.linspace(-1, 1, shape[1], dtype=np.float32)
    sine, cosine = math.sin(angle), math.cos(angle)
    return np.add.outer(sine * y, cosine * x) / (2 * (abs(sine) + abs(cosine))) + np.float32(0.5)
