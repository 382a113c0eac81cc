"""Operations on token grids and boxes that both encoders and every bridge share."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torchvision.ops import roi_align

from sam3viz.types import Tokens

ROI_SIZE = 7


def centre_and_normalise(features: Float[Tensor, "b d h w"]) -> Float[Tensor, "b d h w"]:
    """Subtract each image's own mean over the grid, then scale every cell to unit L2 norm.

    The image's mean, not a corpus mean: it takes away what all cells of this picture share.
    """
    return F.normalize(features - features.mean((2, 3), keepdim=True), dim=1)


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


def make_tokens(
    visual: Float[Tensor, "b d h w"],
    boxes: Float[Tensor, "m 4"],
    labels: Int[Tensor, " m"],
    image_index: Int[Tensor, " m"],
    prompt: Bool[Tensor, " m"],
    reference: Float[Tensor, "b d hr wr"] | None = None,
    placed: bool = True,
) -> Tokens:
    """Gather what every bridge gets; the ROI features are pooled here once for all variants."""
    drawn_on = visual if reference is None else reference
    roi = roi_features(drawn_on, boxes, image_index)
    return Tokens(visual, drawn_on, boxes, labels, image_index, prompt, roi, placed)
