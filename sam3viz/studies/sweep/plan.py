"""What a sweep trains: every variant with every alignment weight under every schedule, once a seed."""

from __future__ import annotations

from dataclasses import dataclass

from sam3viz.bridges import VARIANTS, Bridge, in_screen_order
from sam3viz.training.plan import TrainingRun, check_choices
from sam3viz.utils.messages import InputError


@dataclass(frozen=True)
class SweepRun:
    """One training of one bridge."""

    setting: TrainingRun
    seed: int
    """Draws the bridge's first weights and the episodes; the scenes are the same for all seeds."""

    @property
    def name(self) -> str:
        """What a folder of it is called: the setting whole, so that another sweep finds it there."""
        setting = self.setting
        return f"{setting.variant}-{setting.alignment_weight}-{setting.schedule}-{self.seed}"


@dataclass(frozen=True)
class SweepPlan:
    """The values of every setting; what is given twice counts once.

    Raises:
        InputError: one sentence on what is missing, unknown or beyond the limits.
    """

    variants: tuple[str, ...]
    alignment_weights: tuple[float, ...]
    schedules: tuple[str, ...]
    """The first is the one that the others are compared with."""
    seeds: tuple[int, ...]

    def __post_init__(self) -> None:
        check_choices(self.variants, self.schedules, self.alignment_weights)
        if not self.seeds:
            raise InputError("There is no seed to train with; give at least one.")
        for seed in self.seeds:
            if not 0 <= seed < 2**32:
                raise InputError("The seed is {seed}; give one from 0 to {most}.", seed=seed, most=2**32 - 1)
        if len(set(self.alignment_weights)) > 1:
            for name in self.variants:
                if not _heeds_alignment_weight(name):
                    raise InputError(
                        "The alignment weight changes nothing for {name!r}: leave the variant out, or give one weight.",
                        name=name,
                    )

    @property
    def settings(self) -> list[TrainingRun]:
        """The combinations: variants in screen order, schedules as given, weights from the smallest on."""
        return [
            TrainingRun(variant, schedule, weight)
            for variant in in_screen_order(self.variants)
            for schedule in dict.fromkeys(self.schedules)
            for weight in sorted(set(self.alignment_weights))
        ]

    @property
    def runs(self) -> list[SweepRun]:
        """The trainings, all seeds of a setting after each other."""
        return [SweepRun(setting, seed) for setting in self.settings for seed in dict.fromkeys(self.seeds)]


def _heeds_alignment_weight(variant: str) -> bool:
    """Return whether a variant has both losses: then the weight of one against the other matters."""
    bridge = VARIANTS[variant]
    return bridge.detects and bridge.loss is not Bridge.loss
