"""`unified`: exemplars are read off the shared visual features and see the whole image."""

from __future__ import annotations

from functools import partial

from torch import Tensor

from sam3viz.bridges.base import Bridge
from sam3viz.bridges.context import ContextAttention
from sam3viz.bridges.layers import VisualAdapter, both_grids, residual_mlp, roi_of
from sam3viz.bridges.losses import contrastive_alignment
from sam3viz.bridges.mechanisms import ADAPTER, ATTENTION, CONTEXT, REFINEMENT, Neutral
from sam3viz.bridges.roi_processor import RoiProcessor
from sam3viz.types import BridgeOutput, GroundTruth, Stage, Tokens


class Unified(Bridge):
    """One encoder for both sides: a visual adapter, which the exemplars are read off as well; context, refinement.

    All residual: untrained it is the box against its surroundings on the visual tokens as they are.
    """

    name = "unified"
    title = "Unified"
    summary = "One adapted feature space for both sides; the exemplar attends to the whole image."
    citation = "design document 3.2"
    mechanisms = (ADAPTER, *RoiProcessor.mechanisms, CONTEXT, ATTENTION, REFINEMENT)

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.adapter = VisualAdapter(dim)
        self.roi_processor = RoiProcessor(dim)
        self.context_fusion = ContextAttention(dim)
        self.refinement = residual_mlp(dim)

    def forward(self, tokens: Tokens, neutral: Neutral = ()) -> BridgeOutput:
        visual, reference = both_grids(partial(self.adapter, neutral=neutral), tokens)
        pooled, encoded = self.roi_processor(roi_of(reference, tokens), reference, tokens, neutral)
        update, attention = self.context_fusion(encoded, reference, tokens.image_index, neutral)
        fused = encoded + update
        refined = fused if REFINEMENT.name in neutral else fused + self.refinement(fused)
        steps = {"object pooled": pooled, "encoded": encoded, "with context": fused, "refined": refined}
        return BridgeOutput(visual, reference, refined, attention, stages=Stage.sequence(steps))

    def loss(self, bridged: BridgeOutput, tokens: Tokens, truth: GroundTruth) -> dict[str, Tensor]:
        return {"contrastive": contrastive_alignment(bridged, tokens, truth)}
