"""The design document's claims on cost (5.2), each beside what was measured.

Every overhead is that of the whole model, the backbone with a variant, over the backbone with `baseline`, which is the
exemplar encoder without any bridge; alignment's over the same bridge trained without it, where that exists.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from sam3viz.studies.cost.measure import BACKBONE

REFERENCE = "baseline"
BRIDGES = ("contrastive", "distillation", "unified", "multilevel", "adaptive")


@dataclass(frozen=True)
class Claim:
    """One line of design document 5.2."""

    key: str
    text: str
    low: float
    high: float
    """Claimed overhead as a share: 0.05 is +5 %."""
    variants: tuple[str, ...]
    quantity: str
    """Column of `sam3viz.studies.cost.measure.measure` that it speaks of."""


CLAIMS = (
    Claim("alignment", "feature alignment loss, training time", 0.05, 0.08, BRIDGES, "train_s"),
    Claim("unified", "unified architecture, forward computation", 0.10, 0.15, ("unified",), "flops"),
    Claim("adaptive", "dynamic instance encoding, inference time", 0.08, 0.12, ("adaptive",), "forward_s"),
    Claim("features", "stored intermediate features, memory", 0.15, 0.20, BRIDGES, "kept_bytes"),
    Claim("gradients", "gradients, memory", 0.10, 0.15, BRIDGES, "parameters"),
)
"""A gradient is as large as its parameter, so parameters tell the last one."""


def overhead(table: pd.DataFrame, variant: str, quantity: str) -> float:
    """Share by which backbone and ``variant`` cost more than backbone and `baseline`; NaN where either did not run.

    ``quantity`` "train_s" of a bridge that also trains without its alignment is told over itself without it.
    """
    if variant not in table.index or REFERENCE not in table.index:
        return math.nan
    values = {str(name): float(value) for name, value in table[quantity].items()}
    without = float(table["train_without_s"].loc[variant]) if quantity == "train_s" else math.nan
    reference = values[REFERENCE] if math.isnan(without) else without
    return (values[BACKBONE] + values[variant]) / (values[BACKBONE] + reference) - 1


def against_claims(table: pd.DataFrame) -> pd.DataFrame:
    """One row a claim and variant: columns claim, text, variant, low, high, measured, ratio, verdict.

    ``ratio`` is measured over the middle of the claim; ``verdict`` is "below", "within" or "above".
    """
    rows = []
    for claim in CLAIMS:
        for variant in claim.variants:
            measured = overhead(table, variant, claim.quantity)
            if math.isnan(measured):
                continue
            verdict = "below" if measured < claim.low else "above" if measured > claim.high else "within"
            ratio = measured / ((claim.low + claim.high) / 2)
            rows.append((claim.key, claim.text, variant, claim.low, claim.high, measured, ratio, verdict))
    return pd.DataFrame(rows, columns=["claim", "text", "variant", "low", "high", "measured", "ratio", "verdict"])
