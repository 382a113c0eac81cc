"""What a bridge is made of, part by part, and what each part does nothing as.

A mechanism can be replaced by its neutral form in one call, ``bridge(tokens, neutral={"attention"})``: the rest works
as it was trained, and the difference is what the mechanism is worth (DESIGN 4; `sam3viz.studies.ablation`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from jaxtyping import Float, Int
from torch import Tensor

from sam3viz.types import Tokens

Neutral = Collection[str]
"""Names of the mechanisms that are replaced."""


@dataclass(frozen=True)
class Mechanism:
    """One part of a bridge that can be replaced; the catalogue has its texts in other languages."""

    name: str
    """Equal to that of the `Diagnostic` that shows it, where there is one."""
    title: str
    neutral: str
    """What stands in its place."""
    needs_negative: bool = False
    """Whether it can only show with a negative box."""


ADAPTER = Mechanism("adapter", "visual adapter", "visual tokens as they are")
EARLY_FUSION = Mechanism("early", "early fusion", "visual tokens not conditioned")
PROJECTION = Mechanism("projection", "projection head", "no projection")
ENCODER = Mechanism("encoder", "exemplar encoder", "the pooled box alone")
POSITION = Mechanism("position", "box position", "every box in the middle")
LABEL = Mechanism("label", "label embedding", "every box positive", needs_negative=True)
KERNELS = Mechanism("kernels", "scale kernels", "no kernel")
SCALES = Mechanism("scales", "scale weights", "a third each")
CONTEXT = Mechanism("context", "context fusion", "no context")
ATTENTION = Mechanism("attention", "context attention", "uniform over the picture")
GATES = Mechanism("gates", "gates", "each at their mean")
LEVELS = Mechanism("levels", "level weights", "a third each")
COORDINATION = Mechanism("coordination", "late coordination", "no coordination")
MODULATION = Mechanism("modulation", "channel modulation", "no modulation")
REFINEMENT = Mechanism("refinement", "refinement", "no refinement")

POOLING = Mechanism("pooling", "object against surroundings", "the mean of the box")
SELF_CONTEXT = Mechanism("self-context", "self context", "each token by itself")


def encoder_inputs(tokens: Tokens, neutral: Neutral) -> tuple[Float[Tensor, "m 4"], Int[Tensor, " m"]]:
    """Return the boxes and labels as an exemplar encoder is to see them, without `POSITION` and `LABEL` if neutral."""
    geometry = replace(tokens, use_box_position=False).geometry if POSITION.name in neutral else tokens.geometry
    return geometry, tokens.labels.abs() if LABEL.name in neutral else tokens.labels


def set_gates(gates: Float[Tensor, "m k"], neutral: Neutral) -> Float[Tensor, "m k"]:
    """Return how far gates open, each box's at their mean if `GATES` is neutral."""
    return gates.mean(-1, keepdim=True).expand_as(gates) if GATES.name in neutral else gates
