"""From the rows of `cross_image` to its summary: every way's means, and what another picture changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from sam3viz.bridges import in_screen_order
from sam3viz.evaluation.documents import Json, plain, read_each
from sam3viz.evaluation.episodes import ImageTask
from sam3viz.evaluation.tables import long_table
from sam3viz.studies.bench.cross_image import WAYS, CrossImageRow, CrossImageTask
from sam3viz.studies.bench.result import (
    MINUS,
    BenchSettings,
    Differences,
    Scores,
    read_differences,
    read_scores,
)
from sam3viz.studies.bench.summarize import NO_SCORES, average_scores, pair_differences, tables_by_score
from sam3viz.utils.command_line import write_json

KIND = "cross-image"
CROSS_IMAGE_SCHEMA = 1
SAME_IMAGE, CROSS_IMAGE = WAYS[:2]
REFERENCE_WAYS = {SAME_IMAGE: WAYS[1:], CROSS_IMAGE: WAYS[2:]}
"""Ways that others are compared with, and which others."""


@dataclass(frozen=True)
class CrossImageScores:
    """How one variant does with exemplars from other pictures."""

    ways: dict[str, Scores]
    """By way of asking, see `sam3viz.studies.bench.cross_image.WAYS`."""
    minus: dict[str, dict[str, Differences]]
    """By reference way and other way: the paired difference, on the same episodes."""

    def as_json(self) -> dict[str, Any]:
        return {**plain(self.ways), MINUS: plain(self.minus)}

    @classmethod
    def from_json(cls, document: Json) -> CrossImageScores:
        ways = {way: read_scores(scores) for way, scores in document.items() if way != MINUS}
        return cls(ways, read_each(lambda others: read_each(read_differences, others), document[MINUS]))


@dataclass(frozen=True)
class CrossImageSummary:
    """Every variant with exemplars from other pictures, beside the episode's own.

    Numbers are as in `BenchSummary`. Target pictures are resampled; that one reference picture may serve several of
    them is left aside.
    """

    settings: BenchSettings
    versions: dict[str, str]
    seeds: list[str]
    pictures: int
    episodes: int
    """Those that were scored."""
    skipped: int
    """Episodes whose category is on no other picture."""
    references: dict[int, int]
    """Number of references -> scored episodes that have so many."""
    variants: dict[str, CrossImageScores]
    """In screen order."""

    def as_json(self) -> dict[str, Any]:
        return {
            "schema": CROSS_IMAGE_SCHEMA,
            "kind": KIND,
            "settings": self.settings.as_json(),
            "versions": self.versions,
            "seeds": self.seeds,
            "pictures": self.pictures,
            "episodes": self.episodes,
            "passed_over": self.skipped,
            "references": {str(count): episodes for count, episodes in self.references.items()},
            "variants": plain(self.variants),
        }

    def to_json(self, path: Path) -> None:
        """Write the numbers with their intervals, and the settings."""
        write_json(self.as_json(), path)

    @classmethod
    def from_json(cls, document: Json) -> CrossImageSummary:
        return cls(
            settings=BenchSettings.from_json(document["settings"]),
            versions=document["versions"],
            seeds=document["seeds"],
            pictures=document["pictures"],
            episodes=document["episodes"],
            skipped=document["passed_over"],
            references={int(count): episodes for count, episodes in document["references"].items()},
            variants=read_each(CrossImageScores.from_json, document["variants"]),
        )


def summarize_cross_image(
    rows: Iterable[CrossImageRow],
    tasks: Sequence[ImageTask],
    cross_tasks: Sequence[CrossImageTask],
    settings: BenchSettings,
    versions: Mapping[str, str],
    seed: int = 0,
) -> CrossImageSummary:
    """Average every way's scores and the paired differences between ways.

    Args:
        tasks: all of the protocol's episodes.
        cross_tasks: those that have references, from `cross_image_tasks`.
        seed: of the bootstrap.

    Raises:
        ValueError: there are no rows: no episode could be scored.
    """
    table = long_table(rows, CrossImageRow)
    if table.empty:
        raise ValueError(NO_SCORES)
    episodes = [(task.target.image, episode) for task in cross_tasks for episode in task.episodes]
    scored = set(zip(table["image"], table["category"], strict=True))
    shots = Counter(len(e.references) for image, e in episodes if (image, e.episode.category) in scored)
    return CrossImageSummary(
        settings=replace(settings, bootstrap_seed=seed),
        versions=dict(versions),
        seeds=list(dict.fromkeys(table["seed"])),
        pictures=table["image"].nunique(),
        episodes=len(scored),
        skipped=sum(len(task.episodes) for task in tasks) - len(episodes),
        references={count: shots[count] for count in sorted(shots)},
        variants=_variants(table, seed),
    )


def _variants(table: pd.DataFrame, seed: int) -> dict[str, CrossImageScores]:
    """Summarize every variant, in screen order."""
    rows = {way: table[table["way"] == way] for way in WAYS}
    tables = {way: tables_by_score(of_way) for way, of_way in rows.items()}
    return {
        name: CrossImageScores(
            ways={way: average_scores(tables[way], of_way, name, seed) for way, of_way in rows.items()},
            minus={
                reference: {way: pair_differences(tables[way], name, tables[reference], name, seed) for way in others}
                for reference, others in REFERENCE_WAYS.items()
            },
        )
        for name in in_screen_order(table["variant"])
    }
