"""From a bridge's output to a heat map and detections: one rule for every variant.

For a cell with token v, the exemplars q of one label vote by their soft maximum,

    l(v) = log mean_i exp(scale * cos(q_i, v) + bias),

and the heat is the share of the positives against the negatives and the background, whose logit is 0:

    heat(v) = e^{l+} / (1 + e^{l+} + e^{l-}) = sigmoid(l+ - softplus(l-)).

So a negative exemplar cools what looks like it, in proportion to how much better it explains the cell, and leaves
everything else as it was; where it resembles nothing it has no effect. ``scale`` and ``bias`` (as in SigLIP, arXiv
2303.15343) are trained for every variant alike, so that one colour scale and one threshold are fair to all.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Float32, Int
from skimage.measure import label, regionprops
from skimage.morphology import h_maxima
from skimage.segmentation import watershed
from torch import Tensor

from sam3viz.bridges import Bridge
from sam3viz.bridges.layers import cosines
from sam3viz.types import BridgeOutput, Detection, Tokens

ABSENT = -1e4
"""Logit of a label that nobody drew; finite, so that gradients stay finite, and within half precision."""


PROMINENCE = 0.2
"""Heat by which a peak must rise above the saddle to a higher one, to count as an object of its own."""


def similarity(output: BridgeOutput, tokens: Tokens) -> Float[Tensor, "q h w"]:
    """Cosine of every prompt exemplar with every visual token of its image."""
    return cosines(output.exemplar[tokens.prompt], output.visual, tokens.image_index[tokens.prompt])


def heat_logits(
    cosine: Float[Tensor, "q h w"], tokens: Tokens, scale: Float[Tensor, ""], bias: Float[Tensor, ""]
) -> Float[Tensor, "b h w"]:
    """Logit of the heat from `similarity`, see the module's text. Images without a positive exemplar are cold."""
    labels, index = tokens.labels[tokens.prompt], tokens.image_index[tokens.prompt]
    return vote(scale * cosine + bias, labels, index, len(tokens.visual))


def predict_heat(bridge: Bridge, output: BridgeOutput, tokens: Tokens) -> Float32[np.ndarray, "b h w"]:
    """Read the heat of every image off a bridge's output: one rule for every variant, see the module's text."""
    logits = heat_logits(similarity(output, tokens), tokens, bridge.scale, bridge.bias)
    return logits.sigmoid().float().cpu().numpy()


def vote(
    votes: Float[Tensor, "q h w"], labels: Int[Tensor, " q"], index: Int[Tensor, " q"], images: int
) -> Float[Tensor, "b h w"]:
    """`heat_logits` from each exemplar's logit, its label and which of ``images`` images it votes on."""
    every = torch.arange(images, device=votes.device)

    def soft_maximum(sign: int) -> Float[Tensor, "b h w"]:
        member = (index == every[:, None]) & (labels == sign)
        count = member.sum(1).clamp_min(1)[:, None, None]
        return votes[None].masked_fill(~member[..., None, None], ABSENT).logsumexp(1) - count.log()

    return soft_maximum(+1) - F.softplus(soft_maximum(-1))


def detect(
    heat: Float32[np.ndarray, "h w"], size: tuple[int, int], threshold: float = 0.5, limit: int = 100
) -> tuple[Detection, ...]:
    """Regions of ``threshold`` heat or more, one per prominent peak; the ``limit`` hottest, hottest first.

    Touching objects are split by a watershed from the heat's peaks. Boxes are in pixels of an image of ``size``
    (height, width); a score is the region's highest heat.
    """
    hot = heat >= threshold
    # A peak stands out by PROMINENCE, or one object's ripples would be many; the cold frame lets it touch the border.
    framed = np.pad(heat.astype(np.float64), 1, constant_values=-1)
    peaks = label(h_maxima(framed, PROMINENCE)[1:-1, 1:-1].astype(bool) & hot)
    y, x = size[0] / heat.shape[0], size[1] / heat.shape[1]
    detections = [
        Detection((x0 * x, y0 * y, x1 * x, y1 * y), float(region.intensity_max))
        for region in regionprops(watershed(-heat, peaks, mask=hot), intensity_image=heat)
        for y0, x0, y1, x1 in [region.bbox]
    ]
    return tuple(sorted(detections, key=lambda detection: -detection.score)[:limit])
