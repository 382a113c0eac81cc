"""`contrastive`: alignment by a loss over matched and unmatched positions."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from sam3viz.bridges.base import Bridge
from sam3viz.bridges.layers import both_grids
from sam3viz.bridges.losses import contrastive_alignment
from sam3viz.encoders.exemplar import ExemplarEncoder
from sam3viz.types import BridgeOutput, GroundTruth, Tokens


class Contrastive(Bridge):
    """A projection head shared by both sides, and InfoNCE between each exemplar and its image's positions."""

    name = "contrastive"
    title = "Contrastive"
    summary = "Both sides pass one projection head; InfoNCE pulls an exemplar to all positions of its class."
    citation = "design document 3.1.1"

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.encoder = ExemplarEncoder(dim)
        self.projection = nn.Sequential(
            nn.LayerNorm(dim), nn.Linear(dim, dim // 2), nn.ReLU(), nn.Linear(dim // 2, dim)
        )

    def forward(self, tokens: Tokens) -> BridgeOutput:
        exemplar = self.projection(self.encoder(tokens.roi, tokens.geometry, tokens.labels))
        return BridgeOutput(*both_grids(self._project_grid, tokens), exemplar)

    def _project_grid(self, grid: Float[Tensor, "b d h w"]) -> Float[Tensor, "b d h w"]:
        return self.projection(grid.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)

    def loss(self, bridged: BridgeOutput, tokens: Tokens, truth: GroundTruth) -> dict[str, Tensor]:
        return {"contrastive": contrastive_alignment(bridged, tokens, truth)}
