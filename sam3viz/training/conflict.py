"""Whether detection and alignment pull the shared parts of a bridge the same way (design document 2.1)."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
import torch
from torch import Tensor, nn

from sam3viz.figures.training_curves import GRADIENT_COSINE


def gradient_cosines(bridge: nn.Module, detection: Tensor, alignment: Tensor) -> dict[str, float]:
    """Compare the gradients of two losses on the parameters that both reach; the graph is kept.

    Below 0 a step along one raises the other: a conflict in the sense of gradient surgery (arXiv 2001.06782).

    Args:
        bridge: whose parameters are compared; a module is a child of it.
        detection, alignment: scalars with a graph.

    Returns:
        Cosines in -1..1 by name, see `GRADIENT_COSINE`; none for modules on which one of the two has no gradient, and
        nothing at all where that is so everywhere.
    """
    names, parameters = zip(*(pair for pair in bridge.named_parameters() if pair[1].requires_grad), strict=True)
    both = [
        torch.autograd.grad(loss, parameters, retain_graph=True, allow_unused=True) for loss in (detection, alignment)
    ]
    sums: dict[str, Tensor] = {}
    for name, one, other in zip(names, *both, strict=True):
        if one is None or other is None:
            continue
        a, b = one.float(), other.float()
        products = torch.stack([(a * b).sum(), a.square().sum(), b.square().sum()])
        for group in (GRADIENT_COSINE, f"{GRADIENT_COSINE}/{name.partition('.')[0]}"):
            sums[group] = sums.get(group, torch.zeros_like(products)) + products
    return _cosines({group: totals.tolist() for group, totals in sums.items()})


def conflict_share(cosines: pd.Series) -> float:
    """Share of the steps looked at, 0..1, on which the cosine is below 0; NaN where there was no look."""
    seen = cosines.dropna()
    return float((seen < 0).mean()) if len(seen) else math.nan


def _cosines(sums: Mapping[str, list[float]]) -> dict[str, float]:
    return {
        name: max(-1.0, min(1.0, dot / (first * second) ** 0.5))
        for name, (dot, first, second) in sums.items()
        if 0 < first < math.inf and 0 < second < math.inf
    }
