"""How tokens see the whole image: exemplars by cross-attention, visual tokens among themselves."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from sam3viz.bridges.layers import WIDTH, zero_init
from sam3viz.bridges.mechanisms import ATTENTION, CONTEXT, SELF_CONTEXT, Neutral


class ContextAttention(nn.Module):
    """Cross-attention of each exemplar (query) to its image's tokens (keys, values), in a narrow space.

    Design document 3.2 (ContextFusionModule). Keys are pooled 2 x 2 and projected once per image.
    """

    def __init__(self, dim: int, width: int = WIDTH, heads: int = 4) -> None:
        super().__init__()
        self.query = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, width))
        self.key = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, width))
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.out = zero_init(nn.Linear(width, dim))

    def forward(
        self,
        exemplar: Float[Tensor, "m d"],
        grid: Float[Tensor, "b d h w"],
        image_index: Int[Tensor, " m"],
        neutral: Neutral = (),
    ) -> tuple[Float[Tensor, "m d"], Float[Tensor, "m h w"]]:
        """The update to add to ``exemplar``, and the attention (mean over heads) spread over the full grid."""
        pooled = F.avg_pool2d(grid, 2, ceil_mode=True)
        keys = self.key(pooled.flatten(2).transpose(1, 2))[image_index]
        if ATTENTION.name in neutral:
            mean = keys.mean(1, keepdim=True)  # values are linear in it: their mean is what uniform attention takes
            update, _ = self.attention(self.query(exemplar)[:, None], mean, mean)
            weights = keys.new_full((len(exemplar), 1, keys.shape[1]), 1 / keys.shape[1])
        else:
            update, weights = self.attention(self.query(exemplar)[:, None], keys, keys)
        coarse = weights.reshape(len(exemplar), 1, *pooled.shape[-2:])
        fine = F.interpolate(coarse, grid.shape[-2:], mode="nearest")[:, 0]
        change = self.out(update[:, 0])
        return torch.zeros_like(change) if CONTEXT.name in neutral else change, fine / fine.sum((1, 2), keepdim=True)


class SelfContext(nn.Module):
    """Each visual token becomes the mean of the tokens that look like it, over the whole image.

    Attention without projections (non-local means: Buades et al. 2005; arXiv 1711.07971): queries are the backbone's
    tokens, keys the same pooled 2 x 2. Nothing in it is learned. Where tokens that look alike disagree, their mean is
    short; the missing length goes into one more channel, which no exemplar has, so that the token stays a unit vector
    and its cosine with an exemplar is exactly the mean of the cosines.
    """

    def __init__(self, temperature: float = 0.15) -> None:
        super().__init__()
        self.temperature = temperature

    def forward(
        self, raw: Float[Tensor, "b d h w"], unit: Float[Tensor, "b e h w"], neutral: Neutral = ()
    ) -> Float[Tensor, "b f h w"]:
        """``unit`` holds unit vectors; the result has one channel more, see `without_rest` for exemplars."""
        if SELF_CONTEXT.name in neutral:
            return without_rest(unit)
        keys = F.normalize(F.avg_pool2d(raw, 2, ceil_mode=True).flatten(2), dim=1)
        values = F.avg_pool2d(unit, 2, ceil_mode=True).flatten(2)
        cosine = F.normalize(raw.flatten(2), dim=1).transpose(1, 2) @ keys
        mean = values @ (cosine / self.temperature).softmax(-1).transpose(1, 2)
        rest = (1 - mean.square().sum(1, keepdim=True)).clamp_min(1e-6).sqrt()
        return torch.cat([mean, rest], 1).unflatten(2, raw.shape[-2:])


def without_rest(unit: Tensor) -> Tensor:
    """Vectors along dimension 1 in the space of `SelfContext`: 0 in the channel of what disagrees."""
    return torch.cat([unit, torch.zeros_like(unit[:, :1])], 1)
