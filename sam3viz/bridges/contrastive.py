"""`contrastive`: alignment by a loss over matched and unmatched positions."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from sam3viz.bridges.base import Bridge
from sam3viz.bridges.layers import both_grids
from sam3viz.encoders.exemplar import ExemplarEncoder
from sam3viz.types import Bridged, Tokens, Truth

MATCHED, UNMATCHED = 0.5, 0.1
"""A cell belongs to a class from this share of cover on, and surely does not up to that; between, it is left out."""


class Contrastive(Bridge):
    """A projection head shared by both sides, and InfoNCE between each exemplar and its image's positions."""

    name = "contrastive"
    title = "Contrastive"
    summary = "Both sides pass one projection head; InfoNCE pulls an exemplar to all positions of its class."
    source = "design document 3.1.1"

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.encoder = ExemplarEncoder(dim)
        self.projection = nn.Sequential(
            nn.LayerNorm(dim), nn.Linear(dim, dim // 2), nn.ReLU(), nn.Linear(dim // 2, dim)
        )

    def forward(self, tokens: Tokens) -> Bridged:
        exemplar = self.projection(self.encoder(tokens.roi, tokens.boxes, tokens.labels))
        return Bridged(*both_grids(self._project_grid, tokens), exemplar)

    def _project_grid(self, grid: Float[Tensor, "b d h w"]) -> Float[Tensor, "b d h w"]:
        return self.projection(grid.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)

    def loss(self, bridged: Bridged, tokens: Tokens, truth: Truth) -> dict[str, Tensor]:
        exemplar = F.normalize(bridged.exemplar.float(), dim=-1)
        visual = F.normalize(bridged.visual.float(), dim=1).flatten(2)[tokens.image_index]
        cover = truth.class_cover.flatten(1)
        cosine = torch.einsum("me,men->mn", exemplar, visual)
        return {"contrastive": info_nce(cosine, cover >= MATCHED, cover <= UNMATCHED)}


def info_nce(
    cosine: Float[Tensor, "m n"],
    matched: Bool[Tensor, "m n"],
    unmatched: Bool[Tensor, "m n"],
    temperature: float = 0.07,
) -> Float[Tensor, ""]:
    """InfoNCE (arXiv 1807.03748) with several positives: each matched position against all unmatched ones.

    ``-log(e^p / (e^p + sum_n e^n)) = softplus(logsumexp(n) - p)``, a form that cannot overflow. Positions that are
    neither (partly covered cells) do not count; nor do rows that lack one of the two.
    """
    logits = cosine.float() / temperature
    negatives = logits.masked_fill(~unmatched, torch.finfo(logits.dtype).min).logsumexp(1, keepdim=True)
    per_row = (F.softplus(negatives - logits) * matched).sum(1) / matched.sum(1).clamp_min(1)
    usable = matched.any(1) & unmatched.any(1)
    return (per_row * usable).sum() / usable.sum().clamp_min(1)
