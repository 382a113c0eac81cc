"""What the bench measured, as types; they become JSON in `as_json` alone and come back by `from_json`."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any

from sam3viz.evaluation.documents import Json, plain, read_each, read_estimate
from sam3viz.evaluation.episodes import GRID, MAX_BOX_SHARE, MIN_BOX_SHARE
from sam3viz.evaluation.estimate import Estimate
from sam3viz.evaluation.intervals import LEVEL, RESAMPLES
from sam3viz.utils.command_line import write_json

SCHEMA = 2
READABLE_SCHEMAS = (1, SCHEMA)
"""Reports of schema 1 have no differences between bridges, no gap and no gradient conflicts."""
MINUS = "minus"
"""Key of the paired differences in the JSON."""

Origins = dict[str, dict[str, dict[str, str]]]
"""By set of weights and variant: what the file's metadata says of its training."""


@dataclass(frozen=True)
class SeedEstimate(Estimate):
    """A mean over episodes, each of which was averaged over the sets of weights first."""

    seed_sd: float | None = None
    """Standard deviation of the mean over sets of weights; None with one set."""

    def as_json(self) -> dict[str, float | int | None]:
        return {**super().as_json(), "seed_sd": self.seed_sd}


Scores = dict[str, SeedEstimate]
"""By name of the score."""
Differences = dict[str, Estimate]
"""By name of the score."""
GapMeans = dict[str, Estimate]
"""By name of the measure, see `sam3viz.studies.bench.gap.GAP_MEASURES`; over pictures."""
NO_ESTIMATE = Estimate(math.nan, None, None, 0)
"""In place of what was not measured."""


@dataclass(frozen=True)
class BenchSettings:
    """What the scores were measured with."""

    dataset: str
    backbone: str
    """`Backbone.identity`."""
    weights: Origins
    seed: int
    limit: int | None
    raster: int = GRID
    box_share: tuple[float, float] = (MIN_BOX_SHARE, MAX_BOX_SHARE)
    composed_scenes: int | None = None
    shots: int | None = None
    """References that vote together; of cross-image reports alone."""
    level: float = LEVEL
    resamples: int = RESAMPLES
    bootstrap_seed: int = 0

    def as_json(self) -> dict[str, Any]:
        absent = "shots" if self.shots is None else "composed_scenes"
        return {name: value for name, value in vars(self).items() if name != absent}

    @classmethod
    def from_json(cls, document: Json) -> BenchSettings:
        values = {field.name: document[field.name] for field in fields(cls) if field.name in document}
        return cls(**{**values, "box_share": tuple(document["box_share"])})


@dataclass(frozen=True)
class VariantScores:
    """How one variant does on one dataset."""

    without_negative: Scores
    with_negative: Scores
    """An episode that has no negative box counts as it is."""
    minus: dict[str, VariantDifferences]
    """By reference line: the paired difference to it."""
    negative_effect: Differences
    """With minus without the negative box, on the episodes that have one."""

    def as_json(self) -> dict[str, Any]:
        return {
            "without_negative": plain(self.without_negative),
            "with_negative": plain(self.with_negative),
            MINUS: plain(self.minus),
            "negative_effect": plain(self.negative_effect),
        }

    @classmethod
    def from_json(cls, document: Json) -> VariantScores:
        return cls(
            without_negative=read_scores(document["without_negative"]),
            with_negative=read_scores(document["with_negative"]),
            minus=read_each(VariantDifferences.from_json, document[MINUS]),
            negative_effect=read_differences(document["negative_effect"]),
        )


@dataclass(frozen=True)
class VariantDifferences:
    """Paired differences of one variant to another."""

    without_negative: Differences
    with_negative: Differences

    def as_json(self) -> dict[str, Any]:
        return {name: plain(value) for name, value in vars(self).items()}

    @classmethod
    def from_json(cls, document: Json) -> VariantDifferences:
        return cls(read_differences(document["without_negative"]), read_differences(document["with_negative"]))


