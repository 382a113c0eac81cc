"""What a small training consists of: which variants, under which schedules, how long; checked before it starts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from sam3viz.bridges import VARIANTS
from sam3viz.training.objective import ALIGNMENT_WEIGHT
from sam3viz.training.schedule import SCHEDULES

STEPS, SCENES = (20, 200), (16, 120)
"""Fewest and most of a training."""
MAX_RUNS = 4

Phase = Literal["pictures", "compose", "encode", "train"]

_SECONDS: dict[Phase, float] = {"pictures": 10.0, "compose": 0.06, "encode": 0.1, "train": 0.35}
"""Rough costs on two cores, of one picture set, scene or step. They weigh the phases against each other; how long the
rest takes is measured while it runs."""


@dataclass(frozen=True)
class Run:
    """One bridge trained once."""

    variant: str
    schedule: str
    alignment_weight: float


@dataclass(frozen=True)
class Plan:
    """What to train: every variant under every schedule with every alignment weight, on the same episodes.

    Raises:
        ValueError: one sentence on what is missing, unknown or beyond the limits.
    """

    variants: tuple[str, ...]
    schedules: tuple[str, ...] = ("progressive",)
    alignment_weights: tuple[float, ...] = (ALIGNMENT_WEIGHT,)
    steps: int = 60
    scenes: int = 48
    seed: int = 0

    def __post_init__(self) -> None:
        _check("variant", self.variants, VARIANTS)
        _check("schedule", self.schedules, SCHEDULES)
        if not self.alignment_weights:
            raise ValueError("There is no alignment weight; choose at least one, 0 to train without alignment.")
        for weight in self.alignment_weights:
            if not 0 <= weight <= 10:
                raise ValueError(f"The alignment weight is {weight:g}; give one from 0 to 10.")
        for name, value, (least, most) in (("steps", self.steps, STEPS), ("scenes", self.scenes, SCENES)):
            if not least <= value <= most:
                raise ValueError(f"There are {value} {name}; a small training takes {least} to {most}.")
        count = len(self.runs)
        if count > MAX_RUNS:
            raise ValueError(
                f"{len(set(self.variants))} variants x {len(set(self.schedules))} schedules x "
                f"{len(set(self.alignment_weights))} alignment weights are {count} runs; choose at most {MAX_RUNS}."
            )

    @property
    def runs(self) -> dict[str, Run]:
        """By name, variants in screen order. A name tells what sets the run apart within this plan."""
        variants = [name for name in VARIANTS if name in self.variants]
        schedules, weights = dict.fromkeys(self.schedules), dict.fromkeys(self.alignment_weights)
        named = {}
        for run in (Run(v, s, w) for v in variants for s in schedules for w in weights):
            parts = [run.variant]
            parts += [run.schedule] if len(schedules) > 1 else []
            parts += [f"alignment {run.alignment_weight:g}"] if len(weights) > 1 else []
            named[", ".join(parts)] = run
        return named

    @property
    def expected_seconds(self) -> float:
        """Very roughly, on two cores, with nothing kept from before."""
        return sum(self.work(self.scenes).values())

    def work(self, scenes: int) -> dict[Phase, float]:
        """Rough seconds of each phase, in order, where ``scenes`` are yet to be made."""
        steps = self.steps * len(self.runs)
        counts = {"pictures": min(scenes, 1), "compose": scenes, "encode": scenes, "train": steps}
        return {phase: seconds * counts[phase] for phase, seconds in _SECONDS.items()}


def _check(kind: str, chosen: tuple[str, ...], known: Collection[str]) -> None:
    if not chosen:
        raise ValueError(f"There is no {kind} to train with; choose at least one of: {', '.join(known)}.")
    for name in chosen:
        if name not in known:
            raise ValueError(f"There is no {kind} {name!r}; choose from: {', '.join(known)}.")
