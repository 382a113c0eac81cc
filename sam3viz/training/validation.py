"""How well a bridge finds what is asked on held-out episodes: what recipes are compared by."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Bool
from sklearn.metrics import average_precision_score

from sam3viz.bridges import Bridge
from sam3viz.bridges.losses import MATCHED, UNMATCHED
from sam3viz.inference.readout import heat_logits, similarity
from sam3viz.types import GroundTruth, Tokens


@torch.no_grad()
def held_out_ap(bridge: Bridge, batches: Sequence[tuple[Tokens, GroundTruth]]) -> float:
    """Mean over episodes of the average precision of asked cells, against all others and against other objects alone.

    A ranking and not the loss: that of a bridge grows as it becomes surer, while it still finds more. Cells that are
    covered in part and those in the exemplars' own boxes do not count: they are found by looking like themselves.
    Episodes without other objects count by the first of the two alone.

    Returns:
        0 to 1; NaN where the bridge has diverged.
    """
    device = bridge.bias.device
    scores = []
    for tokens, truth in batches:
        seen = tokens.to(device)
        logits = heat_logits(similarity(bridge(seen), seen), seen, bridge.scale, bridge.bias).float().cpu().numpy()
        if not np.isfinite(logits).all():
            return math.nan
        drawn = _in_prompts(tokens)
        for heat, target, objects, own in zip(logits, truth.target.numpy(), truth.objects.numpy(), drawn, strict=True):
            matched, unmatched = (target >= MATCHED) & ~own, (target <= UNMATCHED) & ~own
            against = [unmatched, unmatched & (objects >= MATCHED)]
            precisions = [
                average_precision_score(matched[matched | other], heat[matched | other])
                for other in against
                if matched.any() and other.any()
            ]
            if precisions:
                scores.append(float(np.mean(precisions)))
    return float(np.mean(scores)) if scores else 0.0


def _in_prompts(tokens: Tokens) -> Bool[np.ndarray, "b h w"]:
    """Cells whose centres lie in a prompt's box of their image."""
    images, (height, width) = len(tokens.visual), tokens.visual.shape[-2:]
    y, x = (np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width
    inside = np.zeros((images, height, width), bool)
    for box, image in zip(
        tokens.boxes[tokens.prompt].tolist(), tokens.image_index[tokens.prompt].tolist(), strict=True
    ):
        x0, y0, x1, y1 = box
        inside[image] |= ((y >= y0) & (y <= y1))[:, None] & ((x >= x0) & (x <= x1))
    return inside
