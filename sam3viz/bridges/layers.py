"""Parts that several bridges are built of. Every residual part starts at zero, so that a bridge starts at `raw`."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from sam3viz.encoders.layers import roi_features
from sam3viz.types import Bridged, Tokens

WIDTH = 128
"""Channels inside a bridge."""


def zero_init(layer: nn.Linear | nn.Conv2d) -> nn.Linear | nn.Conv2d:
    """The same layer with output 0: a residual branch that starts as the identity."""
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def residual_mlp(dim: int, width: int = WIDTH) -> nn.Sequential:
    """LayerNorm, two linear layers, zero at the start."""
    return nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, width), nn.GELU(), zero_init(nn.Linear(width, dim)))


class GridNorm(nn.LayerNorm):
    """LayerNorm over the channels of a grid ``[b, d, h, w]``."""

    def forward(self, grid: Float[Tensor, "b d h w"]) -> Float[Tensor, "b d h w"]:
        return super().forward(grid.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class VisualAdapter(nn.Module):
    """Residual convolutional bottleneck on the visual tokens (adapters: arXiv 1902.00751); identity at the start.

    Works in the scale of unit channel variance: tokens have unit norm, hence the factor sqrt(d).
    """

    def __init__(self, dim: int, width: int = WIDTH) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            GridNorm(dim),
            nn.Conv2d(dim, width, 1),
            nn.GELU(),
            nn.Conv2d(width, width, 3, padding=1),
            nn.GELU(),
            zero_init(nn.Conv2d(width, dim, 1)),
        )

    def forward(self, grid: Float[Tensor, "b d h w"]) -> Float[Tensor, "b d h w"]:
        return grid * grid.shape[1] ** 0.5 + self.branch(grid)


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
        self, exemplar: Float[Tensor, "m d"], grid: Float[Tensor, "b d h w"], image_index: Int[Tensor, " m"]
    ) -> tuple[Float[Tensor, "m d"], Float[Tensor, "m h w"]]:
        """The update to add to ``exemplar``, and the attention (mean over heads) spread over the full grid."""
        pooled = F.avg_pool2d(grid, 2, ceil_mode=True)
        keys = self.key(pooled.flatten(2).transpose(1, 2))[image_index]
        update, weights = self.attention(self.query(exemplar)[:, None], keys, keys)
        coarse = weights.reshape(len(exemplar), 1, *pooled.shape[-2:])
        fine = F.interpolate(coarse, grid.shape[-2:], mode="nearest")[:, 0]
        return self.out(update[:, 0]), fine / fine.sum((1, 2), keepdim=True)


TRAINED_SHARE, TRUSTED_SHARE = 0.25, 0.16
"""Weight of the learned space against the raw one, while training and in use. In use it is smaller, because training
sees composed scenes only: on photographs the raw line tells other objects apart better than what is learned there.
The same thought as interpolating towards the model one started from (arXiv 2109.01903)."""


class RawShare(nn.Module):
    """One space out of two: the cosine of the result is the weighted mean of the raw and the learned cosine.

    For unit vectors a, b and a share s, ``[sqrt(1 - s) a ; sqrt(s) b]`` has unit norm, and the dot product of two
    such vectors is ``(1 - s) cos_raw + s cos_learned``.
    """

    def forward(self, raw: Tensor, learned: Tensor) -> Tensor:
        """``[n, d]`` or ``[n, d, h, w]`` each; joined and unit along dimension 1."""
        share = TRAINED_SHARE if self.training else TRUSTED_SHARE
        raw, learned = F.normalize(raw, dim=1), F.normalize(learned, dim=1)
        return torch.cat([(1 - share) ** 0.5 * raw, share**0.5 * learned], 1)


def joined(
    share: RawShare,
    tokens: Tokens,
    visual: Float[Tensor, "b d h w"],
    reference: Float[Tensor, "b d hr wr"],
    exemplar: Float[Tensor, "m d"],
    **shown: Tensor,
) -> Bridged:
    """The bridged sides, each joined with its raw counterpart; ``shown`` are the maps and weights to display."""
    searched = share(tokens.visual, visual)
    drawn_on = searched if tokens.reference is tokens.visual else share(tokens.reference, reference)
    return Bridged(searched, drawn_on, share(pooled_roi(tokens.roi), exemplar), **shown)


def pooled_roi(roi: Float[Tensor, "m d 7 7"]) -> Float[Tensor, "m d"]:
    """Mean visual token under each box: the exemplar's visual partner."""
    return roi.mean((2, 3))


def roi_of(grid: Float[Tensor, "b d h w"], tokens: Tokens) -> Float[Tensor, "m d 7 7"]:
    """ROI features of every box on a bridged grid of its reference image."""
    return roi_features(grid, tokens.boxes, tokens.image_index)


def both_grids(
    module: Callable[[Tensor], Tensor], tokens: Tokens
) -> tuple[Float[Tensor, "b e h w"], Float[Tensor, "b e hr wr"]]:
    """``module`` on the searched and on the reference grid, once where they are one."""
    visual = module(tokens.visual)
    return visual, visual if tokens.reference is tokens.visual else module(tokens.reference)
