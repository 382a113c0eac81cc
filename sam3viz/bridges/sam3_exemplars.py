"""`baseline` on SAM 3: its own exemplar encoder, as it was trained."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from sam3viz.bridges.base import Bridge
from sam3viz.bridges.layers import pooled_roi
from sam3viz.bridges.mechanisms import Neutral
from sam3viz.encoders.sam3 import Sam3Backbone
from sam3viz.encoders.sam3_geometry import PLACE, record_attention
from sam3viz.types import BridgeOutput, Stage, Tokens


class Sam3Exemplars(Bridge):
    """SAM 3's exemplar tokens beside the level that they were pooled from.

    The two meet in the model only through learned projections, so their cosine is a diagnostic of the gap and not the
    model's own similarity; `sam3viz.studies.detector` shows what the model makes of them.

    Args:
        backbone: whose tokens the bridge is given.
    """

    name = "baseline"
    title = "Baseline"
    summary = "SAM 3's own exemplar tokens; the model reads them through learned projections, not by this cosine."
    citation = "arXiv 2511.16719"
    reference = "unbridged"
    detects = False
    comparable = False

    def __init__(self, backbone: Sam3Backbone) -> None:
        super().__init__(backbone.dim)
        self._of = (backbone,)  # in a tuple: its weights are not this bridge's
        self.eval().requires_grad_(False)

    def forward(self, tokens: Tokens, neutral: Neutral = ()) -> BridgeOutput:
        """Encode drawn boxes as one prompt, and each other box as a prompt of its own, as if it alone had been drawn.

        Raises:
            ValueError: the tokens are not those that the backbone's ``encode`` returned.
        """
        (backbone,) = self._of
        geometry, vision = backbone.geometry, backbone.vision_output(tokens.reference)
        parts = geometry.parts(tokens.boxes, tokens.labels, vision)
        alone = (~tokens.prompt).long()
        group = alone.cumsum(0) * alone
        if not tokens.prompt.any():
            group = group - 1
        with record_attention(geometry.attentions) as maps:
            exemplar, _ = geometry.tokens(parts.embedding(() if tokens.use_box_position else PLACE), group, vision)
        exemplar = exemplar.float()
        stages = (Stage("mean of the box", pooled_roi(tokens.roi)), Stage("encoded", exemplar))
        return BridgeOutput(
            tokens.visual, tokens.reference, exemplar, attention=_attention(maps, tokens), stages=stages
        )


def _attention(maps: list[Tensor], tokens: Tokens) -> Float[Tensor, "m hr wr"]:
    """Average over layers and heads."""
    mean = torch.cat(maps).mean((0, 1))[: len(tokens.boxes)]
    return mean.unflatten(1, tokens.reference.shape[-2:]).to(tokens.visual.device)
