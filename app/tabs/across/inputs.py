"""What the "Across images" tab was given: references, targets, and the example it opens with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from app.components.box_prompter.component import Prompt
from app.services.analyses import example, picture, read, served
from app.tabs.across.cards import Card, cards_html
from app.tabs.across.strings import ACROSS
from sam3viz import Exemplar
from sam3viz.api.cross_image import MAX_REFERENCES, MAX_TARGETS
from sam3viz.data.examples import load_examples, shipped_image
from sam3viz.data.images import webp_uri
from sam3viz.figures.heat import overlay

THUMBNAIL_SIDE = 160
EXAMPLE = "marbles"
EXAMPLE_TARGETS = ("marbles again", "table", "drawer")
"""The same things laid out anew, the same on another ground, and none of them."""


@dataclass(frozen=True)
class Reference:
    """A picture with boxes that was put aside while another one is drawn on."""

    prompt: Prompt
    thumbnail: str
    """A data URI, the boxes drawn on it."""


@dataclass(frozen=True)
class Target:
    """A picture that is to be searched."""

    path: str
    name: str
    thumbnail: str
    """A data URI."""


@cache
def opening() -> tuple[Prompt, tuple[Target, ...]]:
    """What the tab opens with: boxes on marbles, and pictures of which some show marbles of that colour."""
    prompt = example(list(load_examples()).index(EXAMPLE))
    targets = []
    for name in EXAMPLE_TARGETS:
        image = shipped_image(f"{name.replace(' ', '-')}.webp")
        targets.append(Target(served(image, "png"), f"{name}.png", thumbnail_uri(image)))
    return prompt, tuple(targets)


def keep(prompt: Prompt, kept: Sequence[Reference], language: str) -> tuple[Reference, ...]:
    """Put the open picture with its boxes to the references.

    Raises:
        ValueError: there is none, it has no box, or there are too many.
    """
    words = ACROSS[language]
    if prompt.image is None:
        raise ValueError(words["no_picture"])
    if not prompt.boxes:
        raise ValueError(words["no_box"])
    if len(kept) >= MAX_REFERENCES:
        raise ValueError(words["many_references"].format(most=MAX_REFERENCES))
    return (*kept, _reference(prompt))


def take_up(number: int, prompt: Prompt, kept: Sequence[Reference]) -> tuple[Prompt, tuple[Reference, ...]]:
    """Open a kept reference again; what was open takes its place if anything was drawn on it."""
    instead = [_reference(prompt)] if prompt.image is not None and prompt.boxes else []
    return kept[number].prompt, (*kept[:number], *instead, *kept[number + 1 :])


def received(paths: Sequence[str], before: Sequence[Target], language: str) -> tuple[tuple[Target, ...], list[str]]:
    """The targets with more pictures, and a sentence on each that could not be used."""
    targets, sentences, beyond = list(before), [], []
    for path in paths:
        name = Path(path).name
        if len(targets) >= MAX_TARGETS:
            beyond.append(name)
            continue
        try:
            image = read(path)
        except ValueError as error:
            sentences.append(str(error))
        else:
            targets.append(Target(path, _unlike(name, [target.name for target in targets]), thumbnail_uri(image)))
    if beyond:
        told = {"most": MAX_TARGETS, "names": ", ".join(beyond)}
        sentences.append(ACROSS[language]["many_targets"].format(**told))
    return tuple(targets), sentences


def references_html(kept: Sequence[Reference], language: str) -> str:
    """The kept references; pressing one takes it up again."""
    words = ACROSS[language]
    cards = [
        Card(
            reference.thumbnail,
            title := words["reference"].format(number=number),
            words["boxes"].format(count=len(reference.prompt.boxes)),
            words["drop"].format(name=title),
            words["take_up"].format(number=number),
        )
        for number, reference in enumerate(kept, 1)
    ]
    return cards_html(words["kept"].format(number=len(kept) + 1), cards)


def targets_html(targets: Sequence[Target], language: str) -> str:
    """The targets that were given."""
    drop = ACROSS[language]["drop"]
    return cards_html("", [Card(t.thumbnail, t.name, "", drop.format(name=t.name)) for t in targets])


def exemplars(prompt: Prompt, scale: float = 1.0) -> tuple[Exemplar, ...]:
    """The boxes in a picture that is ``scale`` times as large."""
    return tuple(Exemplar((b.x0 * scale, b.y0 * scale, b.x1 * scale, b.y1 * scale), b.label) for b in prompt.boxes)


def thumbnail_uri(image: Image.Image) -> str:
    """A small copy as a data URI."""
    small = image.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return webp_uri(small)


def _reference(prompt: Prompt) -> Reference:
    image = picture(prompt.image or "")
    drawn = overlay(image, np.zeros((1, 1), np.float32), exemplars=exemplars(prompt), side=THUMBNAIL_SIDE)
    return Reference(prompt, webp_uri(drawn))


def _unlike(name: str, taken: Sequence[str]) -> str:
    """``name``, numbered where it is taken: a row of the table of detections must name one picture."""
    path, number, free = Path(name), 2, name
    while free in taken:
        free, number = f"{path.stem} ({number}){path.suffix}", number + 1
    return free
