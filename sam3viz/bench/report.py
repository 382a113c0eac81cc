"""From the long table to the bench's JSON: means, differences and what the negative box does, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from sam3viz.bench.composed import SEEN, UNSEEN
from sam3viz.bench.intervals import LEVEL, RESAMPLES, independent_difference, mean_interval, paired_difference
from sam3viz.bridges import VARIANTS

SCHEMA = 1
METRICS = ("patch_ap", "ap_vs_objects", "ap_not_person", "peak_recall", "count_error", "box_ap50", "box_ap")
REFERENCES = ("raw", "baseline")
"""Variants that the others are compared with: no exemplar encoder, and one without a bridge."""
MODES = {"without_negative": False, "with_negative": True}

_EPISODE = ["image", "category"]
Tables = dict[str, pd.DataFrame]


def report(
    frame: pd.DataFrame,
    settings: Mapping[str, Any],
    versions: Mapping[str, str],
    seed: int = 0,
    training: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The JSON document: ``datasets``, ``generalisation`` and ``training`` beside what they were made with.

    Every number is ``{"mean", "low", "high", "n"}``, an interval by `sam3viz.bench.intervals` at ``settings.level``;
    those of a variant have ``seed_sd`` too, the standard deviation of the mean over sets of weights (null with one).
    Scores of several sets of weights are averaged on each episode before anything is resampled. Of a dataset's
    variant:

    - ``without_negative``, ``with_negative``: every metric; an episode that has nothing to refuse counts as it is
    - ``minus``: the paired difference to each of `REFERENCES`, by mode
    - ``negative_effect``: with minus without the negative box, on the episodes that have one

    ``generalisation`` is seen minus unseen classes of composed scenes; null where they were not measured.

    Args:
        frame: the long table of `sam3viz.bench.run.table`.
        seed: of the bootstrap.

    Raises:
        ValueError: the table is empty: no episode could be scored.
    """
    if frame.empty:
        raise ValueError("No episode could be scored: no object that is asked for covers half a cell of the raster.")
    datasets = {str(name): _dataset(part, seed) for name, part in frame.groupby("dataset", sort=False)}
    return {
        "schema": SCHEMA,
        "settings": {**settings, "level": LEVEL, "resamples": RESAMPLES, "bootstrap_seed": seed},
        "versions": dict(versions),
        "seeds": list(dict.fromkeys(frame["seed"])),
        "datasets": datasets,
        "generalisation": _generalisation(frame, seed) if {SEEN, UNSEEN} <= set(datasets) else None,
        "training": training,
    }


def _dataset(part: pd.DataFrame, seed: int) -> dict[str, Any]:
    """One dataset's variants in screen order."""
    names = _present(part)
    tables = {mode: _tables(part, negative) for mode, negative in MODES.items()}
    offered = part[part["has_negative"]]
    without, with_it = (_tables(offered, negative) for negative in (False, True))
    variants: dict[str, Any] = {}
    for name in names:
        by_mode = {mode: _means(tables[mode], name, seed) for mode in MODES}
        for mode, negative in MODES.items():
            for metric, entry in by_mode[mode].items():
                entry["seed_sd"] = _seed_spread(part, name, metric, negative)
        variants[name] = {
            **by_mode,
            "minus": {
                reference: {mode: _differences(tables[mode], name, tables[mode], reference, seed) for mode in MODES}
                for reference in REFERENCES
                if reference in names and reference != name
            },
            "negative_effect": _differences(with_it, name, without, name, seed),
        }
    episodes = part[_EPISODE].drop_duplicates()
    return {"pictures": int(episodes["image"].nunique()), "episodes": len(episodes), "variants": variants}


def _means(tables: Tables, name: str, seed: int) -> dict[str, dict[str, Any]]:
    return {metric: asdict(mean_interval(_column(t, name), _pictures(t), seed)) for metric, t in tables.items()}


def _differences(first: Tables, name: str, second: Tables, other: str, seed: int) -> dict[str, dict[str, Any]]:
    """``name`` in the first tables minus ``other`` in the second, which hold the same episodes."""
    differences = {}
    for metric, table in first.items():
        columns = _column(table, name), _column(second[metric], other)
        differences[metric] = asdict(paired_difference(*columns, _pictures(table), seed))
    return differences


def _generalisation(frame: pd.DataFrame, seed: int) -> dict[str, Any]:
    """Seen minus unseen classes, without a negative box."""
    seen, unseen = (_tables(frame[frame["dataset"] == dataset], False) for dataset in (SEEN, UNSEEN))
    gaps: dict[str, Any] = {name: {} for name in _present(frame)}
    for name in gaps:
        for metric in (m for m in seen if m in unseen):
            one, other = seen[metric], unseen[metric]
            gaps[name][metric] = asdict(
                independent_difference(_column(one, name), _pictures(one), _column(other, name), _pictures(other), seed)
            )
    return gaps


def _tables(part: pd.DataFrame, negative: bool) -> Tables:
    """By metric, where any episode has it: a row an episode in a fixed order, a column a variant.

    A value is the mean over the sets of weights.
    """
    chosen = part[part["negative"] == negative]
    found = set(chosen["metric"])
    return {
        metric: chosen[chosen["metric"] == metric]
        .pivot_table(index=_EPISODE, columns="variant", values="value", aggfunc="mean")
        .sort_index()
        for metric in METRICS
        if metric in found
    }


def _column(table: pd.DataFrame, name: str) -> list[float]:
    return [float(value) for value in table[name]]


def _pictures(table: pd.DataFrame) -> list[str]:
    return list(table.index.get_level_values("image"))


def _present(part: pd.DataFrame) -> list[str]:
    present = set(part["variant"])
    return [name for name in VARIANTS if name in present]


def _seed_spread(part: pd.DataFrame, name: str, metric: str, negative: bool) -> float | None:
    """Standard deviation of a metric's mean over the sets of weights; None with one set."""
    if part["seed"].nunique() < 2:
        return None
    own = part[(part["variant"] == name) & (part["metric"] == metric) & (part["negative"] == negative)]
    return float(own.groupby("seed")["value"].mean().to_numpy().std(ddof=1))
