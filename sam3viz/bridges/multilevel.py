"""`multilevel`: the two sides meet early, in the middle and late."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from sam3viz.bridges.base import Bridge
from sam3viz.bridges.context import ContextAttention
from sam3viz.bridges.foreground import ForegroundPooling
from sam3viz.bridges.layers import WIDTH, GridNorm, both_grids, residual_mlp, roi_of, unit_variance, zero_init
from sam3viz.bridges.losses import contrastive_alignment
from sam3viz.bridges.mechanisms import (
    ATTENTION,
    CONTEXT,
    COORDINATION,
    EARLY_FUSION,
    GATES,
    LEVELS,
    Neutral,
    set_gates,
)
from sam3viz.bridges.roi_processor import RoiProcessor
from sam3viz.types import BridgeOutput, Diagnostic, GroundTruth, Stage, Tokens


class EarlyFusion(nn.Module):
    """Visual tokens conditioned on the prompt: ``v + f(v, q, v * q)`` with q the mean positive prompt.

    The layer over the concatenation is split into one layer per part, so q is projected once, not once a cell; a
    3 x 3 convolution then lets neighbours agree.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.norm = GridNorm(dim)
        self.of_visual = nn.Conv2d(dim, WIDTH, 1)
        self.of_prompt = nn.Linear(dim, WIDTH)
        self.of_product = nn.Conv2d(dim, WIDTH, 1)
        self.neighbours = nn.Conv2d(WIDTH, WIDTH, 3, padding=1)
        self.out = zero_init(nn.Conv2d(WIDTH, dim, 1))

    def forward(
        self, grid: Float[Tensor, "b d h w"], prompt: Float[Tensor, "b d"], neutral: Neutral = ()
    ) -> Float[Tensor, "b d h w"]:
        if EARLY_FUSION.name in neutral:
            return grid
        visual, query = self.norm(grid), F.layer_norm(prompt, prompt.shape[-1:])[..., None, None]
        hidden = self.of_visual(visual) + self.of_prompt(query.flatten(1))[..., None, None]
        fused = F.gelu(hidden + self.of_product(visual * query))
        return grid + self.out(F.gelu(self.neighbours(fused)))


class Coordinator(nn.Module):
    """Late fusion: a gate, read off the image and the exemplar, decides how far the exemplar moves (3.3)."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.instance_to_visual = residual_mlp(dim)
        self.gate = nn.Sequential(nn.LayerNorm(2 * dim), nn.Linear(2 * dim, WIDTH), nn.GELU(), nn.Linear(WIDTH, dim))

    def forward(
        self, exemplar: Float[Tensor, "m d"], scene: Float[Tensor, "m d"], neutral: Neutral = ()
    ) -> tuple[Float[Tensor, "m d"], Float[Tensor, "m d"]]:
        gate = set_gates(self.gate(torch.cat([scene, exemplar], -1)).sigmoid(), neutral)
        if COORDINATION.name in neutral:
            return exemplar, gate
        return exemplar + gate * self.instance_to_visual(exemplar), gate


class MultiLevel(Bridge):
    """Early conditioning, cross-attention, gated coordination; a learned softmax mixes the three levels."""

    name = "multilevel"
    title = "Multi-level"
    summary = "Early, mid and late fusion; the visual side, too, is conditioned on the exemplars."
    citation = "design document 3.3"
    prompted = True
    mechanisms = (EARLY_FUSION, *RoiProcessor.mechanisms, CONTEXT, ATTENTION, COORDINATION, GATES, LEVELS)

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.prompt_pooling = ForegroundPooling()
        self.early = EarlyFusion(dim)
        self.roi_processor = RoiProcessor(dim)
        self.mid = ContextAttention(dim)
        self.late = Coordinator(dim)
        self.level_logits = nn.Sequential(nn.LayerNorm(dim), zero_init(nn.Linear(dim, 3)))

    def forward(self, tokens: Tokens, neutral: Neutral = ()) -> BridgeOutput:
        _, unprompted = scaled = both_grids(unit_variance, tokens)
        prompt = mean_positive(self.prompt_pooling(roi_of(unprompted, tokens), unprompted, tokens, neutral), tokens)
        visual, reference = both_grids(lambda grid: self.early(grid, prompt, neutral), tokens, scaled)

        pooled, early = self.roi_processor(roi_of(reference, tokens), reference, tokens, neutral)
        update, attention = self.mid(early, reference, tokens.image_index, neutral)
        mid = early + update
        late, gates = self.late(mid, reference.mean((2, 3))[tokens.image_index], neutral)
        levels = self.level_logits(early).softmax(-1)
        if LEVELS.name in neutral:
            levels = torch.full_like(levels, 1 / levels.shape[-1])
        exemplar = torch.einsum("ml,mld->md", levels, torch.stack([early, mid, late], 1))
        mixture = Diagnostic("levels", "shares", levels, ("early fusion", "mid fusion", "late fusion"))
        diagnostics = (mixture, Diagnostic("gates", "gates", gates))
        steps = {"object pooled": pooled, "early": early, "mid": mid, "late": late, "levels mixed": exemplar}
        return BridgeOutput(visual, reference, exemplar, attention, diagnostics, Stage.sequence(steps))

    def loss(self, bridged: BridgeOutput, tokens: Tokens, truth: GroundTruth) -> dict[str, Tensor]:
        return {"contrastive": contrastive_alignment(bridged, tokens, truth)}


def mean_positive(exemplar: Float[Tensor, "m d"], tokens: Tokens) -> Float[Tensor, "b d"]:
    """Mean over each image's positive prompt boxes; 0 where it has none."""
    member = (tokens.prompt & (tokens.labels > 0)).to(exemplar.dtype)[:, None]
    images, index = len(tokens.visual), tokens.image_index
    total = exemplar.new_zeros(images, exemplar.shape[1]).index_add(0, index, exemplar * member)
    return total / exemplar.new_zeros(images, 1).index_add(0, index, member).clamp_min(1)
