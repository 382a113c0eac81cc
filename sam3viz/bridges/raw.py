"""`raw`: no exemplar encoder, the reference line."""

from __future__ import annotations

from sam3viz.bridges.base import Bridge
from sam3viz.bridges.layers import pooled_roi
from sam3viz.bridges.mechanisms import Neutral
from sam3viz.types import BridgeOutput, Stage, Tokens


class Raw(Bridge):
    """The exemplar is the mean visual token under its box: no gap by construction, nothing learned but calibration."""

    name = "raw"
    title = "Raw ROI"
    summary = "No exemplar encoder: the mean visual token under the box. No gap by construction."
    citation = "DESIGN 4, reference line"
    reference = "visual"

    def forward(self, tokens: Tokens, neutral: Neutral = ()) -> BridgeOutput:
        exemplar = pooled_roi(tokens.roi)
        return BridgeOutput(tokens.visual, tokens.reference, exemplar, stages=(Stage("mean of the box", exemplar),))
