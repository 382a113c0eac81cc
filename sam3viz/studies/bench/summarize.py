"""From the long tables to the bench's summary: means, differences, what the negative box does, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import pandas as pd

from sam3viz.bridges import bridge_names, in_screen_order, reference_lines
from sam3viz.evaluation.composed import SEEN_CLASSES, UNSEEN_CLASSES
from sam3viz.evaluation.intervals import independent_difference, mean_interval, paired_difference
from sam3viz.evaluation.scores import SCORE_NAMES, UPPER_BOUNDS
from sam3viz.studies.bench.gap import GAP_MEASURES
from sam3viz.studies.bench.result import (
    NO_ESTIMATE,
    BenchSettings,
    BenchSummary,
    DatasetScores,
    Differences,
    GapMeans,
    Learning,
    Scores,
    SeedEstimate,
    VariantDifferences,
    VariantScores,
)

NO_SCORES = "No episode could be scored: no object that is asked for covers half a cell of the raster."

EPISODE_KEY = ["image", "category"]
"""Columns that name an episode of a dataset."""
PAIR_SCORES = ("patch_ap", "ap_vs_objects")
"""Scores in which every two bridges are compared."""
ScoreTables = dict[str, pd.DataFrame]
"""By name of the score: a row an episode, a column a variant."""


def summarize(
    table: pd.DataFrame,
    settings: BenchSettings,
    versions: Mapping[str, str],
    seed: int = 0,
    training: Learning | None = None,
    gaps: pd.DataFrame | None = None,
) -> BenchSummary:
    """Average the scores of every dataset and variant, and the gap where it was measured.

    Args:
        table: as `sam3viz.evaluation.tables.score_table` returns it.
        seed: of the bootstrap.
        training: repeated as it is.
        gaps: long table, a row a `sam3viz.studies.bench.gap.GapRow`.

    Raises:
        ValueError: the table is empty: no episode could be scored.
    """
    if table.empty:
        raise ValueError(NO_SCORES)
    datasets = {str(name): _dataset(rows, seed) for name, rows in table.groupby("dataset", sort=False)}
    if gaps is not None:
        datasets |= {
            str(name): replace(datasets[str(name)], gap=average_gap(rows, seed))
            for name, rows in gaps.groupby("dataset", sort=False)
        }
    return BenchSummary(
        settings=replace(settings, bootstrap_seed=seed),
        versions=dict(versions),
        seeds=list(dict.fromkeys(table["seed"])),
        datasets=datasets,
        generalisation=_generalisation(table, seed) if {SEEN_CLASSES, UNSEEN_CLASSES} <= set(datasets) else None,
        training=training,
    )


def _dataset(rows: pd.DataFrame, seed: int) -> DatasetScores:
    """Summarize one dataset's variants, in screen order."""
    names = in_screen_order(rows["variant"])
    without_rows, with_rows = rows[~rows["negative"]], rows[rows["negative"]]
    without, with_negative = tables_by_score(without_rows), tables_by_score(with_rows)
    offered = [tables_by_score(mode[mode["has_negative"]]) for mode in (without_rows, with_rows)]
    variants = {
        name: VariantScores(
            without_negative=average_scores(without, without_rows, name, seed),
            with_negative=average_scores(with_negative, with_rows, name, seed),
            minus={
                reference: VariantDifferences(
                    pair_differences(without, name, without, reference, seed),
                    pair_differences(with_negative, name, with_negative, reference, seed),
                )
                for reference in reference_lines()
                if reference in names and reference != name
            },
            negative_effect=pair_differences(offered[1], name, offered[0], name, seed),
        )
        for name in names
    }
    episodes = rows[EPISODE_KEY].drop_duplicates()
    differences = _bridge_differences(without, names, seed)
    return DatasetScores(int(episodes["image"].nunique()), len(episodes), variants, differences)


