"""`unified`: exemplars are read off the shared visual features and see the whole image."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from sam3viz.bridges.base import Bridge
from sam3viz.bridges.layers import (
    ContextAttention,
    RawShare,
    VisualAdapter,
    both_grids,
    joined,
    pooled_roi,
    residual_mlp,
    roi_of,
    zero_init,
)
from sam3viz.encoders.exemplar import ExemplarEncoder
from sam3viz.types import Bridged, Tokens


class RoiProcessor(nn.Module):
    """Mean ROI feature plus what the exemplar encoder adds to it; adds nothing at the start."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.encoder = ExemplarEncoder(dim)
        zero_init(self.encoder.out[-1])  # type: ignore[arg-type]

    def forward(self, roi: Float[Tensor, "m d 7 7"], tokens: Tokens) -> Float[Tensor, "m d"]:
        return pooled_roi(roi) + self.encoder(roi, tokens.boxes, tokens.labels)


class Unified(Bridge):
    """Shared, adapted features; ROI processor, context fusion, refinement; all residual, so it starts at `raw`."""

    name = "unified"
    title = "Unified"
    summary = "One adapted feature space for both sides; the exemplar attends to the whole image."
    source = "design document 3.2"

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.adapter = VisualAdapter(dim)
        self.roi_processor = RoiProcessor(dim)
        self.context_fusion = ContextAttention(dim)
        self.refinement = residual_mlp(dim)
        self.raw_share = RawShare()

    def forward(self, tokens: Tokens) -> Bridged:
        visual, reference = both_grids(self.adapter, tokens)
        exemplar = self.roi_processor(roi_of(reference, tokens), tokens)
        update, attention = self.context_fusion(exemplar, reference, tokens.image_index)
        exemplar = exemplar + update
        exemplar = exemplar + self.refinement(exemplar)
        return joined(self.raw_share, tokens, visual, reference, exemplar, attention=attention)
