"""Heat and attention as pictures: greyscale for a page that colours them itself, or painted over the image."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

import numpy as np
from jaxtyping import Float32, UInt8
from PIL import Image, ImageColor, ImageDraw, ImageFont
from plotly.colors import sample_colorscale, unlabel_rgb

from sam3viz.figures.style import color_of_label, tag
from sam3viz.types import Detection, Exemplar, Prediction, VariantResult

OPACITY = 0.8
"""Of the hottest cells; a cold cell shows the picture as it is."""
DASH = 6


def heat_png(result: Prediction, side: int = 384) -> bytes:
    """8-bit grey PNG of the heat, 0 to 255 for 0 to 1, in the image's aspect; its longer side has ``side`` pixels.

    Bilinear with cell centres kept, so it can be laid over the image at any size.
    """
    return _png(_grey(result.heat_grid, _fit(result.size[::-1], side)))


def attention_png(result: VariantResult, exemplar: int, side: int = 384) -> bytes:
    """The same of one drawn exemplar's context attention, 255 at its own peak, over the image the boxes were drawn on.

    Raises:
        ValueError: the variant has no attention, or no such exemplar.
    """
    return _png(_grey(attention_share(result, exemplar), _fit(result.reference_size[::-1], side)))


def attention_share(result: VariantResult, exemplar: int) -> Float32[np.ndarray, "h w"]:
    """One exemplar's attention grid as a share of its peak."""
    if result.attention_grid is None:
        raise ValueError(f"{result.name!r} has no context attention; unified, multilevel and adaptive have.")
    if not 0 <= exemplar < len(result.attention_grid):
        raise ValueError(f"There is no exemplar {exemplar}; it must be 0 to {len(result.attention_grid) - 1}.")
    grid = result.attention_grid[exemplar]
    return grid / max(float(grid.max()), 1e-12)


def overlay(
    image: Image.Image,
    grid: Float32[np.ndarray, "h w"],
    detections: Sequence[Detection] = (),
    exemplars: Sequence[Exemplar] = (),
    side: int = 768,
    colours: str = "Inferno",
) -> Image.Image:
    """``grid`` in 0..1 painted over ``image``, the hotter the denser; detections white, exemplars green or dashed red.

    Args:
        detections, exemplars: boxes in pixels of ``image``.
        side: longer side of the result in pixels.
        colours: name of a plotly colour scale.
    """
    size = _fit(image.size, side)
    heat = _grey(grid, size)
    painted = Image.fromarray(_table(colours)[np.asarray(heat)])
    canvas = Image.composite(painted, image.convert("RGB").resize(size), heat.point(lambda v: round(v * OPACITY)))
    draw = ImageDraw.Draw(canvas)
    scale = size[0] / image.width, size[1] / image.height
    for detection in detections:
        box = _scaled(detection.box, scale)
        draw.rectangle(box, outline="black", width=3)
        draw.rectangle(
            (box[0] + 1, box[1] + 1, max(box[2] - 1, box[0] + 1), max(box[3] - 1, box[1] + 1)), outline="white"
        )
    for number, exemplar in enumerate(exemplars, start=1):
        _draw_exemplar(draw, _scaled(exemplar.box, scale), exemplar, tag(number, exemplar))
    return canvas


def _fit(size: tuple[int, int], side: int) -> tuple[int, int]:
    longest = max(size)
    return max(1, round(size[0] * side / longest)), max(1, round(size[1] * side / longest))


def _grey(grid: Float32[np.ndarray, "h w"], size: tuple[int, int]) -> Image.Image:
    resized = np.asarray(Image.fromarray(grid.astype(np.float32)).resize(size, Image.Resampling.BILINEAR))
    return Image.fromarray((resized.clip(0, 1) * 255).round().astype(np.uint8))


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@cache
def _table(colours: str) -> UInt8[np.ndarray, "256 3"]:
    sampled = sample_colorscale(colours, np.linspace(0, 1, 256).tolist())
    return np.array([unlabel_rgb(colour) for colour in sampled]).round().astype(np.uint8)


def _scaled(box: tuple[float, float, float, float], scale: tuple[float, float]) -> tuple[float, float, float, float]:
    """The box's outermost pixels in the overlay, at least one each way."""
    x0, y0 = box[0] * scale[0], box[1] * scale[1]
    return x0, y0, max(box[2] * scale[0] - 1, x0), max(box[3] * scale[1] - 1, y0)


def _draw_exemplar(
    draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], exemplar: Exemplar, name: str
) -> None:
    colour = ImageColor.getrgb(color_of_label(exemplar.label))
    x0, y0, x1, y1 = box
    if exemplar.label > 0:
        draw.rectangle(box, outline=colour, width=3)
    else:
        for x in np.arange(x0, x1, 2 * DASH):
            for y in (y0, y1):
                draw.line((x, y, min(x + DASH, x1), y), fill=colour, width=3)
        for y in np.arange(y0, y1, 2 * DASH):
            for x in (x0, x1):
                draw.line((x, y, x, min(y + DASH, y1)), fill=colour, width=3)
    font = ImageFont.load_default(14)
    name = name.replace("−", "-")  # Pillow's own font has no minus sign
    _, _, right, bottom = draw.textbbox((x0 + 4, y0 + 2), name, font=font)
    draw.rectangle((x0, y0, right + 4, bottom + 3), fill=colour)
    draw.text((x0 + 4, y0 + 2), name, fill="white", font=font)
