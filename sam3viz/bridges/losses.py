"""The alignment loss between exemplars and visual positions, which several bridges are trained with."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from sam3viz.bridges.layers import cosines, mean_by_image
from sam3viz.types import BridgeOutput, GroundTruth, Tokens

MATCHED, UNMATCHED = 0.5, 0.1
"""A cell belongs to a class from this share of cover on, and surely does not up to that; between, it is left out."""
HARDNESS = 0.5
"""How much more a hard negative weighs than an easy one."""


def contrastive_alignment(bridged: BridgeOutput, tokens: Tokens, truth: GroundTruth) -> Float[Tensor, ""]:
    """InfoNCE between every instance and the positions of its image (design document 3.1.1).

    Every position of the instance's class matches, so that another instance of it is never a negative; hard negatives
    weigh more. Instances that are not asked for count as well.
    """
    cosine = cosines(bridged.exemplar, bridged.visual, tokens.image_index).flatten(1)
    cover = truth.class_cover.flatten(1)
    rows, usable = info_nce(cosine, cover >= MATCHED, cover <= UNMATCHED, HARDNESS)
    return mean_by_image(rows, usable, tokens.image_index)


def info_nce(
    cosine: Float[Tensor, "m n"],
    matched: Bool[Tensor, "m n"],
    unmatched: Bool[Tensor, "m n"],
    hardness: float = 0.0,
    temperature: float = 0.07,
) -> tuple[Float[Tensor, " m"], Bool[Tensor, " m"]]:
    """InfoNCE (arXiv 1807.03748) with several positives: each matched position against all unmatched ones.

    ``-log(e^p / (e^p + sum_n e^n)) = softplus(logsumexp(n) - p)``, a form that cannot overflow, in float32. Positions
    that are neither (partly covered cells) do not count. With ``hardness`` b > 0 a negative weighs in proportion to
    ``e^(b n)``, normalised to mean 1 (arXiv 2010.04592, eq. 4).

    Returns:
        The loss of each row, and which rows have both kinds of positions; the loss of the others means nothing.
    """
    logits = cosine.float() / temperature
    absent = torch.finfo(logits.dtype).min
    # Weights, not a path for the gradient: a negative is pushed away for what it is, not for how it ranks.
    tilt = (hardness * logits.detach()).masked_fill(~unmatched, absent).log_softmax(1)
    count = unmatched.sum(1, keepdim=True).clamp_min(1)
    negatives = (logits + tilt + count.log()).masked_fill(~unmatched, absent).logsumexp(1, keepdim=True)
    per_row = (F.softplus(negatives - logits) * matched).sum(1) / matched.sum(1).clamp_min(1)
    usable = matched.any(1) & unmatched.any(1)
    return per_row.masked_fill(~usable, 0), usable
