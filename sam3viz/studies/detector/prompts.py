"""The prompts that are compared: boxes as they were drawn, left out or turned round, tokens ablated or bridged."""

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
from sam3viz.studies.detector.words import BARE, DRAWN, PART, TEXT, TOKENS, TURNED, WITHOUT
from sam3viz.types import Exemplar, Tokens

MOST_VARIED = 8
"""Boxes that are left out and turned round, the first ones: each costs two runs of the detector."""


@dataclass(frozen=True)
class Prompt:
    """Geometry tokens that are given to the detector beside the text's."""

    kind: str
    """One of `sam3viz.studies.detector.words.KINDS`."""
    subject: str
    """The box, part or variant that it is about; "" where it is about none."""
    tokens: Float[Tensor, "k d"] | None
    """Exemplar tokens and, last, CLS where the exemplar encoder made them; None is no box at all."""
    exemplars: Float[Tensor, "m d"] | None = None
    """Of ``tokens``, those of the boxes."""
    labels: Int[Tensor, " m"] | None = None


@dataclass(frozen=True)
class Boxes:
    """What was drawn, as the exemplar encoder takes it."""

    exemplars: tuple[Exemplar, ...]
    boxes: Float[Tensor, "m 4"]
    """Normalised xyxy on the picture of ``vision``."""
    labels: Int[Tensor, " m"]
    vision: Any


def prompts(
    backbone: Sam3Backbone, drawn: Boxes, bridges: Mapping[str, Bridge], visual: Tensor, reference: Tensor
) -> Iterator[Prompt]:
    """As drawn first, then text alone, each of the first `MOST_VARIED` boxes left out, each of their labels turned
    round, each part of the tokens removed, and the positive boxes' tokens alone: SAM 3's own, and then those of every
    bridge whose space has as many channels.

    Args:
        bridges: by variant; what `sam3viz.bridges.checkpoints.own_bridges` gives is passed over.
        visual, reference: tokens of the picture that is searched and of the one that the boxes are on.
    """
    every = range(len(drawn.labels))
    varied = every[:MOST_VARIED]
    whole = _encoded(backbone, drawn, every, drawn.labels)
    yield Prompt(DRAWN, "", *whole)
    yield Prompt(TEXT, "", None)
    for k in varied:
        rest = [other for other in every if other != k]
        if rest:
            name = tag(k + 1, drawn.exemplars[k])
            yield Prompt(WITHOUT, name, *_encoded(backbone, drawn, rest, drawn.labels))
    for k in varied:
        turned = torch.where(torch.arange(len(drawn.labels), device=drawn.labels.device) == k, -1, 1) * drawn.labels
        yield Prompt(TURNED, tag(k + 1, drawn.exemplars[k]), *_encoded(backbone, drawn, every, turned))
    for part in PARTS:
        yield Prompt(PART, part, *_encoded(backbone, drawn, every, drawn.labels, without=(part,)))
    yield from _bridged(drawn, bridges, visual, reference, whole[1])


def _encoded(
    backbone: Sam3Backbone, drawn: Boxes, chosen: Sequence[int], labels: Tensor, without: Sequence[str] = ()
) -> tuple[Tensor, Tensor, Tensor]:
    rows = torch.tensor(list(chosen), device=labels.device)
    parts = backbone.geometry.parts(drawn.boxes[rows], labels[rows], drawn.vision)
    exemplars, cls = backbone.geometry.tokens(parts.summed(without), torch.zeros_like(rows), drawn.vision)
    return torch.cat([exemplars, cls]), exemplars, labels[rows]


def _bridged(
    drawn: Boxes, bridges: Mapping[str, Bridge], visual: Tensor, reference: Tensor, own: Float[Tensor, "m d"]
) -> Iterator[Prompt]:
    """Tokens without CLS, which would carry the boxes past them: SAM 3's ``own``, the control, then foreign ones at the
    length of those.

    Of the positive boxes alone: nothing in a foreign token need say that its box is not what is looked for. Where the
    boxes lie is kept from the bridges on another picture, as everywhere else.
    """
    labels, positive = drawn.labels, drawn.labels > 0
    yield Prompt(BARE, "", own[positive], own[positive], labels[positive])
    same = None if reference is visual else reference
    index = torch.zeros_like(labels)
    tokens = Tokens.gather(visual, drawn.boxes, labels, index, labels.bool(), same, use_box_position=same is None)
    length = own[positive].float().norm(dim=1, keepdim=True)
    for name, bridge in bridges.items():
        exemplar = bridge(tokens).exemplar
        if exemplar.shape[1] == own.shape[1]:
            ready = (F.normalize(exemplar[positive].float(), dim=1) * length).to(own.dtype)
            yield Prompt(TOKENS, name, ready, ready, labels[positive])
