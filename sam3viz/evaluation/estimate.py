"""A number that was measured, with its interval: the one shape that every study gives its results."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

TOO_FEW = "too few"
"""Written in place of a number that there were not enough samples for."""


@dataclass(frozen=True)
class Estimate:
    """A mean with its interval; ``low`` and ``high`` are None where there were too few pictures for one.

    ``format(estimate, "+.3f")`` gives ``"+0.123 [+0.100, +0.150]"``; any format of a float will do.
    """

    mean: float
    """NaN where there were not enough samples."""
    low: float | None
    high: float | None
    n: int
    """Values behind the mean."""

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval lies on one side of 0; without an interval nothing is excluded."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    def within(self, least: float, most: float) -> Estimate:
        """Return the same where the mean can only lie between ``least`` and ``most``."""
        if self.low is None or self.high is None:
            return self
        return replace(self, low=max(self.low, least), high=min(self.high, most))

    def as_json(self) -> dict[str, float | int | None]:
        """Return the numbers as JSON can hold them: None for NaN."""
        mean = None if math.isnan(self.mean) else self.mean
        return {"mean": mean, "low": self.low, "high": self.high, "n": self.n}

    def __format__(self, spec: str) -> str:
        if math.isnan(self.mean):
            return TOO_FEW
        mean = format_number(self.mean, spec)
        if self.low is None or self.high is None:
            return mean
        return f"{mean} [{format_number(self.low, spec)}, {format_number(self.high, spec)}]"


def format_number(value: float, spec: str) -> str:
    """Format a float without a minus sign in front of what rounds to zero; a dash for NaN.

    Args:
        spec: with a number of digits, such as ``".2f"`` or ``"+.3f"``.
    """
    if math.isnan(value):
        return "–"
    digits = int(spec.rpartition(".")[2].rstrip("f%")) if "." in spec else 0
    return format(round(value, digits) + 0.0, spec)
