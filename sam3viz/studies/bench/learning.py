"""How fast and how smoothly the variants of a training run learned (design document 5.1)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sam3viz.bridges import VARIANTS
from sam3viz.evaluation.estimate import Estimate
from sam3viz.figures.training_curves import GRADIENT_COSINE
from sam3viz.metrics.convergence import smoothed, smoothness, steps_to_target
from sam3viz.studies.bench.result import Learning, VariantLearning
from sam3viz.training.conflict import conflict_share
from sam3viz.training.history import HISTORY_FILE, read_history

SHARED_LOSS = "patch"
"""The one loss term that every variant has, whatever aligns it."""
MODULE_PREFIX = f"{GRADIENT_COSINE}/"
"""Begins the columns of single modules."""


def measure_learning(run: Path) -> Learning:
    """Measure steps to a common target and smoothness of each variant, from ``run/history.jsonl`` (one row a step).

    The target is the worst end among the variants whose features the detection loss trains, so that each of these gets
    there; the others may never, and then have no number of steps. Speed is read off the loss that all share,
    smoothness off the total, which is what a variant descends on. Where the training looked at the gradients of
    detection and alignment, the share of these looks is taken on which they conflict. All are averaged over the run's
    seeds.

    Raises:
        ValueError: no such file, or no loss curves in it.
    """
    history = _history(run / HISTORY_FILE)
    curves = {key: rows.sort_values("step") for key, rows in history.groupby(["variant", "seed"])}
    detecting = [name for name, variant in VARIANTS.items() if variant.detects]
    ends = [smoothed(rows[SHARED_LOSS].to_numpy())[-1] for (name, _), rows in curves.items() if name in detecting]
    target = float(np.nanmax(ends)) if np.isfinite(ends).any() else None
    variants = {}
    for name in VARIANTS:
        runs = [rows for (variant, _), rows in curves.items() if variant == name]
        if runs:
            steps = [] if target is None else [steps_to_target(rows[SHARED_LOSS].to_numpy(), target) for rows in runs]
            variants[name] = VariantLearning(
                _average([float(s) for s in steps if s is not None]),
                _average([smoothness(rows["total"].to_numpy()) for rows in runs]),
                len(runs),
                _average([_conflict_share(rows, GRADIENT_COSINE) for rows in runs]),
                _module_conflicts(runs),
            )
    return Learning(SHARED_LOSS, target, variants)


def _conflict_share(rows: pd.DataFrame, column: str) -> float:
    """Return the share of the steps with a gradient cosine on which it is below 0; NaN where no step has one."""
    return conflict_share(rows[column]) if column in rows else math.nan


def _module_conflicts(runs: Sequence[pd.DataFrame]) -> dict[str, Estimate]:
    """Average each module's share of conflicts over seeds; modules that never have a gradient cosine are absent."""
    columns = [column for column in runs[0].columns if column.startswith(MODULE_PREFIX)]
    shares = {
        column.removeprefix(MODULE_PREFIX): _average([_conflict_share(rows, column) for rows in runs])
        for column in columns
    }
    return {module: share for module, share in shares.items() if share.n}


def _average(values: list[float]) -> Estimate:
    finite = [value for value in values if np.isfinite(value)]
    return Estimate(float(np.mean(finite)) if finite else math.nan, None, None, len(finite))


def _history(file: Path) -> pd.DataFrame:
    history = read_history(file)
    if history.empty or SHARED_LOSS not in history:
        raise ValueError(
            f"{file} holds no {SHARED_LOSS} losses: give a folder that `sam3viz train` wrote its history to."
        )
    return history
