"""A measure of the gap with everything a table or a chart needs to show it right."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Metric:
    """A pure function of two matched sets, and how to read what it returns."""

    function: Callable[[Float[np.ndarray, "n e"], Float[np.ndarray, "n e"]], float]
    label: str
    unit: str
    range: tuple[float, float]
    higher_is_better: bool
    minimum: int
    """Fewer matched pairs than this are not enough samples."""
    source: str
    """Where it is defined: paper with arXiv number, or the design document's section."""

    @property
    def name(self) -> str:
        return self.function.__name__

    def __call__(self, instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
        """The measure, or NaN where there are not enough samples."""
        return self.function(instance, partner) if len(instance) >= self.minimum else math.nan
