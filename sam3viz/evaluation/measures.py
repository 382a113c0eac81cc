"""Measures of a gap that studies share: the registry's, and the contrast, which is high for nothing but closeness."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from sam3viz.metrics import METRICS, Metric
from sam3viz.metrics.similarity import matched_cosine, mismatched_cosine


def contrast(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Compute matched minus mismatched cosine: how much nearer an instance is to its own region than to any other.

    Where all features point the same way both cosines are high, and this is 0.
    """
    return matched_cosine(instance, partner) - mismatched_cosine(instance, partner)


_CONTRAST = Metric(contrast, "contrast", "(matched − mismatched)", (-2, 2), True, 2, "design document 5.1")
MEASURES: dict[str, Metric] = {_CONTRAST.name: _CONTRAST, **METRICS}
