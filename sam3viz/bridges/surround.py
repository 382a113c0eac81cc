"""`surround`: no exemplar encoder, the object against its surroundings; the second reference line."""

from __future__ import annotations

import torch.nn.functional as F

from sam3viz.bridges.base import Bridge
from sam3viz.bridges.context import SelfContext, without_rest
from sam3viz.bridges.foreground import ForegroundPooling
from sam3viz.bridges.layers import both_grids, pooled_roi
from sam3viz.bridges.mechanisms import POOLING, SELF_CONTEXT, Neutral
from sam3viz.types import BridgeOutput, Stage, Tokens


class Surround(Bridge):
    """What context gives without learning: the box against its surroundings, and every visual token among its like.

    A bridge that claims context as its own must be better than this line; nothing in it is learned but calibration.
    """

    name = "surround"
    title = "Surround"
    summary = "No exemplar encoder: the middle of the box against its surroundings, tokens that look alike averaged."
    citation = "DESIGN 4, reference line"
    reference = "surroundings"
    mechanisms = (POOLING, SELF_CONTEXT)

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.pooling = ForegroundPooling()
        self.self_context = SelfContext()

    def forward(self, tokens: Tokens, neutral: Neutral = ()) -> BridgeOutput:
        pooled = self.pooling(tokens.roi, tokens.reference, tokens, neutral)
        grids = both_grids(lambda grid: self.self_context(grid, F.normalize(grid, dim=1), neutral), tokens)
        steps = {"mean of the box": pooled_roi(tokens.roi), "against surroundings": pooled}
        stages = Stage.sequence({name: without_rest(F.normalize(token, dim=1)) for name, token in steps.items()})
        return BridgeOutput(*grids, stages[-1].exemplar, stages=stages)
