"""What a sweep measured, as types; they become JSON in `as_json` alone and come back by `from_json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from sam3viz.evaluation.documents import Json, plain, read_each
from sam3viz.evaluation.pareto import pareto_front
from sam3viz.studies.bench.result import Scores, read_scores
from sam3viz.studies.sweep.conflict import WHOLE
from sam3viz.training.plan import TrainingRun, run_names
from sam3viz.utils.command_line import write_json

FORMAT = 1
"""Of the JSON file; a change of its keys is another number."""
CLOSENESS = ("contrast", "recall_at_1")
"""Measures of the gap that patch AP is set against; more is closer."""

Verdict = Literal["lower", "higher", "none", "one seed"]


@dataclass(frozen=True)
class SeedValues:
    """A number for each training seed, in the order of the plan."""

    by_seed: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Average over the seeds."""
        return float(np.mean(self.by_seed))

    @property
    def sd(self) -> float | None:
        """Standard deviation over the seeds; None with one."""
        return float(np.std(self.by_seed, ddof=1)) if len(self.by_seed) > 1 else None

    def minus(self, other: SeedValues) -> SeedValues:
        """Subtract seed by seed."""
        return SeedValues(tuple(a - b for a, b in zip(self.by_seed, other.by_seed, strict=True)))

    def as_json(self) -> dict[str, Any]:
        return {"mean": self.mean, "sd": self.sd, "by_seed": list(self.by_seed)}

    @classmethod
    def from_json(cls, document: Json) -> SeedValues:
        return cls(tuple(document["by_seed"]))


@dataclass(frozen=True)
class Conflict:
    """How often detection and alignment conflicted in the trainings of a setting."""

    looks: int
    """At both gradients, over all seeds."""
    share: SeedValues
    """Of a training's looks with a gradient cosine below 0; 0..1."""
    cosine: SeedValues
    """Mean gradient cosine of a training; -1..1."""

    def as_json(self) -> dict[str, Any]:
        return {"looks": self.looks, "share": self.share.as_json(), "cosine": self.cosine.as_json()}

    @classmethod
    def from_json(cls, document: Json) -> Conflict:
        values = (SeedValues.from_json(document[name]) for name in ("share", "cosine"))
        return cls(document["looks"], *values)


@dataclass(frozen=True)
class SettingResult:
    """What a bridge gives that was trained with one setting, averaged over its seeds."""

    setting: TrainingRun
    scores: Scores
    """By measure; intervals are over pictures, of each picture's mean over seeds."""
    conflicts: Mapping[str, Conflict]
    """`WHOLE`, then by module; empty where the two losses have no parameter in common."""

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self.setting), "scores": plain(self.scores), "conflicts": plain(self.conflicts)}

    @classmethod
    def from_json(cls, document: Json) -> SettingResult:
        setting = TrainingRun(document["variant"], document["schedule"], document["alignment_weight"])
        conflicts = read_each(Conflict.from_json, document["conflicts"])
        return cls(setting, read_scores(document["scores"]), conflicts)


@dataclass(frozen=True)
class ScheduleDifference:
    """What a schedule does to the share of conflicts, against another one with everything else the same."""

    setting: TrainingRun
    reference: str
    """The other schedule."""
    share: SeedValues
    """Share of conflicts minus the reference's, seed by seed."""

    @property
    def verdict(self) -> Verdict:
        """Say "lower" or "higher" where the sign is that for every seed; one seed tells nothing."""
        if len(self.share.by_seed) < 2:
            return "one seed"
        if all(value < 0 for value in self.share.by_seed):
            return "lower"
        return "higher" if all(value > 0 for value in self.share.by_seed) else "none"

    def as_json(self) -> dict[str, Any]:
        return {
            **asdict(self.setting),
            "reference": self.reference,
            "share": self.share.as_json(),
            "verdict": self.verdict,
        }


@dataclass(frozen=True)
class SweepStudy:
    """Everything that the command prints and writes."""

    dataset: str
    pictures: int
    """Those that were measured."""
    episodes: int
    seeds: tuple[int, ...]
    results: Sequence[SettingResult]
    """One a setting, in the plan's order."""
    settings: Mapping[str, str | int]

    @property
    def names(self) -> dict[TrainingRun, str]:
        """Name each setting by what sets it apart."""
        return run_names([result.setting for result in self.results])

    def front(self, closeness: str) -> list[TrainingRun]:
        """Return the settings that are Pareto-optimal in a measure of `CLOSENESS` and patch AP, the closest first.

        Means alone are compared.
        """
        return pareto_front(
            {result.setting: (result.scores[closeness].mean, result.scores["patch_ap"].mean) for result in self.results}
        )

    def schedule_differences(self) -> list[ScheduleDifference]:
        """Compare every schedule with the first one, for each variant and weight."""
        shares = {r.setting: r.conflicts[WHOLE].share for r in self.results if WHOLE in r.conflicts}
        first = self.results[0].setting.schedule
        differences = []
        for setting, share in shares.items():
            reference = TrainingRun(setting.variant, first, setting.alignment_weight)
            if setting.schedule != first and reference in shares:
                differences.append(ScheduleDifference(setting, first, share.minus(shares[reference])))
        return differences

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "dataset": self.dataset,
            "pictures": self.pictures,
            "episodes": self.episodes,
            "seeds": list(self.seeds),
            "settings": dict(self.settings),
            "results": [result.as_json() for result in self.results],
            "schedule_differences": [difference.as_json() for difference in self.schedule_differences()],
            "pareto": {closeness: [asdict(setting) for setting in self.front(closeness)] for closeness in CLOSENESS},
        }

    def to_json(self, path: Path) -> None:
        """Write everything as plain JSON values."""
        write_json(self.as_json(), path)

    @classmethod
    def from_json(cls, document: Json) -> SweepStudy:
        """Return what `to_json` wrote."""
        return cls(
            document["dataset"],
            document["pictures"],
            document["episodes"],
            tuple(document["seeds"]),
            [SettingResult.from_json(entry) for entry in document["results"]],
            document["settings"],
        )
