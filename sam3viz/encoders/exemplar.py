"""The exemplar (instance) encoder: a box and its label in, one token out."""

from __future__ import annotations

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from sam3viz.encoders.roi import box_position
from sam3viz.utils.roi import ROI_SIZE


class ExemplarEncoder(nn.Module):
    """ROI tokens, box position and label embedding through a small transformer; the CLS token is the exemplar.

    Design document 1.1. Boxes do not see one another, so permuting the boxes permutes the tokens.

    Args:
        dim: channels of the ROI features and of the token that comes out.
        width: channels inside.
    """

    def __init__(self, dim: int, width: int = 128, depth: int = 2, heads: int = 4) -> None:
        super().__init__()
        self.content = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, width))
        self.cell = nn.Parameter(torch.randn(ROI_SIZE**2, width) * 0.02)
        self.position = nn.Linear(64, width)
        self.label = nn.Embedding(2, width)
        self.cls = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        layer = nn.TransformerEncoderLayer(width, heads, 2 * width, 0.0, "gelu", batch_first=True, norm_first=True)
        self.transformer = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        self.out = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, dim))

    def forward(
        self, roi: Float[Tensor, "m d 7 7"], boxes: Float[Tensor, "m 4"], labels: Int[Tensor, " m"]
    ) -> Float[Tensor, "m d"]:
        """Encode ``roi``, pooled under normalised xyxy ``boxes``, with ``labels`` +1 or -1."""
        content = self.content(roi.flatten(2).transpose(1, 2)) + self.cell
        position = self.position(box_position(boxes).to(roi.dtype))[:, None]
        label = self.label((labels > 0).long())[:, None]
        tokens = torch.cat([self.cls.expand(len(roi), -1, -1), content, position, label], 1)
        return self.out(self.transformer(tokens)[:, 0])
