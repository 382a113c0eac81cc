"""Pictures with boxes, as the box drawer holds them: examples, uploads, and what the library calls exemplars."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from app.components.box_prompter.component import Prompt, PromptBox
from app.services.pictures import PREVIEW_SIDE, picture, served
from sam3viz import Exemplar
from sam3viz.data.examples import load_examples


@cache
def example(index: int) -> Prompt:
    """Return the ``index``-th example with its boxes, as a file that Gradio may serve."""
    chosen = list(load_examples().values())[index]
    image = chosen.image()
    boxes = tuple(PromptBox(*e.box, e.label) for e in chosen.exemplars)
    return Prompt(served(image, "png"), boxes, width=image.width, height=image.height)


def make_displayable(prompt: Prompt) -> Prompt:
    """Check an uploaded picture and add a copy that every browser shows: what is drawn on is what is analysed.

    Raises:
        ValueError: one sentence on what is wrong with the file.
    """
    if prompt.image is None:
        return prompt
    image = picture(prompt.image)
    preview = image.copy()
    preview.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return replace(prompt, preview=served(preview, "webp"), width=image.width, height=image.height)


def exemplars_of(prompt: Prompt, scale: float = 1.0) -> tuple[Exemplar, ...]:
    """Return the boxes in pixels of a picture that is ``scale`` times as large."""
    return tuple(Exemplar((b.x0 * scale, b.y0 * scale, b.x1 * scale, b.y1 * scale), b.label) for b in prompt.boxes)
