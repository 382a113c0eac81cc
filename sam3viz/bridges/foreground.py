"""What of a box is the object: weights towards its centre, and the surroundings taken away."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from sam3viz.bridges.layers import pooled_roi
from sam3viz.bridges.mechanisms import POOLING, Neutral
from sam3viz.types import Tokens
from sam3viz.utils.roi import ROI_SIZE, roi_features

MARGIN = 0.4
"""How far the surroundings reach beyond the box on each side, as a share of its width and height."""


class ForegroundPooling(nn.Module):
    """Exemplar = centre-weighted mean of the 7 x 7 ROI minus a share of the mean of the box with its surroundings.

    A box holds ground as well as the object, most of it at its border, and the same ground lies around it. A Gaussian
    over the ROI leaves the border out; the enlarged box says what is the same on both sides of the border and so does
    not tell the object apart. Design document 2.2 and 3.2 (local and global context);
    centre against surround: Itti, Koch and Niebur 1998.
    """

    radius2: Tensor

    def __init__(self, width: float = 0.7, share: float = 0.5) -> None:
        super().__init__()
        offset = (torch.arange(ROI_SIZE) + 0.5) / ROI_SIZE * 2 - 1
        self.register_buffer("radius2", (offset[:, None] ** 2 + offset**2).flatten(), persistent=False)
        self.width, self.share = width, share

    def forward(
        self, roi: Float[Tensor, "m d 7 7"], grid: Float[Tensor, "b d h w"], tokens: Tokens, neutral: Neutral = ()
    ) -> Float[Tensor, "m d"]:
        """``roi`` is ROIAlign of ``grid``, which covers the images that the boxes of ``tokens`` lie on."""
        if POOLING.name in neutral:
            return pooled_roi(roi)
        weights = (-self.radius2 / (2 * self.width**2)).softmax(0)
        surroundings = roi_features(grid, enlarged(tokens.boxes), tokens.image_index).mean((2, 3))
        return roi.flatten(2) @ weights.to(roi.dtype) - self.share * surroundings


def enlarged(boxes: Float[Tensor, "m 4"]) -> Float[Tensor, "m 4"]:
    """Each normalised box with `MARGIN` on every side, as far as the image reaches."""
    low, high = boxes.split(2, 1)
    margin = MARGIN * (high - low)
    return torch.cat([low - margin, high + margin], 1).clamp(0, 1)
