"""`contrastive`: alignment by a loss over matched and unmatched positions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from jaxtyping import Float
from torch import Tensor, nn

from sam3viz.bridges.base import Bridge
from sam3viz.bridges.layers import both_grids, pooled_roi
from sam3viz.bridges.losses import contrastive_alignment
from sam3viz.bridges.mechanisms import ENCODER, LABEL, POSITION, PROJECTION, Neutral, encoder_inputs
from sam3viz.encoders.exemplar import ExemplarEncoder
from sam3viz.types import BridgeOutput, GroundTruth, Stage, Tokens


class Contrastive(Bridge):
    """A projection head shared by both sides, and InfoNCE between each exemplar and its image's positions."""

    name = "contrastive"
    title = "Contrastive"
    summary = "Both sides pass one projection head; InfoNCE pulls an exemplar to all positions of its class."
    citation = "design document 3.1.1"
    mechanisms = (ENCODER, POSITION, LABEL, PROJECTION)

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.encoder = ExemplarEncoder(dim)
        self.projection = nn.Sequential(
            nn.LayerNorm(dim), nn.Linear(dim, dim // 2), nn.ReLU(), nn.Linear(dim // 2, dim)
        )

    def forward(self, tokens: Tokens, neutral: Neutral = ()) -> BridgeOutput:
        project = nn.Identity() if PROJECTION.name in neutral else self.projection
        grids = both_grids(partial(_on_grid, project), tokens)
        pooled = pooled_roi(tokens.roi)
        encoded = pooled if ENCODER.name in neutral else self.encoder(tokens.roi, *encoder_inputs(tokens, neutral))
        exemplar = project(encoded)
        stages = (Stage("mean of the box", project(pooled)), Stage("encoded", exemplar))
        return BridgeOutput(*grids, exemplar, stages=stages)

    def loss(self, bridged: BridgeOutput, tokens: Tokens, truth: GroundTruth) -> dict[str, Tensor]:
        return {"contrastive": contrastive_alignment(bridged, tokens, truth)}


def _on_grid(project: Callable[[Tensor], Tensor], grid: Float[Tensor, "b d h w"]) -> Float[Tensor, "b d h w"]:
    return project(grid.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
