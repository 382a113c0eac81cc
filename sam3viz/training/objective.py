"""The joint objective: detection plus weighted alignment, every term by name."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from sam3viz.bridges import Bridge
from sam3viz.bridges.layers import all_rows, mean_by_image, process_rank
from sam3viz.bridges.losses import MATCHED, UNMATCHED, info_nce
from sam3viz.inference.readout import heat_logits, similarity
from sam3viz.types import BridgeOutput, GroundTruth, Tokens

ALIGNMENT_WEIGHT = 0.3
"""Design document 4.1."""
RANKING_WEIGHT, IDENTITY_WEIGHT, RETRIEVAL_WEIGHT = 0.3, 0.5, 0.3
"""Of the InfoNCE terms against the whole image, against its other objects, and against objects of other images."""


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
    """How well the readout finds the asked objects: a balanced patch loss, and three rankings that do not saturate.

    ``patch`` is `patch_loss`. The others are the InfoNCE of each positive exemplar with its image's asked cells,
    ``ranking`` against all unmatched cells of the image, ``identity`` against cells of other objects alone, where
    telling figure from ground does not help; ``retrieval`` asks the cells, among the exemplars of the whole batch.
    """
    cosine = similarity(bridged, tokens)
    patch = patch_loss(heat_logits(cosine, tokens, bridge.scale, bridge.bias), truth)
    matched, unmatched = truth.target >= MATCHED, truth.target <= UNMATCHED
    positive = tokens.labels[tokens.prompt] > 0
    image = tokens.image_index[tokens.prompt][positive]

    def rank(against: Bool[Tensor, "b h w"]) -> Float[Tensor, ""]:
        rows, usable = info_nce(cosine[positive].flatten(1), matched[image].flatten(1), against[image].flatten(1))
        return mean_by_image(rows, usable, image)

    return {
        "patch": patch,
        "ranking": RANKING_WEIGHT * rank(unmatched),
        "identity": IDENTITY_WEIGHT * rank(unmatched & (truth.objects >= MATCHED)),
        "retrieval": RETRIEVAL_WEIGHT * _retrieval_loss(bridged, tokens, truth),
    }


def _retrieval_loss(bridged: BridgeOutput, tokens: Tokens, truth: GroundTruth) -> Float[Tensor, ""]:
    """InfoNCE of each asked cell with its image's positive exemplars, against those of other classes in other images.

    The exemplars are those of all processes, so that a batch in two halves has the same mean.
    """
    positive = tokens.prompt & (tokens.labels > 0)
    image, classes = tokens.image_index[positive], truth.classes[positive]
    images = torch.arange(len(truth.target), device=image.device)
    asked = torch.full_like(images, -1).scatter(0, image, classes)
    exemplar = F.normalize(bridged.exemplar[positive].float(), dim=-1)
    every, every_class = all_rows(exemplar), all_rows(classes)
    ours = all_rows(torch.full_like(classes, process_rank())) == process_rank()
    own = torch.zeros(len(images), len(every), dtype=torch.bool, device=image.device)
    own[:, ours] = images[:, None] == image
    other = asked[:, None] != every_class

    visual = F.normalize(bridged.visual.float(), dim=1).flatten(2).transpose(1, 2)
    matched = (truth.target >= MATCHED).flatten(1)
    of_cell = images[:, None].expand_as(matched)[matched]
    rows, usable = info_nce(visual[matched] @ every.T, own[of_cell], other[of_cell])
    return mean_by_image(rows, usable, of_cell)


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
