"""`contrastive`: alignment by a loss over matched and unmatched positions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from jaxtyping import Float
from torch import Tensor, nn

from sam3viz.bridges.base import Bridge
from sam3viz.bridges.layers import both_grids, roi_of, unit_variance
from sam3viz.bridges.losses import contrastive_alignment
from sam3viz.bridges.mechanisms import PROJECTION, Neutral
from sam3viz.bridges.roi_processor import RoiProcessor
from sam3viz.types import BridgeOutput, GroundTruth, Stage, Tokens


class Contrastive(Bridge):
    """A projection head shared by both sides, and InfoNCE between each exemplar and its image's positions."""

    name = "contrastive"
    title = "Contrastive"
    summary = "Both sides pass one projection head; InfoNCE pulls an exemplar to all positions of its class."
    citation = "design document 3.1.1"
    mechanisms = (*RoiProcessor.mechanisms, PROJECTION)

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.roi_processor = RoiProcessor(dim)
        self.projection = nn.Sequential(
            nn.LayerNorm(dim), nn.Linear(dim, dim // 2), nn.ReLU(), nn.Linear(dim // 2, dim)
        )

    def forward(self, tokens: Tokens, neutral: Neutral = ()) -> BridgeOutput:
        project = nn.Identity() if PROJECTION.name in neutral else self.projection
        _, reference = scaled = both_grids(unit_variance, tokens)
        grids = both_grids(partial(_on_grid, project), tokens, scaled)
        pooled, encoded = self.roi_processor(roi_of(reference, tokens), reference, tokens, neutral)
        steps = {"object pooled": project(pooled), "encoded": project(encoded)}
        return BridgeOutput(*grids, steps["encoded"], stages=Stage.sequence(steps))

    def loss(self, bridged: BridgeOutput, tokens: Tokens, truth: GroundTruth) -> dict[str, Tensor]:
        return {"contrastive": contrastive_alignment(bridged, tokens, truth)}


def _on_grid(project: Callable[[Tensor], Tensor], grid: Float[Tensor, "b d h w"]) -> Float[Tensor, "b d h w"]:
    return project(grid.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
