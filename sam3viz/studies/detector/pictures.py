"""The study as pictures: what was found, where tokens look, what they resemble."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float32
from PIL import Image, ImageColor, ImageDraw

from sam3viz.encoders.sam3_geometry import PARTS
from sam3viz.figures.heat import overlay
from sam3viz.figures.style import INK, clear_background, tag
from sam3viz.studies.detector.study import Outcome, Sam3Study
from sam3viz.studies.detector.words import ENGLISH, Words
from sam3viz.types import Scene

SIDE, SMALL = 420, 128
TINT = 0.55
_COLOURS = ("#3f7fd1", "#e69f00", "#a0559c", "#14803f", "#d02a22", "#0f8a94", "#c9b400", "#e07bb5")
_OF_PART = dict(zip(PARTS, ("#3f7fd1", "#9a6f00", "#a0559c", "#14803f"), strict=True))


@dataclass(frozen=True)
class Picture:
    """A picture with its words."""

    image: Image.Image
    title: str
    caption: str = ""


def found_picture(scene: Scene, outcome: Outcome, words: Words = ENGLISH) -> Picture:
    """The picture with what a prompt finds: each mask in a colour, its box and score order told by brightness."""
    canvas = scene.image.convert("RGB")
    canvas.thumbnail((SIDE, SIDE))
    pixels = np.asarray(canvas, np.float32)
    found = outcome.found
    masks = found.masks.unpacked()
    for number in reversed(range(len(found.detections))):  # the best is painted last
        mask = np.asarray(Image.fromarray(masks[number]).resize(canvas.size, Image.Resampling.NEAREST))
        colour = np.array(ImageColor.getrgb(_COLOURS[number % len(_COLOURS)]), np.float32)
        pixels = np.where(mask[..., None], (1 - TINT) * pixels + TINT * colour, pixels)
    canvas = Image.fromarray(pixels.round().astype(np.uint8))
    draw = ImageDraw.Draw(canvas)
    x, y = canvas.width / scene.image.width, canvas.height / scene.image.height
    for number, detection in reversed(list(enumerate(found.detections))):
        x0, y0, x1, y1 = detection.box
        box = (x0 * x, y0 * y, max(x1 * x, x0 * x), max(y1 * y, y0 * y))
        draw.rectangle(box, outline=_COLOURS[number % len(_COLOURS)], width=2)
    count = len(found.detections)
    best = words.best.format(score=found.detections[0].score) if count else ""
    told = words.found.format(count=count, best=best, presence=found.presence, agreement=outcome.agreement)
    control = "" if outcome.control is None else words.control.format(agreement=outcome.control)
    caption = f"{words.prompts[outcome.kind][1]} {told} {control}".rstrip()
    return Picture(canvas, words.title(outcome.kind, outcome.subject), caption)


def similarity_pictures(done: Sam3Study, words: Words = ENGLISH) -> list[Picture]:
    """Cosine of the tokens with the level, on one scale for all prompts that have one."""
    seen = [(words.title(o.kind, o.subject), o.similarity) for o in done.outcomes if o.similarity is not None]
    low = min(float(grid.min()) for _, grid in seen)
    high = max(float(grid.max()) for _, grid in seen)
    return [
        Picture(
            overlay(done.scene.image, (grid - low) / max(high - low, 1e-12), side=SIDE),
            title,
            words.similarity.format(low=float(grid.min()), high=float(grid.max())),
        )
        for title, grid in seen
    ]


def attention_pictures(done: Sam3Study, box: int, words: Words = ENGLISH) -> list[list[Picture]]:
    """Where one box's token looks on the picture it was drawn on: a row a layer, a column a head, each at its peak."""
    return [
        [
            _peaked(done.scene.drawn_on, grid, words.head.format(layer=layer, head=head))
            for head, grid in enumerate(heads, start=1)
        ]
        for layer, heads in enumerate(done.attention[:, :, box], start=1)
    ]


def detector_pictures(done: Sam3Study, words: Words = ENGLISH) -> list[list[Picture]]:
    """Which parts of the picture read the text, each box and CLS as drawn: a row a layer of the detector's encoder."""
    readers = [words.text, *_names(done), "CLS"]
    return [
        [
            _peaked(
                done.scene.image,
                grid,
                words.layer.format(layer=layer, reader=name),
                words.share.format(share=float(grid.mean())),
            )
            for name, grid in zip(readers, tokens, strict=True)
        ]
        for layer, tokens in enumerate(done.reading, start=1)
    ]


def _names(done: Sam3Study) -> list[str]:
    return [tag(number, exemplar) for number, exemplar in enumerate(done.scene.exemplars, start=1)]


def _peaked(image: Image.Image, grid: Float32[np.ndarray, "h w"], title: str, caption: str = "") -> Picture:
    return Picture(overlay(image, grid / max(float(grid.max()), 1e-12), side=SMALL), title, caption)


def parts_figure(done: Sam3Study, words: Words = ENGLISH) -> go.Figure:
    """A bar a box, divided into what each part contributes to the embedding; a part to the left points away from it."""
    names = _names(done)
    bars = []
    for column, part in enumerate(PARTS):
        told = f"%{{y}}: {words.parts[part]} %{{x:.0%}}, |·| = %{{customdata:.2f}}<extra></extra>"
        bars.append(
            go.Bar(
                y=names, x=done.shares[:, column], name=words.parts[part], orientation="h",
                marker_color=_OF_PART[part], customdata=done.norms[:, column], hovertemplate=told,
            )
        )  # fmt: skip
    figure = go.Figure(bars)
    figure.update_layout(
        barmode="relative", height=110 + 34 * len(names), margin={"t": 40, "b": 40, "l": 60, "r": 20},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}, bargap=0.3,
    )  # fmt: skip
    figure.update_xaxes(tickformat=".0%", title=words.axis, gridcolor="rgba(121,121,121,0.22)")
    figure.update_xaxes(zeroline=True, zerolinecolor=INK)
    figure.update_yaxes(autorange="reversed", type="category")  # "+1" is a name, not a number
    clear_background(figure)
    return figure
