"""The joint objective: detection plus weighted alignment, every term by name."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from sam3viz.bridges import Bridge
from sam3viz.bridges.layers import mean_by_image
from sam3viz.bridges.losses import MATCHED, UNMATCHED, info_nce
from sam3viz.inference.readout import heat_logits, similarity
from sam3viz.types import BridgeOutput, GroundTruth, Tokens

ALIGNMENT_WEIGHT = 0.3
"""Design document 4.1."""
RANKING_WEIGHT = 0.3


class JointObjective(nn.Module):
    """A bridge and its loss as one module, so that `accelerate` can wrap the whole of what has gradients."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.bridge = bridge

    def forward(self, tokens: Tokens, truth: GroundTruth, alignment_weight: float) -> dict[str, Tensor]:
        return joint_objective(self.bridge, self.bridge(tokens), tokens, truth, alignment_weight)


def joint_objective(
    bridge: Bridge,
    bridged: BridgeOutput,
    tokens: Tokens,
    truth: GroundTruth,
    alignment_weight: float = ALIGNMENT_WEIGHT,
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


def detection_loss(bridge: Bridge, bridged: BridgeOutput, tokens: Tokens, truth: GroundTruth) -> dict[str, Tensor]:
    """How well the readout finds the asked objects: a balanced patch loss and a ranking term.

    ``patch`` is `patch_loss`. ``ranking`` is the InfoNCE
    of each positive exemplar against its image's unmatched cells, which does not saturate.
    """
    cosine = similarity(bridged, tokens)
    patch = patch_loss(heat_logits(cosine, tokens, bridge.scale, bridge.bias), truth)
    matched, unmatched = truth.target >= MATCHED, truth.target <= UNMATCHED
    positive = tokens.labels[tokens.prompt] > 0
    image = tokens.image_index[tokens.prompt][positive]
    rows, usable = info_nce(cosine[positive].flatten(1), matched[image].flatten(1), unmatched[image].flatten(1))
    return {"patch": patch, "ranking": RANKING_WEIGHT * mean_by_image(rows, usable, image)}


def patch_loss(logits: Float[Tensor, "b h w"], truth: GroundTruth) -> Float[Tensor, ""]:
    """Cross-entropy of the heat, averaged by itself over asked cells, background and other objects.

    So none of the three drowns the others. A negative exemplar's instances are among the last: they must go cold.
    Cells that are covered in part do not count.
    """
    matched, unmatched = truth.target >= MATCHED, truth.target <= UNMATCHED
    other = unmatched & (truth.objects >= MATCHED)
    return (
        _mean_over(F.softplus(-logits), matched)
        + _mean_over(F.softplus(logits), unmatched & ~other)
        + _mean_over(F.softplus(logits), other)
    )


def _mean_over(values: Float[Tensor, "b h w"], where: Bool[Tensor, "b h w"]) -> Float[Tensor, ""]:
    """Over the cells of each image, then over images, so that a batch in two halves has the same mean."""
    return ((values * where).sum((1, 2)) / where.sum((1, 2)).clamp_min(1)).mean()


def _without_gradient(bridged: BridgeOutput) -> BridgeOutput:
    return BridgeOutput(bridged.visual.detach(), bridged.reference.detach(), bridged.exemplar.detach())
