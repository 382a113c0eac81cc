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
from sam3viz.studies.detector.result import DetectorStudy
from sam3viz.studies.detector.summarize import PromptOutcome
from sam3viz.types import Scene
from sam3viz.utils.messages import DEFAULT_LANGUAGE, translate

PICTURE_SIDE, MAP_SIDE = 420, 128
"""Longer side in pixels of a picture to look at, and of one of many attention maps."""
MASK_OPACITY = 0.55
_MASK_COLOURS = ("#3f7fd1", "#e69f00", "#a0559c", "#14803f", "#d02a22", "#0f8a94", "#c9b400", "#e07bb5")
_PART_COLOURS = dict(zip(PARTS, ("#3f7fd1", "#9a6f00", "#a0559c", "#14803f"), strict=True))


@dataclass(frozen=True)
class CaptionedPicture:
    """A picture with its title and caption."""

    image: Image.Image
    title: str
    caption: str = ""


def boxes_picture(study: DetectorStudy, language: str = DEFAULT_LANGUAGE) -> CaptionedPicture:
    """Draw the boxes on the picture that they belong to."""
    scene = study.scene
    no_heat = np.zeros(study.tokens.attention.shape[-2:], np.float32)
    drawn = overlay(scene.drawn_on, no_heat, exemplars=scene.exemplars, side=PICTURE_SIDE)
    caption = translate("Green is looked for, dashed red is not.", language)
    return CaptionedPicture(drawn, translate("the boxes", language), caption)


def detections_picture(scene: Scene, outcome: PromptOutcome, language: str = DEFAULT_LANGUAGE) -> CaptionedPicture:
    """Paint what a prompt finds: each mask in a colour, with its box."""
    title = outcome.title(language)
    return CaptionedPicture(_paint_masks(scene, outcome), title, _detections_caption(outcome, language))


def _paint_masks(scene: Scene, outcome: PromptOutcome) -> Image.Image:
    canvas = scene.image.convert("RGB")
    canvas.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    pixels = np.asarray(canvas, np.float32)
    detections, masks = outcome.output.detections, outcome.output.masks.unpack()
    for number in reversed(range(len(detections))):  # the best is painted last
        mask = np.asarray(Image.fromarray(masks[number]).resize(canvas.size, Image.Resampling.NEAREST))
        colour = np.array(ImageColor.getrgb(_MASK_COLOURS[number % len(_MASK_COLOURS)]), np.float32)
        pixels = np.where(mask[..., None], (1 - MASK_OPACITY) * pixels + MASK_OPACITY * colour, pixels)
    canvas = Image.fromarray(pixels.round().astype(np.uint8))
    draw = ImageDraw.Draw(canvas)
    x, y = canvas.width / scene.image.width, canvas.height / scene.image.height
    for number, detection in reversed(list(enumerate(detections))):
        x0, y0, x1, y1 = detection.box
        box = (x0 * x, y0 * y, max(x1 * x, x0 * x), max(y1 * y, y0 * y))
        draw.rectangle(box, outline=_MASK_COLOURS[number % len(_MASK_COLOURS)], width=2)
    return canvas


def _detections_caption(outcome: PromptOutcome, language: str) -> str:
    output = outcome.output
    best = ""
    if output.detections:
        best = translate(", best score {score:.2f}", language, score=output.detections[0].score)
    summary = translate(
        "{count} found{best}; presence {presence:.2f}; IoU with as drawn {agreement:.2f}.",
        language,
        count=len(output.detections),
        best=best,
        presence=output.presence,
        agreement=outcome.agreement,
    )
    control = ""
    if outcome.control is not None:
        control = translate("IoU with own tokens without CLS {agreement:.2f}.", language, agreement=outcome.control)
    return f"{translate(outcome.kind.explanation, language)} {summary} {control}".rstrip()


def similarity_pictures(study: DetectorStudy, language: str = DEFAULT_LANGUAGE) -> list[CaptionedPicture]:
    """Lay the cosine of the tokens with the level over the picture, on one scale for all prompts that have one."""
    grids = [(o.title(language), o.similarity) for o in study.outcomes if o.similarity is not None]
    low = min(float(grid.min()) for _, grid in grids)
    high = max(float(grid.max()) for _, grid in grids)
    return [
        CaptionedPicture(
            overlay(study.scene.image, (grid - low) / max(high - low, 1e-12), side=PICTURE_SIDE),
            title,
            translate("cosine {low:.2f} to {high:.2f}", language, low=float(grid.min()), high=float(grid.max())),
        )
        for title, grid in grids
    ]


def exemplar_attention_pictures(
    study: DetectorStudy, box: int, language: str = DEFAULT_LANGUAGE
) -> list[list[CaptionedPicture]]:
    """Show where one box's token looks on the picture it was drawn on: a row a layer, a column a head.

    Args:
        box: its index in drawn order, from 0.
    """
    return [
        [
            _map_picture(
                study.scene.drawn_on, grid, translate("layer {layer}, head {head}", language, layer=layer, head=head)
            )
            for head, grid in enumerate(heads, start=1)
        ]
        for layer, heads in enumerate(study.tokens.attention[:, :, box], start=1)
    ]


def detector_attention_pictures(study: DetectorStudy, language: str = DEFAULT_LANGUAGE) -> list[list[CaptionedPicture]]:
    """Show which parts of the picture read the text, each box and CLS as drawn: a row a layer of the detector."""
    readers = [translate("text", language), *_box_tags(study), "CLS"]
    return [
        [
            _map_picture(
                study.scene.image,
                grid,
                translate("layer {layer}, {reader}", language, layer=layer, reader=name),
                translate("{share:.0%} of the attention", language, share=float(grid.mean())),
            )
            for name, grid in zip(readers, grids, strict=True)
        ]
        for layer, grids in enumerate(study.attention, start=1)
    ]


def _box_tags(study: DetectorStudy) -> list[str]:
    return [tag(number, exemplar) for number, exemplar in enumerate(study.scene.exemplars, start=1)]


def _map_picture(
    image: Image.Image, grid: Float32[np.ndarray, "h w"], title: str, caption: str = ""
) -> CaptionedPicture:
    """Lay an attention map over a picture, its own peak as 1."""
    return CaptionedPicture(overlay(image, grid / max(float(grid.max()), 1e-12), side=MAP_SIDE), title, caption)


def parts_figure(study: DetectorStudy, language: str = DEFAULT_LANGUAGE) -> go.Figure:
    """Draw a bar a box, divided into what each part contributes to the embedding.

    A part to the left of zero points away from the embedding.
    """
    tags = _box_tags(study)
    bars = []
    for column, part in enumerate(PARTS):
        name = translate(part, language)
        bars.append(
            go.Bar(
                y=tags, x=study.tokens.shares[:, column], name=name, orientation="h",
                marker_color=_PART_COLOURS[part], customdata=study.tokens.norms[:, column],
                hovertemplate=f"%{{y}}: {name} %{{x:.0%}}, |·| = %{{customdata:.2f}}<extra></extra>",
            )
        )  # fmt: skip
    figure = go.Figure(bars)
    figure.update_layout(
        barmode="relative", height=110 + 34 * len(tags), margin={"t": 40, "b": 40, "l": 60, "r": 20},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}, bargap=0.3,
    )  # fmt: skip
    axis = translate("share of the token's embedding", language)
    figure.update_xaxes(tickformat=".0%", title=axis, gridcolor="rgba(121,121,121,0.22)")
    figure.update_xaxes(zeroline=True, zerolinecolor=INK)
    figure.update_yaxes(autorange="reversed", type="category")  # "+1" is a name, not a number
    clear_background(figure)
    return figure
