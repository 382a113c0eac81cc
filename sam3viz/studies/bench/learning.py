"""How fast and how smoothly the variants of a training run learned (design document 5.1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sam3viz.bridges import VARIANTS
from sam3viz.metrics.convergence import smoothed, smoothness, steps_to_target
from sam3viz.training.history import read_history

HISTORY = "history.jsonl"
SHARED = "patch"
"""The one loss term that every variant has, whatever aligns it."""


def learning(run: Path) -> dict[str, Any]:
    """Steps to a common target and smoothness of each variant, from ``run/history.jsonl`` (one row a step).

    The target is the worst end among the variants whose features the detection loss trains, so that each of these gets
    there; the others may never, and then have no number of steps. Speed is read off the loss that all share,
    smoothness off the total, which is what a variant descends on. Both are averaged over the run's seeds.

    Raises:
        ValueError: no such file, or no loss curves in it.
    """
    history = _history(run / HISTORY)
    curves = {key: rows.sort_values("step") for key, rows in history.groupby(["variant", "seed"])}
    trained = [name for name, variant in VARIANTS.items() if variant.detects]
    ends = [smoothed(rows[SHARED].to_numpy())[-1] for (name, _), rows in curves.items() if name in trained]
    target = float(np.nanmax(ends)) if np.isfinite(ends).any() else None
    variants = {}
    for name in VARIANTS:
        own = [rows for (variant, _), rows in curves.items() if variant == name]
        if own:
            steps = [steps_to_target(rows[SHARED].to_numpy(), target) for rows in own] if target is not None else []
            variants[name] = {
                "steps_to_target": _average([float(s) for s in steps if s is not None]),
                "smoothness": _average([smoothness(rows["total"].to_numpy()) for rows in own]),
                "seeds": len(own),
            }
    return {"loss": SHARED, "target": target, "variants": variants}


def _average(values: list[float]) -> dict[str, float | int | None]:
    finite = [value for value in values if np.isfinite(value)]
    return {"mean": float(np.mean(finite)) if finite else None, "n": len(finite)}


def _history(file: Path) -> pd.DataFrame:
    history = read_history(file)
    if history.empty or SHARED not in history:
        raise ValueError(f"{file} holds no {SHARED} losses: give a folder that `sam3viz train` wrote its history to.")
    return history
