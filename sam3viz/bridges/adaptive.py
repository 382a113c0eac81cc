"""`adaptive`: the exemplar encoder adapts to the box's scale, chooses its context and modulates the result."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from sam3viz.bridges.base import Bridge
from sam3viz.bridges.context import ContextAttention
from sam3viz.bridges.layers import WIDTH, GridNorm, both_grids, residual_mlp, roi_of, unit_variance, zero_init
from sam3viz.bridges.losses import contrastive_alignment
from sam3viz.bridges.mechanisms import (
    ATTENTION,
    CONTEXT,
    GATES,
    KERNELS,
    MODULATION,
    REFINEMENT,
    SCALES,
    Neutral,
    encoder_inputs,
    set_gates,
)
from sam3viz.bridges.roi_processor import RoiProcessor
from sam3viz.encoders.roi import box_geometry
from sam3viz.types import BridgeOutput, Diagnostic, GroundTruth, Stage, Tokens

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
        self, roi: Float[Tensor, "m d 7 7"], geometry: Float[Tensor, "m 6"], neutral: Neutral = ()
    ) -> tuple[Float[Tensor, "m d 7 7"], Float[Tensor, "m 3"]]:
        weights = self.predictor(geometry).softmax(-1)
        if SCALES.name in neutral:
            weights = torch.full_like(weights, 1 / len(self.kernels))
        if KERNELS.name in neutral:
            return roi, weights
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
        self,
        exemplar: Float[Tensor, "m d"],
        reference: Float[Tensor, "b d h w"],
        tokens: Tokens,
        neutral: Neutral = (),
    ) -> tuple[Float[Tensor, "m d"], Float[Tensor, "m h w"], Float[Tensor, "m d"]]:
        update, attention = self.attention(exemplar, reference, tokens.image_index, neutral)
        gate = set_gates(self.gate(exemplar + update).sigmoid(), neutral)
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
    """Scale adaptor, context selector and modulation round a residual exemplar encoder; the visual side stays frozen,
    all of the way is the exemplar's. Untrained it is the box against its surroundings."""

    name = "adaptive"
    title = "Adaptive"
    summary = "The exemplar encoder weighs three scales by the box's size, gates its context, modulates its channels."
    citation = "design document 3.4"
    mechanisms = (KERNELS, SCALES, *RoiProcessor.mechanisms, CONTEXT, ATTENTION, GATES, MODULATION, REFINEMENT)

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.scale_adaptor = ScaleAdaptor(dim)
        self.roi_processor = RoiProcessor(dim)
        self.context_selector = ContextSelector(dim)
        self.modulation = Modulation(dim)
        self.refinement = residual_mlp(dim)

    def forward(self, tokens: Tokens, neutral: Neutral = ()) -> BridgeOutput:
        visual, reference = both_grids(unit_variance, tokens)
        boxes, _ = encoder_inputs(tokens, neutral)
        geometry = box_geometry(boxes).to(reference.dtype)
        roi, scale_weights = self.scale_adaptor(roi_of(reference, tokens), geometry, neutral)
        pooled, encoded = self.roi_processor(roi, reference, tokens, neutral)
        fused, attention, gates = self.context_selector(encoded, reference, tokens, neutral)
        modulated = fused if MODULATION.name in neutral else self.modulation(fused, geometry)
        refined = modulated if REFINEMENT.name in neutral else modulated + self.refinement(modulated)
        scales = Diagnostic("scales", "shares", scale_weights, SCALE_NAMES)
        diagnostics = (scales, Diagnostic("gates", "gates", gates))
        steps = {
            "scales mixed": pooled,
            "encoded": encoded,
            "with context": fused,
            "modulated": modulated,
            "refined": refined,
        }
        return BridgeOutput(visual, reference, refined, attention, diagnostics, Stage.sequence(steps))

    def loss(self, bridged: BridgeOutput, tokens: Tokens, truth: GroundTruth) -> dict[str, Tensor]:
        return {"contrastive": contrastive_alignment(bridged, tokens, truth)}
