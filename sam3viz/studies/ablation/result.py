"""What an ablation measured, as types; they become JSON in `to_json` alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges.adaptive import ScaleAdaptor
from sam3viz.evaluation.documents import Json, plain, read_each, read_estimate
from sam3viz.evaluation.episodes import ImageTask
from sam3viz.evaluation.estimate import Estimate
from sam3viz.evaluation.intervals import independent_difference, mean_interval
from sam3viz.studies.ablation.measure import HEAT, SCORES, Rows, ScaleWeights, measure
from sam3viz.utils.command_line import versions, write_json
from sam3viz.utils.jobs import ReportProgress
from sam3viz.utils.messages import InputError

FORMAT = 1
"""Of the JSON file; a change of its keys is another number."""
SMALLEST = 0.0005
"""Change of a score that a table with three digits shows."""
NO_EPISODE = "{dataset!r} has no episode that can be scored: no object asked for covers half a cell."


@dataclass(frozen=True)
class ScaleSpread:
    """Whether a variant's scale weights depend on the size of the box."""

    small: float
    """Mean kernel side, in cells of the 7 x 7 ROI, over the smaller half of the boxes."""
    large: float
    """The same over the larger half."""
    difference: Estimate
    """Large minus small."""

    def as_json(self) -> dict[str, Any]:
        return {"small": self.small, "large": self.large, "difference": self.difference.as_json()}

    @classmethod
    def from_json(cls, document: Json) -> ScaleSpread:
        return cls(document["small"], document["large"], read_estimate(document["difference"]))


@dataclass(frozen=True)
class AblationStudy:
    """Everything that the command prints and writes."""

    dataset: str
    pictures: int
    changes: Mapping[str, Mapping[str, Mapping[str, Estimate]]]
    """Variant -> mechanism -> measure -> neutral minus whole; for `HEAT` the largest change over a picture's cells."""
    agreements: Mapping[str, Mapping[str, Estimate]]
    """Variant -> variant -> mean correlation of their logits; each pair once, in screen order."""
    scales: Mapping[str, ScaleSpread]
    settings: Mapping[str, str | int]

    def matters(self, variant: str, mechanism: str) -> bool:
        """Return whether the interval of any score's change leaves out 0, and three digits show the change."""
        changes = [self.changes[variant][mechanism].get(score) for score in SCORES]
        return any(c is not None and c.excludes_zero and abs(c.mean) >= SMALLEST for c in changes)

    @classmethod
    def from_json(cls, document: Json) -> AblationStudy:
        """Return what `to_json` wrote."""
        return cls(
            document["dataset"],
            document["pictures"],
            read_each(partial(read_each, partial(read_each, read_estimate)), document["changes"]),
            read_each(partial(read_each, read_estimate), document["agreements"]),
            read_each(ScaleSpread.from_json, document["scales"]),
            document["settings"],
        )

    def to_json(self, path: Path) -> None:
        """Write everything as plain JSON values."""
        write_json(
            {
                "format": FORMAT,
                "dataset": self.dataset,
                "pictures": self.pictures,
                "settings": dict(self.settings),
                "changes": plain(self.changes),
                "agreements": plain(self.agreements),
                "scales": plain(self.scales),
            },
            path,
        )


def run_study(
    analyzer: Analyzer, dataset: str, tasks: Sequence[ImageTask], seed: int, progress: ReportProgress
) -> AblationStudy:
    """Measure every mechanism of every variant of an analyzer.

    Args:
        seed: drew the episodes, and draws the bootstrap.
        progress: counts pictures; may raise to stop.

    Raises:
        InputError: no episode can be scored.
    """
    parts = list(measure(analyzer, tasks, progress))
    changes = pd.DataFrame([vars(change) for part in parts for change in part.changes])
    agreements = pd.DataFrame([vars(agreement) for part in parts for agreement in part.agreements])
    if changes.empty:
        raise InputError(NO_EPISODE, dataset=dataset)
    settings: dict[str, str | int] = {
        "backbone": analyzer.backbone.identity,
        "weights": analyzer.weights(),
        "seed": seed,
        **versions("torch"),
    }
    return AblationStudy(
        dataset,
        int(changes["image"].nunique()),
        {name: _changes_of(rows, seed) for name, rows in _in_order(changes, "variant")},
        {
            first: {second: _mean(rows, seed).within(-1, 1) for second, rows in _in_order(others, "second")}
            for first, others in _in_order(agreements, "first")
        },
        _spreads(parts, seed),
        settings,
    )


def _changes_of(rows: pd.DataFrame, seed: int) -> dict[str, dict[str, Estimate]]:
    return {
        mechanism: {
            name: _mean(values, seed).within(0, 1) if name == HEAT else _mean(values, seed)
            for name, values in _in_order(of_mechanism, "measure")
        }
        for mechanism, of_mechanism in _in_order(rows, "mechanism")
    }


def _spreads(parts: Iterable[Rows], seed: int) -> dict[str, ScaleSpread]:
    by_variant: dict[str, list[ScaleWeights]] = {}
    for part in parts:
        for row in part.scales:
            by_variant.setdefault(row.variant, []).append(row)
    return {name: _spread(rows, seed) for name, rows in by_variant.items() if len(rows) > 1}


def _spread(rows: list[ScaleWeights], seed: int) -> ScaleSpread:
    ordered = sorted(rows, key=lambda row: row.box_share)
    halves = ordered[: len(ordered) // 2], ordered[len(ordered) // 2 :]
    sides = [[_kernel_side(row) for row in half] for half in halves]
    pictures = [[row.image for row in half] for half in halves]
    difference = independent_difference(sides[1], pictures[1], sides[0], pictures[0], seed)
    small, large = (sum(half) / len(half) for half in sides)
    return ScaleSpread(small, large, difference)


def _kernel_side(row: ScaleWeights) -> float:
    """Mean side of the kernels, by their weights."""
    return sum(weight * side for weight, side in zip(row.weights, ScaleAdaptor.kernels, strict=True))


def _mean(rows: pd.DataFrame, seed: int) -> Estimate:
    return mean_interval(rows["value"].tolist(), rows["image"].tolist(), seed)


def _in_order(rows: pd.DataFrame, column: str) -> list[tuple[str, pd.DataFrame]]:
    """Group by a column, in the order in which its values come first."""
    return [(str(name), group) for name, group in rows.groupby(column, sort=False)] if len(rows) else []
