"""`adaptive`: the exemplar encoder adapts to the box's scale, chooses its context and modulates the result."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from sam3viz.bridges.base import Bridge
from sam3viz.bridges.context import ContextAttention
from sam3viz.bridges.layers import WIDTH, GridNorm, VisualAdapter, both_grids, residual_mlp, roi_of, zero_init
from sam3viz.bridges.losses import contrastive_alignment
from sam3viz.bridges.residual import ResidualSpace
from sam3viz.bridges.unified import RoiProcessor
from sam3viz.encoders.roi import box_geometry
from sam3viz.types import BridgeOutput, Diagnostic, GroundTruth, Tokens

GEOMETRY = 6
SCALE_NAMES = ("3×3 kernel", "5×5 kernel", "7×7 kernel")
"""Of `ScaleAdaptor.kernels`, in that order."""


class ScaleAdaptor(nn.Module):
    """Three kernel sizes on the 7 x 7 ROI, mixed by weights that the box's size relative to the image predicts."""

    kernels = (3, 5, 7)

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.predictor = nn.Sequential(nn.Linear(GEOMETRY, 32), nn.ReLU(), nn.Linear(32, len(self.kernels)))
        self.narrow = nn.Sequential(GridNorm(dim), nn.Conv2d(dim, WIDTH, 1))
        self.scales = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(WIDTH, WIDTH, k, padding=k // 2, groups=WIDTH),
                nn.GELU(),
                zero_init(nn.Conv2d(WIDTH, dim, 1)),
            )
            for k in self.kernels
        )

    def forward(
        self, roi: Float[Tensor, "m d 7 7"], geometry: Float[Tensor, "m 6"]
    ) -> tuple[Float[Tensor, "m d 7 7"], Float[Tensor, "m 3"]]:
        weights = self.predictor(geometry).softmax(-1)
        narrow = self.narrow(roi)
        for weight, scale in zip(weights.unbind(-1), self.scales, strict=True):
            roi = roi + weight[:, None, None, None] * scale(narrow)
        return roi, weights


class ContextSelector(nn.Module):
    """Cross-attention whose update passes a gate: an object that needs no context can refuse it."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.attention = ContextAttention(dim)
        self.gate = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, WIDTH), nn.GELU(), nn.Linear(WIDTH, dim))

    def forward(
        self, exemplar: Float[Tensor, "m d"], reference: Float[Tensor, "b d h w"], tokens: Tokens
    ) -> tuple[Float[Tensor, "m d"], Float[Tensor, "m h w"], Float[Tensor, "m d"]]:
        update, attention = self.attention(exemplar, reference, tokens.image_index)
        gate = self.gate(exemplar + update).sigmoid()
        return exemplar + gate * update, attention, gate


class Modulation(nn.Module):
    """FiLM (arXiv 1709.07871): scale and shift of every channel, from the exemplar and its box; identity at first."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.film = nn.Sequential(nn.Linear(dim + GEOMETRY, WIDTH), nn.GELU(), zero_init(nn.Linear(WIDTH, 2 * dim)))

    def forward(self, exemplar: Float[Tensor, "m d"], geometry: Float[Tensor, "m 6"]) -> Float[Tensor, "m d"]:
        scale, shift = self.film(torch.cat([self.norm(exemplar), geometry], -1)).chunk(2, -1)
        return exemplar * (1 + scale) + shift


class Adaptive(Bridge):
    """Scale adaptor, context selector and modulation round a residual exemplar encoder; starts where `unified` does."""

    name = "adaptive"
    title = "Adaptive"
    summary = "The exemplar encoder weighs three scales by the box's size, gates its context, modulates its channels."
    citation = "design document 3.4"

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.adapter = VisualAdapter(dim)
        self.scale_adaptor = ScaleAdaptor(dim)
        self.roi_processor = RoiProcessor(dim)
        self.context_selector = ContextSelector(dim)
        self.modulation = Modulation(dim)
        self.refinement = residual_mlp(dim)
        self.space = ResidualSpace(dim)

    def forward(self, tokens: Tokens) -> BridgeOutput:
        visual, reference = both_grids(self.adapter, tokens)
        geometry = box_geometry(tokens.geometry).to(reference.dtype)
        roi, scale_weights = self.scale_adaptor(roi_of(reference, tokens), geometry)
        exemplar = self.roi_processor(roi, reference, tokens)
        exemplar, attention, gates = self.context_selector(exemplar, reference, tokens)
        exemplar = self.modulation(exemplar, geometry)
        exemplar = exemplar + self.refinement(exemplar)
        scales = Diagnostic("scales", "shares", scale_weights, SCALE_NAMES)
        diagnostics = (scales, Diagnostic("gates", "gates", gates))
        return self.space(tokens, visual, reference, exemplar, attention, diagnostics)

    def loss(self, bridged: BridgeOutput, tokens: Tokens, truth: GroundTruth) -> dict[str, Tensor]:
        return {"contrastive": contrastive_alignment(bridged, tokens, truth)}