def _bridge_differences(tables: ScoreTables, names: Sequence[str], seed: int) -> dict[str, dict[str, Differences]]:
    """Subtract every later bridge from every bridge, in `PAIR_SCORES`."""
    compared = {score: table for score, table in tables.items() if score in PAIR_SCORES}
    differences: dict[str, dict[str, Differences]] = {}
    for first, later in combinations([name for name in names if name in bridge_names()], 2):
        differences.setdefault(first, {})[later] = pair_differences(compared, first, compared, later, seed)
    return differences


def average_gap(rows: pd.DataFrame, seed: int) -> dict[str, GapMeans]:
    """Average each variant's gap over pictures, each of which is averaged over the sets of weights first.

    Args:
        rows: of one dataset, a row a `sam3viz.studies.bench.gap.GapRow`; NaN is left out.
    """
    means = rows.groupby(["variant", "measure", "image"])["value"].mean().dropna()
    gap: dict[str, GapMeans] = {}
    for variant in in_screen_order(rows["variant"]):
        gap[variant] = {}
        for measure, metric in GAP_MEASURES.items():
            own = means[(means.index.get_level_values(0) == variant) & (means.index.get_level_values(1) == measure)]
            of_pictures = mean_interval(own.tolist(), _pictures(own), seed) if len(own) else NO_ESTIMATE
            gap[variant][measure] = of_pictures.within(*metric.range)
    return gap


def average_scores(tables: ScoreTables, rows: pd.DataFrame, name: str, seed: int) -> Scores:
    """Average each score of one variant.

    Args:
        tables: `tables_by_score` of the rows.
        rows: of the long table, for the spread over sets of weights.
    """
    return {
        score: SeedEstimate(
            **vars(mean_interval(_column(table, name), _pictures(table), seed).within(0, UPPER_BOUNDS.get(score, 1))),
            seed_sd=_seed_spread(rows, name, score),
        )
        for score, table in tables.items()
    }


def pair_differences(first: ScoreTables, name: str, second: ScoreTables, other: str, seed: int) -> Differences:
    """Subtract ``other`` in the second tables from ``name`` in the first, which hold the same episodes."""
    return {
        score: paired_difference(_column(table, name), _column(second[score], other), _pictures(table), seed)
        for score, table in first.items()
    }


def _generalisation(table: pd.DataFrame, seed: int) -> dict[str, Differences]:
    """Subtract unseen from seen classes, without a negative box."""
    rows = table[~table["negative"]]
    seen, unseen = (tables_by_score(rows[rows["dataset"] == name]) for name in (SEEN_CLASSES, UNSEEN_CLASSES))
    return {
        name: {
            score: independent_difference(
                _column(seen[score], name),
                _pictures(seen[score]),
                _column(unseen[score], name),
                _pictures(unseen[score]),
                seed,
            )
            for score in seen
            if score in unseen
        }
        for name in in_screen_order(table["variant"])
    }


def tables_by_score(rows: pd.DataFrame) -> ScoreTables:
    """Pivot the long table by score: a row an episode in a fixed order, a column a variant.

    A value is the mean over the sets of weights; scores that no episode has are absent.
    """
    present = set(rows["metric"])
    return {
        score: rows[rows["metric"] == score]
        .pivot_table(index=EPISODE_KEY, columns="variant", values="value", aggfunc="mean")
        .sort_index()
        for score in SCORE_NAMES
        if score in present
    }


def _column(table: pd.DataFrame, name: str) -> list[float]:
    return [float(value) for value in table[name]]


def _pictures(table: pd.DataFrame | pd.Series[float]) -> list[str]:
    return list(table.index.get_level_values("image"))


def _seed_spread(rows: pd.DataFrame, name: str, score: str) -> float | None:
    """Return the standard deviation of a score's mean over the sets of weights; None with one set."""
    if rows["seed"].nunique() < 2:
        return None
    of_variant = rows[(rows["variant"] == name) & (rows["metric"] == score)]
    return float(of_variant.groupby("seed")["value"].mean().to_numpy().std(ddof=1))
