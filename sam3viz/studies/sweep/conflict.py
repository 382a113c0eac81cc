"""How often detection and alignment pulled a bridge two ways while it was trained (arXiv 2001.06782)."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sam3viz.figures.training_curves import GRADIENT_COSINE
from sam3viz.training.conflict import conflict_share

WHOLE = "whole"
"""All parameters that both losses reach, beside the modules by name."""


@dataclass(frozen=True)
class RunConflict:
    """What the looks of one training at both gradients saw."""

    looks: int
    """Steps on which both gradients were there and compared."""
    share: float
    """Of the looks on which the cosine of the gradients is below 0: a step along one raises the other; 0..1."""
    cosine: float
    """Mean over the looks, -1..1."""


def run_conflicts(history: pd.DataFrame) -> dict[str, RunConflict]:
    """Count the conflicts of one training, over the whole bridge and in each of its modules.

    Args:
        history: a row a step, as `sam3viz.training.history.read_history` returns it.

    Returns:
        `WHOLE` first, then by module in the order of their names; without what was never looked at.
    """
    columns = sorted(str(name) for name in history.columns if str(name).partition("/")[0] == GRADIENT_COSINE)
    conflicts = {}
    for column in columns:
        cosines = history[column].dropna()
        if len(cosines):
            name = column.partition("/")[2] or WHOLE
            conflicts[name] = RunConflict(len(cosines), conflict_share(cosines), float(cosines.mean()))
    return conflicts
