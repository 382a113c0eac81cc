"""The design document's claims on cost (5.2), each beside what was measured.

Every overhead is that of the whole model, the backbone with a variant, over the backbone with `baseline`, which is the
exemplar encoder without any bridge; alignment's over the same bridge trained without it, where that exists.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

from sam3viz.bridges import UNBRIDGED, bridge_names
from sam3viz.studies.cost.measure import BACKBONE

Verdict = Literal["below", "within", "above"]


@dataclass(frozen=True)
class Claim:
    """One line of design document 5.2."""

    key: str
    text: str
    """In English, as people read it."""
    low: float
    high: float
    """Claimed overhead as a share: 0.05 is +5 %."""
    quantity: str
    """Column of `sam3viz.studies.cost.measure.measure_costs` that it speaks of."""
    variant: str | None = None
    """The only one that it speaks of; None for all bridges."""

    @property
    def variants(self) -> tuple[str, ...]:
        """Which variants it is measured against."""
        return bridge_names() if self.variant is None else (self.variant,)

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    def judge(self, measured: float) -> Verdict:
        """Say where a measured overhead lies beside the claimed range."""
        return "below" if measured < self.low else "above" if measured > self.high else "within"


@dataclass(frozen=True)
class ClaimCheck:
    """A claim beside what was measured of a variant: a row of `check_claims`."""

    claim: str
    """Its key."""
    text: str
    variant: str
    low: float
    high: float
    measured: float
    """Overhead as a share."""
    ratio: float
    """Measured over the middle of the claim."""
    verdict: Verdict


CLAIMS = (
    Claim("alignment", "feature alignment loss, training time", 0.05, 0.08, "train_s"),
    Claim("unified", "unified architecture, forward computation", 0.10, 0.15, "flops", "unified"),
    Claim("adaptive", "dynamic instance encoding, inference time", 0.08, 0.12, "forward_s", "adaptive"),
    Claim("features", "stored intermediate features, memory", 0.15, 0.20, "kept_bytes"),
    Claim("gradients", "gradients, memory", 0.10, 0.15, "parameters"),
)
"""A gradient is as large as its parameter, so parameters tell the last one."""


def measure_overhead(costs: pd.DataFrame, variant: str, quantity: str) -> float:
    """Return the share by which backbone and ``variant`` cost more than backbone and `baseline`.

    NaN where either did not run.

    ``quantity`` "train_s" of a bridge that also trains without its alignment is compared with itself without it.
    """
    if variant not in costs.index or UNBRIDGED not in costs.index:
        return math.nan
    values = {str(name): float(value) for name, value in costs[quantity].items()}
    without = float(costs["train_without_s"].loc[variant]) if quantity == "train_s" else math.nan
    reference = values[UNBRIDGED] if math.isnan(without) else without
    return (values[BACKBONE] + values[variant]) / (values[BACKBONE] + reference) - 1


def check_claims(costs: pd.DataFrame) -> pd.DataFrame:
    """Set every claim beside what was measured: a row a claim and variant, a column a field of `ClaimCheck`.

    Args:
        costs: of `sam3viz.studies.cost.measure.measure_costs`.
    """
    checks = []
    for claim in CLAIMS:
        for variant in claim.variants:
            measured = measure_overhead(costs, variant, claim.quantity)
            if not math.isnan(measured):
                checks.append(_check(claim, variant, measured))
    return pd.DataFrame([asdict(check) for check in checks], columns=list(ClaimCheck.__annotations__))


def _check(claim: Claim, variant: str, measured: float) -> ClaimCheck:
    return ClaimCheck(
        claim=claim.key,
        text=claim.text,
        variant=variant,
        low=claim.low,
        high=claim.high,
        measured=measured,
        ratio=measured / claim.middle,
        verdict=claim.judge(measured),
    )
