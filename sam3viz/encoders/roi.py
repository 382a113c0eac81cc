"""Operations on token grids and box geometry that both encoders and every bridge share."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor


def centre_and_normalise(features: Float[Tensor, "b d h w"]) -> Float[Tensor, "b d h w"]:
    """Subtract each image's own mean over the grid, then scale every cell to unit L2 norm.

    The image's mean, not a corpus mean: it takes away what all cells of this picture share.
    """
    return F.normalize(features - features.mean((2, 3), keepdim=True), dim=1)


def box_geometry(boxes: Float[Tensor, "m 4"]) -> Float[Tensor, "m 6"]:
    """Centre, size, log area and log aspect of normalised boxes, each of order one."""
    x0, y0, x1, y1 = boxes.unbind(1)
    width, height = (x1 - x0).clamp_min(1e-3), (y1 - y0).clamp_min(1e-3)
    log_area, log_aspect = (width * height).log() / 4 + 1, (width / height).log()
    return torch.stack([(x0 + x1) / 2, (y0 + y1) / 2, width, height, log_area, log_aspect], 1)


def box_position(boxes: Float[Tensor, "m 4"], frequencies: int = 8) -> Float[Tensor, "m f"]:
    """Sinusoidal code of centre and size (arXiv 1706.03762), ``8 * frequencies`` channels."""
    geometry = box_geometry(boxes)[:, :4]
    angles = geometry[..., None] * (math.pi * 2 ** torch.arange(frequencies, device=boxes.device, dtype=boxes.dtype))
    return torch.cat([angles.sin(), angles.cos()], -1).flatten(1)
