"""From features on disk and scores to the report's numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sam3viz.analysis import METRICS
from sam3viz.background import Progress
from sam3viz.bench.intervals import LEVEL, Interval, mean_interval
from sam3viz.bridges import VARIANTS
from sam3viz.gap.features import read_pairs
from sam3viz.gap.instances import SIZES
from sam3viz.gap.jackknife import GROUPS, jackknife

SCHEMA = 1
AT_MOST = 600
"""Objects that a measure of sets sees, as most grow with the square of it: whole pictures are drawn until there."""
PARTS = ("matched", "mismatched", "contrast")
"""Cosines of an object: with its own region, with its picture's others, and the first minus the second."""
SCORES = ("patch_ap", "ap_vs_objects", "peak_recall")


def summary(
    rows: pd.DataFrame, features: Sequence[Path], scores: pd.DataFrame, seed: int = 0,
    progress: Progress = lambda what, done, total: None,
) -> dict[str, Any]:  # fmt: skip
    """``variants`` (measures and scores), ``sizes`` and ``categories`` (cosines), each with intervals.

    A number is ``{"mean", "low", "high", "n"}``; ``mean`` is None where there were not enough samples, the other two
    also where there were not enough pictures. Cosines and scores are resampled by picture (`sam3viz.bench.intervals`),
    measures of sets leave groups of pictures out (`sam3viz.gap.jackknife`).

    Args:
        rows: as `sam3viz.gap.features.read_rows` gives them.
        scores: long table of `sam3viz.bench.run.table`; empty where no picture has anything to ask.
        progress: told "measures"; may raise to stop.
    """
    rows = rows.assign(contrast=rows["matched"] - rows["mismatched"])
    names = [name for name in VARIANTS if name in set(rows["variant"])]
    images = _drawn(rows[rows["variant"] == names[0]], seed)
    variants: dict[str, Any] = {}
    for done, name in enumerate(names):
        progress("measures", done, len(names))
        told, *sides = read_pairs(features, name, images)
        pictures = told["image"].to_list()
        measures = {key: jackknife(metric, (sides[0], sides[1]), pictures, seed) for key, metric in METRICS.items()}
        variants[name] = {
            "measures": {key: _plain(_within(interval, METRICS[key].range)) for key, interval in measures.items()},
            "scores": _scores(scores, name, seed),
        }
    progress("measures", len(names), len(names))
    return {
        "schema": SCHEMA,
        "objects": int((rows["variant"] == names[0]).sum()),
        "measured_objects": len(pictures),
        "pictures": int(rows["image"].nunique()),
        "level": LEVEL,
        "groups": GROUPS,
        "variants": variants,
        "sizes": _parts(rows, "size", [size for size in SIZES if size in set(rows["size"])], names, seed),
        "categories": _parts(rows, "category", rows["category"].value_counts().index.to_list(), names, seed),
    }


def worst_and_best(scores: pd.DataFrame, variant: str, count: int = 4) -> pd.DataFrame:
    """The questions that a variant answers worst and best by `patch_ap`: columns image, category, value, in order."""
    own = scores[(scores["variant"] == variant) & (scores["metric"] == "patch_ap") & ~scores["negative"]]
    ordered = own.groupby(["image", "category"], as_index=False)["value"].mean().sort_values("value")
    return pd.concat([ordered.head(count), ordered.tail(count)]).drop_duplicates(["image", "category"])


def best_by(summarised: Mapping[str, Any], kind: str, key: str, higher: bool = True) -> str | None:
    """The variant beside `raw` and `baseline` with the best number of a kind; None where none has one."""
    found = {
        name: values[kind][key]["mean"]
        for name, values in summarised["variants"].items()
        if name not in ("raw", "baseline") and values[kind].get(key, {}).get("mean") is not None
    }
    return (max if higher else min)(found, key=found.__getitem__, default=None)


def _drawn(rows: pd.DataFrame, seed: int) -> list[str]:
    counts = rows["image"].value_counts().sort_index()
    order = np.random.default_rng(seed).permutation(len(counts))
    total = counts.to_numpy()[order].cumsum()
    return counts.index[order[: int((total <= AT_MOST).sum()) or 1]].to_list()


def _scores(scores: pd.DataFrame, name: str, seed: int) -> dict[str, Any]:
    own = scores[(scores["variant"] == name) & ~scores["negative"].astype(bool)]
    return {
        metric: _plain(mean_interval(part["value"].to_list(), part["image"].to_list(), seed))
        for metric in SCORES
        if len(part := own[own["metric"] == metric])
    }


def _parts(rows: pd.DataFrame, column: str, keys: Sequence[str], names: Sequence[str], seed: int) -> dict[str, Any]:
    """`PARTS` of each part of the objects, by variant."""
    return {
        str(key): {
            name: {part: _mean(own.loc[own[column] == key], part, seed) for part in PARTS}
            for name in names
            for own in (rows[rows["variant"] == name],)
        }
        for key in keys
    }


def _mean(rows: pd.DataFrame, column: str, seed: int) -> dict[str, Any]:
    told = rows.dropna(subset=column)
    if told.empty:
        return _plain(Interval(math.nan, None, None, 0))
    return _plain(mean_interval(told[column].to_list(), told["image"].to_list(), seed))


def _within(interval: Interval, bounds: tuple[float, float]) -> Interval:
    """An interval does not reach where the measure cannot be."""
    if interval.low is None or interval.high is None:
        return interval
    return Interval(interval.mean, max(interval.low, bounds[0]), min(interval.high, bounds[1]), interval.n)


def _plain(interval: Interval) -> dict[str, Any]:
    values = asdict(interval)
    return values | ({"mean": None} if math.isnan(interval.mean) else {})
