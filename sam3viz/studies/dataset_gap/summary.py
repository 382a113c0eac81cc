"""From features on disk and scores to the report's numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from sam3viz.bridges import VARIANTS
from sam3viz.evaluation.estimate import Estimate
from sam3viz.evaluation.intervals import LEVEL, mean_interval, paired_difference
from sam3viz.evaluation.jackknife import GROUPS, jackknife
from sam3viz.studies.dataset_gap.features import drawn_pictures, read_pairs
from sam3viz.studies.dataset_gap.instances import SIZES
from sam3viz.studies.dataset_gap.measures import MEASURES
from sam3viz.utils.jobs import ReportProgress
from sam3viz.utils.memory import trim_heap

SCHEMA = 1
AT_MOST = 600
"""Objects that a measure of sets sees, as most grow with the square of it: whole pictures are drawn until there."""
PARTS = ("matched", "mismatched", "contrast")
"""Cosines of an object: with its own region, with its picture's others, and the first minus the second."""
SCORES = ("patch_ap", "ap_vs_objects", "peak_recall")


def summary(
    rows: pd.DataFrame, features: Sequence[Path], scores: pd.DataFrame, seed: int = 0,
    progress: ReportProgress = lambda what, done, total: None,
) -> dict[str, Any]:  # fmt: skip
    """``variants`` (measures and scores), ``use``, ``sizes`` and ``categories`` (cosines), each with intervals.

    ``use`` is None where no question was asked; else ``best`` names the variant with the highest patch AP, and ``lead``
    gives by how much it leads each other one on the same questions.

    A number is ``{"mean", "low", "high", "n"}``; ``mean`` is None where there were not enough samples, the other two
    also where there were not enough pictures. Cosines and scores are resampled by picture (`sam3viz.evaluation.intervals`),
    measures of sets leave groups of pictures out (`sam3viz.evaluation.jackknife`).

    Args:
        rows: as `sam3viz.studies.dataset_gap.features.read_rows` gives them.
        scores: long table of `sam3viz.evaluation.tables.score_table`; empty where no picture has anything to ask.
        progress: told "measures"; may raise to stop.
    """
    rows = rows.assign(contrast=rows["matched"] - rows["mismatched"])
    names = [name for name in VARIANTS if name in set(rows["variant"])]
    images = drawn_pictures(rows[rows["variant"] == names[0]], AT_MOST, seed)
    variants: dict[str, Any] = {}
    for done, name in enumerate(names):
        progress("Variants measured", done, len(names))
        told, *sides = read_pairs(features, name, images)
        pictures = told["image"].to_list()
        measures = {key: jackknife(metric, (sides[0], sides[1]), pictures, seed) for key, metric in MEASURES.items()}
        variants[name] = {
            "measures": {key: _plain(interval.within(*MEASURES[key].range)) for key, interval in measures.items()},
            "scores": _scores(scores, name, seed),
        }
        trim_heap()
    progress("Variants measured", len(names), len(names))
    return {
        "schema": SCHEMA,
        "objects": int((rows["variant"] == names[0]).sum()),
        "measured_objects": len(pictures),
        "pictures": int(rows["image"].nunique()),
        "level": LEVEL,
        "groups": GROUPS,
        "variants": variants,
        "use": _use(scores, names, seed),
        "sizes": _parts(rows, "size", [size for size in SIZES if size in set(rows["size"])], names, seed),
        "categories": _parts(rows, "category", rows["category"].value_counts().index.to_list(), names, seed),
    }


def worst_and_best(scores: pd.DataFrame, variant: str, count: int = 4) -> pd.DataFrame:
    """The questions that a variant answers worst and best by `patch_ap`: columns image, category, value, in order."""
    own = scores[(scores["variant"] == variant) & (scores["metric"] == "patch_ap") & ~scores["negative"]]
    ordered = own.groupby(["image", "category"], as_index=False)["value"].mean().sort_values("value")
    return pd.concat([ordered.head(count), ordered.tail(count)]).drop_duplicates(["image", "category"])


def nearest(summarised: Mapping[str, Any]) -> str | None:
    """The bridge with the highest contrast; None where there is none. `raw` is none: it has no gap by construction."""
    found = {
        name: values["measures"]["contrast"]["mean"]
        for name, values in summarised["variants"].items()
        if name not in ("raw", "baseline") and values["measures"]["contrast"]["mean"] is not None
    }
    return max(found, key=found.__getitem__, default=None)


def best_of(summarised: Mapping[str, Any], score: str) -> str | None:
    """The variant with the highest score, `raw` and `baseline` among them; None where nothing was asked."""
    found = {
        name: values["scores"][score]["mean"]
        for name, values in summarised["variants"].items()
        if score in values["scores"]
    }
    return max(found, key=found.__getitem__, default=None)


def tied(use: Mapping[str, Any]) -> list[str]:
    """The variants that the questions cannot tell from the best: the interval of its lead holds 0, or there is none."""
    return [name for name, lead in use["lead"].items() if lead["low"] is None or lead["low"] <= 0]


def most_useful(scores: pd.DataFrame, names: Sequence[str]) -> str | None:
    """The variant with the highest mean patch AP over the questions; None where there was none.

    Args:
        scores: long table of `sam3viz.evaluation.tables.score_table`.
        names: the variants to choose from.
    """
    answers = _answers(scores, names)
    return None if answers.empty else str(answers.mean().idxmax())


def _answers(scores: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Patch AP, a row a question and a column a variant."""
    own = scores[(scores["metric"] == "patch_ap") & ~scores["negative"].astype(bool) & scores["variant"].isin(names)]
    return own.pivot_table("value", ["image", "category"], "variant", sort=False)


def _use(scores: pd.DataFrame, names: Sequence[str], seed: int) -> dict[str, Any] | None:
    """Who answers best by patch AP, and its lead on the others, paired by question and resampled by picture."""
    best, answers = most_useful(scores, names), _answers(scores, names)
    if best is None:
        return None
    pictures = answers.index.get_level_values("image").to_list()
    lead = {
        name: _plain(paired_difference(answers[best].to_list(), answers[name].to_list(), pictures, seed))
        for name in names
        if name != best and name in answers
    }
    return {"best": best, "lead": lead}


def _scores(scores: pd.DataFrame, name: str, seed: int) -> dict[str, Any]:
    own = scores[(scores["variant"] == name) & ~scores["negative"].astype(bool)]
    return {
        metric: _plain(mean_interval(part["value"].to_list(), part["image"].to_list(), seed).within(0, 1))
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
        return _plain(Estimate(math.nan, None, None, 0))
    most = 2 if column == "contrast" else 1
    return _plain(mean_interval(told[column].to_list(), told["image"].to_list(), seed).within(-most, most))


def _plain(interval: Estimate) -> dict[str, Any]:
    values = asdict(interval)
    return values | ({"mean": None} if math.isnan(interval.mean) else {})
