"""What a search across images is made from: references, targets, and the example that the tab opens with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from app.components.box_prompter.component import Prompt
from app.services.pictures import picture, read, served
from app.shared.prompts import example, exemplars_of
from app.tabs.across.strings import STRINGS
from sam3viz.api.cross_image import MAX_REFERENCES, MAX_TARGETS
from sam3viz.data.examples import load_examples, shipped_image
from sam3viz.data.images import webp_uri
from sam3viz.figures.heat import overlay
from sam3viz.utils.messages import InputError

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


@dataclass(frozen=True)
class CrossImageInputs:
    """The open picture with its boxes, the references that were put aside, and the targets."""

    prompt: Prompt = field(default_factory=Prompt)
    references: tuple[Reference, ...] = ()
    targets: tuple[Target, ...] = ()

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """All pictures with boxes; the open one is the last."""
        kept = tuple(reference.prompt for reference in self.references)
        return (*kept, self.prompt) if self._has_boxes else kept

    @property
    def unboxed(self) -> bool:
        """Whether the open picture has no box, so that it is no reference."""
        return self.prompt.image is not None and not self.prompt.boxes

    @property
    def _has_boxes(self) -> bool:
        return self.prompt.image is not None and bool(self.prompt.boxes)

    def check(self) -> None:
        """Make sure that there is something to search for, and in.

        Raises:
            InputError: there is no reference or no target, or there are too many references.
        """
        if not self.prompts:
            raise InputError(STRINGS.english["no_reference"])
        if len(self.prompts) > MAX_REFERENCES:
            raise InputError(STRINGS.english["many_references"], most=MAX_REFERENCES)
        if not self.targets:
            raise InputError(STRINGS.english["no_target"])

    def keep(self) -> CrossImageInputs:
        """Put the open picture with its boxes to the references; none is open then.

        Raises:
            InputError: there is none, it has no box, or there are too many.
        """
        if self.prompt.image is None:
            raise InputError(STRINGS.english["no_picture"])
        if not self.prompt.boxes:
            raise InputError(STRINGS.english["no_box"])
        if len(self.references) >= MAX_REFERENCES:
            raise InputError(STRINGS.english["many_references"], most=MAX_REFERENCES)
        return replace(self, prompt=Prompt(), references=(*self.references, _reference(self.prompt)))

    def take_up(self, number: int) -> CrossImageInputs:
        """Open a kept reference again; what was open takes its place if anything was drawn on it."""
        instead = [_reference(self.prompt)] if self._has_boxes else []
        references = (*self.references[:number], *instead, *self.references[number + 1 :])
        return replace(self, prompt=self.references[number].prompt, references=references)

    def drop_reference(self, number: int) -> CrossImageInputs:
        """Leave a kept reference out."""
        return replace(self, references=(*self.references[:number], *self.references[number + 1 :]))

    def add_targets(self, paths: Sequence[str]) -> tuple[CrossImageInputs, list[ValueError]]:
        """Add picture files to the targets; what is wrong with those that cannot be used is returned."""
        targets, errors, surplus = list(self.targets), [], []
        for path in paths:
            name = Path(path).name
            if len(targets) >= MAX_TARGETS:
                surplus.append(name)
                continue
            try:
                image = read(path)
            except ValueError as error:
                errors.append(error)
            else:
                name = _free_name(name, {target.name for target in targets})
                targets.append(Target(path, name, thumbnail_uri(image)))
        if surplus:
            errors.append(InputError(STRINGS.english["many_targets"], most=MAX_TARGETS, names=", ".join(surplus)))
        return replace(self, targets=tuple(targets)), errors

    def drop_target(self, number: int) -> CrossImageInputs:
        """Leave a target out."""
        return replace(self, targets=tuple(one for index, one in enumerate(self.targets) if index != number))


@cache
def load_example() -> CrossImageInputs:
    """Return what the tab opens with: boxes on marbles, and pictures of which some show marbles of that colour."""
    prompt = example(list(load_examples()).index(EXAMPLE))
    targets = []
    for name in EXAMPLE_TARGETS:
        image = shipped_image(f"{name.replace(' ', '-')}.webp")
        targets.append(Target(served(image, "png"), f"{name}.png", thumbnail_uri(image)))
    return CrossImageInputs(prompt, targets=tuple(targets))


def thumbnail_uri(image: Image.Image) -> str:
    """Return a small copy as a data URI."""
    small = image.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return webp_uri(small)


def _reference(prompt: Prompt) -> Reference:
    image = picture(prompt.image or "")
    boxed = overlay(image, np.zeros((1, 1), np.float32), exemplars=exemplars_of(prompt), side=THUMBNAIL_SIDE)
    return Reference(prompt, webp_uri(boxed))


def _free_name(name: str, taken: Collection[str]) -> str:
    """Number a name that is taken: a row of the table of detections must name one picture."""
    path, number, free = Path(name), 2, name
    while free in taken:
        free, number = f"{path.stem} ({number}){path.suffix}", number + 1
    return free
