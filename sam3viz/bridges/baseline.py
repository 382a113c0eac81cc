"""`baseline`: the exemplar encoder on its own, which shows the gap."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from sam3viz.bridges.base import Bridge
from sam3viz.bridges.layers import all_rows, pooled_roi
from sam3viz.bridges.mechanisms import LABEL, POSITION, Neutral, encoder_inputs
from sam3viz.encoders.exemplar import ExemplarEncoder
from sam3viz.types import BridgeOutput, GroundTruth, Stage, Tokens


class Baseline(Bridge):
    """Exemplar encoder trained on its own instance objective: same class together, other classes apart.

    Nothing ties its space to the visual one (design document 2.3), though it knows its instances.
    """

    name = "baseline"
    title = "Baseline"
    summary = "The exemplar encoder trained alone: a good space of its own, but not the vision encoder's."
    citation = "design document 1.1, 2.3"
    reference = "unbridged"
    detects = False
    mechanisms = (POSITION, LABEL)

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.encoder = ExemplarEncoder(dim)

    def forward(self, tokens: Tokens, neutral: Neutral = ()) -> BridgeOutput:
        exemplar = self.encoder(tokens.roi, *encoder_inputs(tokens, neutral))
        stages = (Stage("mean of the box", pooled_roi(tokens.roi)), Stage("encoded", exemplar))
        return BridgeOutput(tokens.visual, tokens.reference, exemplar, stages=stages)

    def loss(self, bridged: BridgeOutput, tokens: Tokens, truth: GroundTruth) -> dict[str, Tensor]:
        return {"instance": supervised_contrastive(all_rows(bridged.exemplar), all_rows(truth.classes))}


def supervised_contrastive(
    exemplar: Float[Tensor, "m e"], classes: Int[Tensor, " m"], temperature: float = 0.1
) -> Float[Tensor, ""]:
    """Supervised contrastive loss (arXiv 2004.11362, eq. 2) among instances; 0 where no two share a class."""
    unit = F.normalize(exemplar.float(), dim=-1)
    itself = torch.eye(len(unit), dtype=torch.bool, device=unit.device)
    logits = (unit @ unit.T / temperature).masked_fill(itself, -torch.inf)
    log_share = logits - logits.logsumexp(1, keepdim=True)
    positive = (classes[:, None] == classes) & ~itself
    count = positive.sum(1)
    per_anchor = -log_share.masked_fill(~positive, 0).sum(1) / count.clamp_min(1)
    return (per_anchor * (count > 0)).sum() / (count > 0).sum().clamp_min(1)
