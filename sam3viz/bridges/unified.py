"""`unified`: exemplars are read off the shared visual features and see the whole image."""

from __future__ import annotations

from functools import partial

from jaxtyping import Float
from torch import Tensor, nn

from sam3viz.bridges.base import Bridge
from sam3viz.bridges.context import ContextAttention
from sam3viz.bridges.foreground import ForegroundPooling
from sam3viz.bridges.layers import VisualAdapter, both_grids, residual_mlp, roi_of, zero_init
from sam3viz.bridges.losses import contrastive_alignment
from sam3viz.bridges.mechanisms import (
    ADAPTER,
    ATTENTION,
    CONTEXT,
    ENCODER,
    LABEL,
    POSITION,
    REFINEMENT,
    Neutral,
    encoder_inputs,
)
from sam3viz.bridges.residual import ResidualSpace
from sam3viz.encoders.exemplar import ExemplarEncoder
from sam3viz.types import BridgeOutput, GroundTruth, Tokens


class RoiProcessor(nn.Module):
    """What of the box is the object, plus what the exemplar encoder adds to it; it adds nothing at the start."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.pooling = ForegroundPooling()
        self.encoder = ExemplarEncoder(dim)
        zero_init(self.encoder.out[-1])  # type: ignore[arg-type]

    def forward(
        self, roi: Float[Tensor, "m d 7 7"], reference: Float[Tensor, "b d h w"], tokens: Tokens, neutral: Neutral = ()
    ) -> tuple[Float[Tensor, "m d"], Float[Tensor, "m d"]]:
        """The object as it is pooled, and with what the encoder adds."""
        pooled = self.pooling(roi, reference, tokens, neutral)
        if ENCODER.name in neutral:
            return pooled, pooled
        return pooled, pooled + self.encoder(roi, *encoder_inputs(tokens, neutral))


class Unified(Bridge):
    """Shared, adapted features; ROI processor, context fusion, refinement; all residual: it starts untrained at the raw
    features of the object against its surroundings."""

    name = "unified"
    title = "Unified"
    summary = "One adapted feature space for both sides; the exemplar attends to the whole image."
    citation = "design document 3.2"
    mechanisms = (ADAPTER, ENCODER, POSITION, LABEL, CONTEXT, ATTENTION, REFINEMENT, *ResidualSpace.mechanisms)

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.adapter = VisualAdapter(dim)
        self.roi_processor = RoiProcessor(dim)
        self.context_fusion = ContextAttention(dim)
        self.refinement = residual_mlp(dim)
        self.space = ResidualSpace(dim)

    def forward(self, tokens: Tokens, neutral: Neutral = ()) -> BridgeOutput:
        visual, reference = both_grids(partial(self.adapter, neutral=neutral), tokens)
        pooled, encoded = self.roi_processor(roi_of(reference, tokens), reference, tokens, neutral)
        update, attention = self.context_fusion(encoded, reference, tokens.image_index, neutral)
        fused = encoded + update
        refined = fused if REFINEMENT.name in neutral else fused + self.refinement(fused)
        stages = {"object pooled": pooled, "encoded": encoded, "with context": fused, "refined": refined}
        return self.space(tokens, visual, reference, stages, attention, neutral=neutral)

    def loss(self, bridged: BridgeOutput, tokens: Tokens, truth: GroundTruth) -> dict[str, Tensor]:
        return {"contrastive": contrastive_alignment(bridged, tokens, truth)}
