"""Parts that several bridges are built of. A residual part starts at zero: it changes nothing before it has learned."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int, Shaped
from torch import Tensor, distributed, nn
from torch.distributed.nn.functional import all_gather

from sam3viz.bridges.mechanisms import ADAPTER, Neutral
from sam3viz.types import Tokens
from sam3viz.utils.roi import roi_features

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


def unit_variance(grid: Float[Tensor, "b d h w"]) -> Float[Tensor, "b d h w"]:
    """Tokens of unit norm at the scale that layers work in: unit variance a channel, hence the factor sqrt(d)."""
    return grid * grid.shape[1] ** 0.5


class VisualAdapter(nn.Module):
    """Residual convolutional bottleneck on the visual tokens (adapters: arXiv 1902.00751); identity at the start.

    Works in the scale of `unit_variance`. Narrower than other parts: 128 channels brought nothing
    measurable on held-out photographs.
    """

    def __init__(self, dim: int, width: int = 48) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            GridNorm(dim),
            nn.Conv2d(dim, width, 1),
            nn.GELU(),
            nn.Conv2d(width, width, 3, padding=1),
            nn.GELU(),
            zero_init(nn.Conv2d(width, dim, 1)),
        )

    def forward(self, grid: Float[Tensor, "b d h w"], neutral: Neutral = ()) -> Float[Tensor, "b d h w"]:
        scaled = unit_variance(grid)
        return scaled if ADAPTER.name in neutral else scaled + self.branch(grid)


def pooled_roi(roi: Float[Tensor, "m d 7 7"]) -> Float[Tensor, "m d"]:
    """Mean visual token under each box: the exemplar's visual partner."""
    return roi.mean((2, 3))


def roi_of(grid: Float[Tensor, "b d h w"], tokens: Tokens) -> Float[Tensor, "m d 7 7"]:
    """ROI features of every box on a bridged grid of its reference image."""
    return roi_features(grid, tokens.boxes, tokens.image_index)


def cosines(
    exemplar: Float[Tensor, "m e"], visual: Float[Tensor, "b e h w"], image_index: Int[Tensor, " m"]
) -> Float[Tensor, "m h w"]:
    """Cosine of every exemplar with every visual token of its image, in float32."""
    unit, visual = F.normalize(exemplar.float(), dim=-1), visual.float()
    # Products with the tokens of all images, then a choice: copying a grid per exemplar would cost far more.
    products = torch.einsum("me,behw->mbhw", unit, visual)
    length = torch.linalg.vector_norm(visual, dim=1).clamp_min(1e-12)
    return products[torch.arange(len(image_index), device=visual.device), image_index] / length[image_index]


def mean_by_image(
    values: Float[Tensor, " m"], usable: Bool[Tensor, " m"], image_index: Int[Tensor, " m"]
) -> Float[Tensor, ""]:
    """Mean over each image's usable rows, then over the images that have any; 0 where none has.

    An image counts the same however many boxes it has, so the mean over two halves of a batch is that of the whole:
    what several processes compute equals what one does.
    """
    images = int(image_index.max()) + 1 if len(image_index) else 0
    keep = usable.to(values.dtype)
    total = values.new_zeros(images).index_add(0, image_index, values * keep)
    count = values.new_zeros(images).index_add(0, image_index, keep)
    return (total / count.clamp_min(1)).sum() / (count > 0).sum().clamp_min(1)


def process_rank() -> int:
    """The number of this process among those that train together; 0 where there is one."""
    return distributed.get_rank() if _several_processes() else 0


def _several_processes() -> bool:
    return distributed.is_available() and distributed.is_initialized() and distributed.get_world_size() > 1


def all_rows(rows: Shaped[Tensor, "m ..."]) -> Shaped[Tensor, "n ..."]:
    """The rows of all processes, in order of rank, with gradient; the rows themselves where there is one process."""
    if not _several_processes():
        return rows
    counts = [torch.zeros(1, dtype=torch.long, device=rows.device) for _ in range(distributed.get_world_size())]
    distributed.all_gather(counts, torch.tensor([len(rows)], device=rows.device))
    longest = int(max(counts))  # processes may hold different numbers of rows, a gather takes equal ones
    padded = torch.cat([rows, rows.new_zeros(longest - len(rows), *rows.shape[1:])])
    gathered = all_gather(padded) if rows.requires_grad else _all_gather_plain(padded)
    return torch.cat([part[: int(count)] for part, count in zip(gathered, counts, strict=True)])


def _all_gather_plain(rows: Tensor) -> list[Tensor]:
    parts = [torch.zeros_like(rows) for _ in range(distributed.get_world_size())]
    distributed.all_gather(parts, rows)
    return parts


Grids = tuple[Float[Tensor, "b e h w"], Float[Tensor, "b e hr wr"]]
"""Of the searched images and of those that the boxes lie on; one tensor where these are the same."""


def both_grids(module: Callable[[Tensor], Tensor], tokens: Tokens, grids: Grids | None = None) -> Grids:
    """``module`` on the searched and on the reference grid, once where they are one.

    Args:
        grids: what to apply it to; the visual tokens by default.
    """
    searched, drawn_on = grids or (tokens.visual, tokens.reference)
    visual = module(searched)
    return visual, visual if tokens.reference is tokens.visual else module(drawn_on)
