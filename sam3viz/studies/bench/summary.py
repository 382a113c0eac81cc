"""From the long table to the bench's JSON: means, differences and what the negative box does, with intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from sam3viz.bridges import VARIANTS
from sam3viz.evaluation.composed import SEEN, UNSEEN
from sam3viz.evaluation.intervals import LEVEL, RESAMPLES, independent_difference, mean_interval, paired_difference

SCHEMA = 1
METRICS = ("patch_ap", "ap_vs_objects", "ap_not_person", "peak_recall", "count_error", "box_ap50", "box_ap")
REFERENCES = ("raw", "baseline")
"""Variants that the others are compared with: no exemplar encoder, and one without a bridge."""
MODES = {"without_negative": False, "with_negative": True}

MOST = {"count_error": math.inf}
"""Upper end of the metrics that have one other than 1; all begin at 0."""
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

    Every number is ``{"mean", "low", "high", "n"}``, an interval by `sam3viz.evaluation.intervals` at ``settings.level``;
    those of a variant have ``seed_sd`` too, the standard deviation of the mean over sets of weights (null with one).
    Scores of several sets of weights are averaged on each episode before anything is resampled. Of a dataset's
    variant:

    - ``without_negative``, ``with_negative``: every metric; an episode that has nothing to refuse counts as it is
    - ``minus``: the paired difference to each of `REFERENCES`, by mode
    - ``negative_effect``: with minus without the negative box, on the episodes that have one

    ``generalisation`` is seen minus unseen classes of composed scenes; null where they were not measured.

    Args:
        frame: the long table of `sam3viz.studies.bench.measure.table`.
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
    names = present(part)
    modes = {mode: part[part["negative"] == negative] for mode, negative in MODES.items()}
    tables = {mode: by_metric(rows) for mode, rows in modes.items()}
    without, with_it = (by_metric(rows[rows["has_negative"]]) for rows in modes.values())
    variants: dict[str, Any] = {}
    for name in names:
        by_mode = {mode: means(tables[mode], rows, name, seed) for mode, rows in modes.items()}
        variants[name] = {
            **by_mode,
            "minus": {
                reference: {mode: differences(tables[mode], name, tables[mode], reference, seed) for mode in MODES}
                for reference in REFERENCES
                if reference in names and reference != name
            },
            "negative_effect": differences(with_it, name, without, name, seed),
        }
    episodes = part[_EPISODE].drop_duplicates()
    return {"pictures": int(episodes["image"].nunique()), "episodes": len(episodes), "variants": variants}


def means(tables: Tables, rows: pd.DataFrame, name: str, seed: int) -> dict[str, dict[str, Any]]:
    """One variant's mean of each metric; ``tables`` are `by_metric` of the ``rows``."""
    return {
        metric: asdict(mean_interval(_column(table, name), _pictures(table), seed).within(0, MOST.get(metric, 1)))
        | {"seed_sd": _seed_spread(rows, name, metric)}
        for metric, table in tables.items()
    }


def differences(first: Tables, name: str, second: Tables, other: str, seed: int) -> dict[str, dict[str, Any]]:
    """``name`` in the first tables minus ``other`` in the second, which hold the same episodes."""
    found = {}
    for metric, table in first.items():
        columns = _column(table, name), _column(second[metric], other)
        found[metric] = asdict(paired_difference(*columns, _pictures(table), seed))
    return found


def _generalisation(frame: pd.DataFrame, seed: int) -> dict[str, Any]:
    """Seen minus unseen classes, without a negative box."""
    asked = frame[~frame["negative"]]
    seen, unseen = (by_metric(asked[asked["dataset"] == dataset]) for dataset in (SEEN, UNSEEN))
    gaps: dict[str, Any] = {name: {} for name in present(frame)}
    for name in gaps:
        for metric in (m for m in seen if m in unseen):
            one, other = seen[metric], unseen[metric]
            gaps[name][metric] = asdict(
                independent_difference(_column(one, name), _pictures(one), _column(other, name), _pictures(other), seed)
            )
    return gaps


def by_metric(rows: pd.DataFrame) -> Tables:
    """By metric, where any episode has it: a row an episode in a fixed order, a column a variant.

    A value is the mean over the sets of weights.
    """
    found = set(rows["metric"])
    return {
        metric: rows[rows["metric"] == metric]
        .pivot_table(index=_EPISODE, columns="variant", values="value", aggfunc="mean")
        .sort_index()
        for metric in METRICS
        if metric in found
    }


def _column(table: pd.DataFrame, name: str) -> list[float]:
    return [float(value) for value in table[name]]


def _pictures(table: pd.DataFrame) -> list[str]:
    return list(table.index.get_level_values("image"))


def present(rows: pd.DataFrame) -> list[str]:
    """The variants in screen order."""
    found = set(rows["variant"])
    return [name for name in VARIANTS if name in found]


def _seed_spread(rows: pd.DataFrame, name: str, metric: str) -> float | None:
    """Standard deviation of a metric's mean over the sets of weights; None with one set."""
    if rows["seed"].nunique() < 2:
        return None
    own = rows[(rows["variant"] == name) & (rows["metric"] == metric)]
    return float(own.groupby("seed")["value"].mean().to_numpy().std(ddof=1))
