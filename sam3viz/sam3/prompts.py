"""The prompts that are compared: boxes as they were drawn, each left out or turned round, tokens ablated or bridged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from sam3viz.bridges import Bridge
from sam3viz.encoders.layers import make_tokens
from sam3viz.encoders.sam3 import Sam3Backbone
from sam3viz.encoders.sam3_geometry import PARTS
from sam3viz.figures.style import tag
from sam3viz.sam3.words import DRAWN, PART, TEXT, TOKENS, TURNED, WITHOUT
from sam3viz.types import Exemplar


@dataclass(frozen=True)
class Prompt:
    """Geometry tokens that are given to the detector beside the text's."""

    kind: str
    """One of `sam3viz.sam3.words.KINDS`."""
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
    """As drawn first, then text alone, each box left out, each label turned round, each part of the tokens removed, and
    the tokens of every bridge whose space has as many channels as SAM 3's.

    Args:
        bridges: by variant; what `sam3viz.model.own_bridges` gives is passed over.
        visual, reference: tokens of the picture that is searched and of the one that the boxes are on.
    """
    every = range(len(drawn.labels))
    whole = _encoded(backbone, drawn, every, drawn.labels)
    yield Prompt(DRAWN, "", *whole)
    yield Prompt(TEXT, "", None)
    for k in every:
        rest = [other for other in every if other != k]
        if rest:
            name = tag(k + 1, drawn.exemplars[k])
            yield Prompt(WITHOUT, name, *_encoded(backbone, drawn, rest, drawn.labels))
    for k in every:
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
    """Foreign tokens at the length of SAM 3's own, without CLS, which would carry the boxes past them."""
    labels = drawn.labels
    same = None if reference is visual else reference
    tokens = make_tokens(visual, drawn.boxes, labels, torch.zeros_like(labels), labels.bool(), same)
    length = own.float().norm(dim=1, keepdim=True)
    for name, bridge in bridges.items():
        exemplar = bridge(tokens).exemplar
        if exemplar.shape[1] == own.shape[1]:
            scaled = torch.nn.functional.normalize(exemplar, dim=1) * length
            ready = scaled.to(own.dtype)
            yield Prompt(TOKENS, name, ready, ready, labels)
