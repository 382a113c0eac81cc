"""What a small training consists of: which variants, under which schedules, how long; checked before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sam3viz.bridges import VARIANTS
from sam3viz.training.objective import ALIGNMENT_WEIGHT
from sam3viz.training.schedule import SCHEDULES
from sam3viz.utils.messages import InputError

STEPS, SCENES = (20, 200), (16, 120)
"""Fewest and most of a training."""
MAX_RUNS = 4

PICTURES_READ = "Pictures read"
SCENES_COMPOSED = "Scenes composed"
SCENES_ENCODED = "Scenes encoded"
TRAINING_STEPS = "Training steps"
RUNS_REPLAYED = "Runs replayed"

_SECONDS = {PICTURES_READ: 0.3, SCENES_COMPOSED: 0.06, SCENES_ENCODED: 0.1, TRAINING_STEPS: 0.35, RUNS_REPLAYED: 4.0}
"""Rough costs on two cores, of one picture set, scene, step or run. They weigh the phases against each other; how long
the rest takes is measured while it runs."""


@dataclass(frozen=True)
class TrainingRun:
    """One bridge trained once."""

    variant: str
    schedule: str
    alignment_weight: float


def run_names(runs: Sequence[TrainingRun]) -> dict[TrainingRun, str]:
    """Name each run by its variant and by what sets it apart from the others."""
    schedules, weights = {run.schedule for run in runs}, {run.alignment_weight for run in runs}
    names = {}
    for run in runs:
        parts = [run.variant]
        parts += [run.schedule] if len(schedules) > 1 else []
        parts += [f"alignment {run.alignment_weight:g}"] if len(weights) > 1 else []
        names[run] = ", ".join(parts)
    return names


def check_choices(variants: Sequence[str], schedules: Sequence[str], alignment_weights: Sequence[float]) -> None:
    """Raise what is wrong with the settings that bridges are to be trained with.

    Raises:
        InputError: one sentence on what is missing, unknown or beyond the limits.
    """
    if not variants:
        raise InputError(
            "There is no variant to train with; choose at least one of: {known}.", known=", ".join(VARIANTS)
        )
    if not schedules:
        raise InputError(
            "There is no schedule to train with; choose at least one of: {known}.", known=", ".join(SCHEDULES)
        )
    for name in variants:
        if name not in VARIANTS:
            raise InputError(
                "There is no variant {name!r}; choose from: {known}.", name=name, known=", ".join(VARIANTS)
            )
    for name in schedules:
        if name not in SCHEDULES:
            raise InputError(
                "There is no schedule {name!r}; choose from: {known}.", name=name, known=", ".join(SCHEDULES)
            )
    if not alignment_weights:
        raise InputError("There is no alignment weight; choose at least one, 0 to train without alignment.")
    for weight in alignment_weights:
        if not 0 <= weight <= 10:
            raise InputError("The alignment weight is {weight:g}; give one from 0 to 10.", weight=weight)


@dataclass(frozen=True)
class TrainingPlan:
    """What to train: every variant under every schedule with every alignment weight, on the same episodes.

    Raises:
        InputError: one sentence on what is missing, unknown or beyond the limits.
    """

    variants: tuple[str, ...]
    schedules: tuple[str, ...] = ("progressive",)
    alignment_weights: tuple[float, ...] = (ALIGNMENT_WEIGHT,)
    steps: int = 60
    scenes: int = 48
    seed: int = 0

    def __post_init__(self) -> None:
        check_choices(self.variants, self.schedules, self.alignment_weights)
        self._check_extent()

    def _check_extent(self) -> None:
        least, most = STEPS
        if not least <= self.steps <= most:
            raise InputError(
                "There are {count} steps; a small training takes {least} to {most}.",
                count=self.steps, least=least, most=most,
            )  # fmt: skip
        least, most = SCENES
        if not least <= self.scenes <= most:
            raise InputError(
                "There are {count} scenes; a small training takes {least} to {most}.",
                count=self.scenes, least=least, most=most,
            )  # fmt: skip
        if len(self.runs) > MAX_RUNS:
            raise InputError(
                "{variants} variants x {schedules} schedules x {weights} alignment weights are {count} runs; choose at "
                "most {most}.",
                variants=len(set(self.variants)), schedules=len(set(self.schedules)),
                weights=len(set(self.alignment_weights)), count=len(self.runs), most=MAX_RUNS,
            )  # fmt: skip

    @property
    def runs(self) -> dict[str, TrainingRun]:
        """The runs by name, variants in screen order; a name tells what sets the run apart within this plan."""
        variants = [name for name in VARIANTS if name in self.variants]
        schedules, weights = dict.fromkeys(self.schedules), dict.fromkeys(self.alignment_weights)
        names = run_names([TrainingRun(v, s, w) for v in variants for s in schedules for w in weights])
        return {name: run for run, name in names.items()}

    @property
    def expected_seconds(self) -> float:
        """Rough wall time on two cores, with no scene encoded before."""
        return sum(self.work(self.scenes).values())

    @property
    def total_steps(self) -> int:
        """Steps of all runs together."""
        return self.steps * len(self.runs)

    def work(self, scenes: int) -> dict[str, float]:
        """Estimate the seconds of each phase, in order.

        Args:
            scenes: how many are yet to be composed and encoded.

        Returns:
            English phrase for what the phase counts -> seconds.
        """
        counts = {
            PICTURES_READ: min(scenes, 1),
            SCENES_COMPOSED: scenes,
            SCENES_ENCODED: scenes,
            TRAINING_STEPS: self.total_steps,
            RUNS_REPLAYED: len(self.runs),
        }
        return {phase: seconds * counts[phase] for phase, seconds in _SECONDS.items()}
