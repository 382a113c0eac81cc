"""ROIAlign of normalised boxes on a grid of tokens."""

from __future__ import annotations

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torchvision.ops import roi_align

ROI_SIZE = 7
"""Cells a side of what is pooled under a box."""


def roi_features(
    grid: Float[Tensor, "b d h w"], boxes: Float[Tensor, "m 4"], image_index: Int[Tensor, " m"]
) -> Float[Tensor, "m d 7 7"]:
    """ROIAlign (arXiv 1703.06870) of normalised xyxy boxes, half-pixel aligned.

    Computed in float32, which torchvision's kernel needs for box coordinates, and returned in the grid's dtype.
    """
    height, width = grid.shape[-2:]
    cells = boxes.float() * boxes.new_tensor([width, height, width, height], dtype=torch.float32)
    rois = torch.cat([image_index[:, None].float(), cells], 1)
    return roi_align(grid.float(), rois, ROI_SIZE, sampling_ratio=2, aligned=True).to(grid.dtype)