@dataclass(frozen=True)
class DatasetScores:
    """How all variants do on one dataset."""

    pictures: int
    episodes: int
    variants: dict[str, VariantScores]
    """In screen order."""
    bridge_differences: dict[str, dict[str, Differences]] = field(default_factory=dict)
    """By bridge and later bridge in screen order: the paired difference, first minus later, without a negative box."""
    gap: dict[str, GapMeans] = field(default_factory=dict)
    """By variant; empty where it was not measured."""

    def as_json(self) -> dict[str, Any]:
        return {
            "pictures": self.pictures,
            "episodes": self.episodes,
            "variants": plain(self.variants),
            "bridge_differences": plain(self.bridge_differences),
            "gap": plain(self.gap),
        }

    @classmethod
    def from_json(cls, document: Json) -> DatasetScores:
        return cls(
            document["pictures"],
            document["episodes"],
            read_each(VariantScores.from_json, document["variants"]),
            read_each(partial(read_each, read_differences), document.get("bridge_differences", {})),
            read_each(read_differences, document.get("gap", {})),
        )


@dataclass(frozen=True)
class VariantLearning:
    """How a variant learned, averaged over the run's seeds. There are no intervals; NaN where no seed has a number."""

    steps_to_target: Estimate
    smoothness: Estimate
    seeds: int
    conflicts: Estimate = NO_ESTIMATE
    """Share of the steps looked at on which the gradients of detection and alignment have a cosine below 0."""
    module_conflicts: dict[str, Estimate] = field(default_factory=dict)
    """The same by module of the bridge."""

    def as_json(self) -> dict[str, Any]:
        return {
            "steps_to_target": _average_json(self.steps_to_target),
            "smoothness": _average_json(self.smoothness),
            "seeds": self.seeds,
            "conflicts": _average_json(self.conflicts),
            "module_conflicts": {name: _average_json(share) for name, share in self.module_conflicts.items()},
        }

    @classmethod
    def from_json(cls, document: Json) -> VariantLearning:
        return cls(
            read_estimate(document["steps_to_target"]),
            read_estimate(document["smoothness"]),
            document["seeds"],
            read_estimate(document["conflicts"]) if "conflicts" in document else NO_ESTIMATE,
            read_each(read_estimate, document.get("module_conflicts", {})),
        )


@dataclass(frozen=True)
class Learning:
    """How fast and how smoothly the variants of a training run learned."""

    loss: str
    """The term that speed is read off."""
    target: float | None
    """Loss that all are timed to; None where every run diverged."""
    variants: dict[str, VariantLearning]

    def as_json(self) -> dict[str, Any]:
        return {"loss": self.loss, "target": self.target, "variants": plain(self.variants)}

    @classmethod
    def from_json(cls, document: Json) -> Learning:
        return cls(document["loss"], document["target"], read_each(VariantLearning.from_json, document["variants"]))


@dataclass(frozen=True)
class BenchSummary:
    """Every variant on every dataset.

    Intervals are by `sam3viz.evaluation.intervals` at ``settings.level``. Scores of several sets of weights are
    averaged on each episode before anything is resampled.
    """

    settings: BenchSettings
    versions: dict[str, str]
    seeds: list[str]
    """Names of the sets of weights."""
    datasets: dict[str, DatasetScores]
    generalisation: dict[str, Differences] | None
    """By variant: seen minus unseen classes of composed scenes; None where they were not measured."""
    training: Learning | None

    def as_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "settings": self.settings.as_json(),
            "versions": self.versions,
            "seeds": self.seeds,
            "datasets": plain(self.datasets),
            "generalisation": None if self.generalisation is None else plain(self.generalisation),
            "training": None if self.training is None else self.training.as_json(),
        }

    def to_json(self, path: Path) -> None:
        """Write the numbers with their intervals, and the settings."""
        write_json(self.as_json(), path)

    @classmethod
    def from_json(cls, document: Json) -> BenchSummary:
        gaps, training = document["generalisation"], document["training"]
        return cls(
            settings=BenchSettings.from_json(document["settings"]),
            versions=document["versions"],
            seeds=document["seeds"],
            datasets=read_each(DatasetScores.from_json, document["datasets"]),
            generalisation=None if gaps is None else read_each(read_differences, gaps),
            training=None if training is None else Learning.from_json(training),
        )


def read_scores(entries: Json) -> Scores:
    """Read the scores of a variant."""
    return read_each(_seed_estimate, entries)


def read_differences(entries: Json) -> Differences:
    """Read the differences of a variant."""
    return read_each(read_estimate, entries)


def _average_json(average: Estimate) -> dict[str, float | int | None]:
    return {name: value for name, value in average.as_json().items() if name in ("mean", "n")}


def _seed_estimate(entry: Json) -> SeedEstimate:
    return SeedEstimate(**vars(read_estimate(entry)), seed_sd=entry["seed_sd"])
