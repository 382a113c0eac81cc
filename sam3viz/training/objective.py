"""The joint objective: detection plus weighted alignment, every term by name."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from sam3viz.bridges import Bridge
from sam3viz.bridges.contrastive import MATCHED, UNMATCHED, info_nce
from sam3viz.readout import heat_logits, similarity
from sam3viz.types import Bridged, Tokens, Truth

ALIGNMENT_WEIGHT = 0.3
"""Design document 4.1."""
RANKING_WEIGHT = 0.3


def joint_objective(
    bridge: Bridge, bridged: Bridged, tokens: Tokens, truth: Truth, alignment_weight: float = ALIGNMENT_WEIGHT
) -> dict[str, Tensor]:
    """``total = detection + alignment_weight * alignment`` (design document 4.1) and each of its terms.

    Where a bridge is defined by its alignment alone (`Bridge.detects` is false), detection sees its features
    without gradient and trains the readout's calibration only.
    """
    alignment = bridge.loss(bridged, tokens, truth)
    seen = bridged if bridge.detects else _without_gradient(bridged)
    detection = detection_loss(bridge, seen, tokens, truth)
    weight = alignment_weight if bridge.detects else 1.0
    total = sum(detection.values()) + weight * sum(alignment.values())
    return {"total": torch.as_tensor(total), **detection, **alignment}


def detection_loss(bridge: Bridge, bridged: Bridged, tokens: Tokens, truth: Truth) -> dict[str, Tensor]:
    """How well the readout finds the asked objects: a balanced patch loss and a ranking term.

    ``patch`` is the cross-entropy of the heat, averaged by itself over asked cells, background and other objects,
    so that none drowns the others; a negative exemplar's instances are among the last. ``ranking`` is the InfoNCE
    of each positive exemplar against its image's unmatched cells, which does not saturate.
    """
    cosine = similarity(bridged, tokens)
    logits = heat_logits(cosine, tokens, bridge.scale, bridge.bias)
    asked, not_asked = truth.target >= MATCHED, truth.target <= UNMATCHED
    other = not_asked & (truth.objects >= MATCHED)
    patch = (
        _mean_over(F.softplus(-logits), asked)
        + _mean_over(F.softplus(logits), not_asked & ~other)
        + _mean_over(F.softplus(logits), other)
    )
    positive = tokens.labels[tokens.prompt] > 0
    image = tokens.image_index[tokens.prompt][positive]
    ranking = info_nce(cosine[positive].flatten(1), asked[image].flatten(1), not_asked[image].flatten(1))
    return {"patch": patch, "ranking": RANKING_WEIGHT * ranking}


def _mean_over(values: Float[Tensor, "b h w"], where: Bool[Tensor, "b h w"]) -> Float[Tensor, ""]:
    return (values * where).sum() / where.sum().clamp_min(1)


def _without_gradient(bridged: Bridged) -> Bridged:
    return Bridged(bridged.visual.detach(), bridged.reference.detach(), bridged.exemplar.detach())
