"""The prompts that are compared: boxes as they were drawn, left out or flipped, tokens ablated or another encoder's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from sam3viz.bridges import Bridge
from sam3viz.encoders.sam3 import Sam3Backbone
from sam3viz.encoders.sam3_geometry import PARTS
from sam3viz.figures.style import tag
from sam3viz.types import Exemplar, Tokens
from sam3viz.utils.messages import DEFAULT_LANGUAGE, translate

MAX_VARIED_BOXES = 8
"""Boxes that are left out and flipped, the first ones: each costs two runs of the detector."""


@dataclass(frozen=True)
class PromptKind:
    """A way to prompt the detector, and how it is called in English."""

    name: str
    title: str
    """Template with ``{subject}`` where the kind is about something."""
    explanation: str

    def describe(self, subject: str, language: str = DEFAULT_LANGUAGE) -> str:
        """Title a prompt of this kind.

        Args:
            subject: the tag of a box, one of `PARTS` or the name of a variant; "" where it is about none.
        """
        named = translate(subject, language) if subject in PARTS else subject
        return translate(self.title, language, subject=named)


ORIGINAL = PromptKind("original", "as drawn", "Every box as it was drawn.")
TEXT_ONLY = PromptKind(
    "text_only", "text alone", "No box: the text is the placeholder word “visual”, which names nothing."
)
LEFT_OUT = PromptKind("left_out", "without {subject}", "One box left out: did it matter?")
LABEL_FLIPPED = PromptKind("label_flipped", "{subject} turned round", "One label turned round, + to − or − to +.")
PART_REMOVED = PromptKind("part_removed", "no {subject}", "That part taken out of every token.")
NO_CLS = PromptKind(
    "no_cls",
    "own tokens without CLS",
    "SAM 3's own tokens of the positive boxes alone, without CLS: the control for other encoders' tokens.",
)
FOREIGN_TOKENS = PromptKind(
    "foreign_tokens",
    "{subject} tokens",
    "That variant's tokens of the positive boxes, without CLS: compare with “own tokens without CLS”.",
)
PROMPT_KINDS = {
    kind.name: kind for kind in (ORIGINAL, TEXT_ONLY, LEFT_OUT, LABEL_FLIPPED, PART_REMOVED, NO_CLS, FOREIGN_TOKENS)
}


@dataclass(frozen=True)
class TokenPrompt:
    """Geometry tokens that are given to the detector beside the text's."""

    kind: PromptKind
    subject: str
    """The box, part or variant that it is about; "" where it is about none."""
    tokens: Float[Tensor, "k d"] | None
    """Exemplar tokens and, last, CLS where the exemplar encoder made them; None is no box at all."""
    exemplars: Float[Tensor, "m d"] | None = None
    """Of ``tokens``, those of the boxes."""
    labels: Int[Tensor, " m"] | None = None


@dataclass(frozen=True)
class ExemplarBoxes:
    """What was drawn, as the exemplar encoder takes it."""

    exemplars: tuple[Exemplar, ...]
    boxes: Float[Tensor, "m 4"]
    """Normalised xyxy on the picture of ``vision``."""
    labels: Int[Tensor, " m"]
    vision: Any
    """As `Sam3Backbone.vision_output` gives it."""


def make_prompts(
    backbone: Sam3Backbone, boxes: ExemplarBoxes, bridges: Mapping[str, Bridge], visual: Tensor, reference: Tensor
) -> Iterator[TokenPrompt]:
    """Make the prompts of a study.

    The original first, then text alone, each of the first `MAX_VARIED_BOXES` boxes left out, each of their labels
    flipped, each part of the tokens removed, and the positive boxes' tokens alone: SAM 3's own, and then those of
    every bridge whose space has as many channels.

    Args:
        bridges: by variant, none of them SAM 3's own exemplar encoder.
        visual, reference: tokens of the picture that is searched and of the one that the boxes are on.
    """
    every = range(len(boxes.labels))
    varied = every[:MAX_VARIED_BOXES]
    original = _encode_prompt(backbone, boxes, every, boxes.labels)
    yield TokenPrompt(ORIGINAL, "", *original)
    yield TokenPrompt(TEXT_ONLY, "", None)
    for k in varied:
        rest = [other for other in every if other != k]
        if rest:
            name = tag(k + 1, boxes.exemplars[k])
            yield TokenPrompt(LEFT_OUT, name, *_encode_prompt(backbone, boxes, rest, boxes.labels))
    for k in varied:
        flipped = torch.where(torch.arange(len(boxes.labels), device=boxes.labels.device) == k, -1, 1) * boxes.labels
        yield TokenPrompt(
            LABEL_FLIPPED, tag(k + 1, boxes.exemplars[k]), *_encode_prompt(backbone, boxes, every, flipped)
        )
    for part in PARTS:
        yield TokenPrompt(PART_REMOVED, part, *_encode_prompt(backbone, boxes, every, boxes.labels, without=(part,)))
    yield from _make_positive_prompts(boxes, bridges, visual, reference, original[1])


def _encode_prompt(
    backbone: Sam3Backbone, boxes: ExemplarBoxes, chosen: Sequence[int], labels: Tensor, without: Sequence[str] = ()
) -> tuple[Tensor, Tensor, Tensor]:
    """Encode the ``chosen`` boxes: all tokens with CLS last, those of the boxes, and their labels."""
    rows = torch.tensor(list(chosen), device=labels.device)
    parts = backbone.geometry.parts(boxes.boxes[rows], labels[rows], boxes.vision)
    exemplars, cls = backbone.geometry.tokens(parts.embedding(without), torch.zeros_like(rows), boxes.vision)
    return torch.cat([exemplars, cls]), exemplars, labels[rows]


def _make_positive_prompts(
    boxes: ExemplarBoxes, bridges: Mapping[str, Bridge], visual: Tensor, reference: Tensor, own: Float[Tensor, "m d"]
) -> Iterator[TokenPrompt]:
    """Make prompts without CLS, which would carry the boxes past the tokens: SAM 3's ``own``, the control, then foreign
    ones at the length of those.

    Of the positive boxes alone: nothing in a foreign token need say that its box is not what is looked for. Where the
    boxes lie is kept from the bridges on another picture, as everywhere else.
    """
    labels, positive = boxes.labels, boxes.labels > 0
    yield TokenPrompt(NO_CLS, "", own[positive], own[positive], labels[positive])
    other_image = None if reference is visual else reference
    index = torch.zeros_like(labels)
    tokens = Tokens.gather(
        visual, boxes.boxes, labels, index, labels.bool(), other_image, use_box_position=other_image is None
    )
    length = own[positive].float().norm(dim=1, keepdim=True)
    for name, bridge in bridges.items():
        exemplar = bridge(tokens).exemplar
        if exemplar.shape[1] == own.shape[1]:
            scaled = (F.normalize(exemplar[positive].float(), dim=1) * length).to(own.dtype)
            yield TokenPrompt(FOREIGN_TOKENS, name, scaled, scaled, labels[positive])
