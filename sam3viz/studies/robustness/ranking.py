"""Variants from the best to the worst, each beside the reference variant over the same pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from sam3viz.bridges import VISUAL_REFERENCE
from sam3viz.evaluation.estimate import Estimate
from sam3viz.evaluation.intervals import mean_interval, paired_difference

NOT_ENOUGH_SAMPLES = "not enough samples"
"""Written in place of a number that there are too few pictures for."""


@dataclass(frozen=True)
class RankedVariant:
    """What a variant reached, and how that compares with `VISUAL_REFERENCE`."""

    estimate: Estimate
    to_reference: Estimate | None = None
    """Paired difference to the reference over the same pictures; None for the reference itself, or without it."""

    @property
    def significant(self) -> bool:
        """Whether the interval of the paired difference leaves out 0."""
        return self.to_reference is not None and self.to_reference.excludes_zero


Ranking = Mapping[str, RankedVariant]
"""By variant, the highest mean first."""


def rank_variants(values: Mapping[str, pd.Series], bounds: tuple[float, float], seed: int) -> Ranking:
    """Rank variants from the highest mean to the lowest.

    Args:
        values: variant -> a value a picture; the pictures are the same for all and in the same order.
        bounds: where a value can lie; no interval reaches further.
        seed: of the bootstrap over pictures.
    """
    return {
        name: RankedVariant(estimate_mean(values[name], bounds, seed), _compare_to_reference(values, name, seed))
        for name in sorted(values, key=lambda name: -values[name].mean())
    }


def estimate_mean(values: pd.Series, bounds: tuple[float, float], seed: int) -> Estimate:
    """Average values over the pictures of their index, within ``bounds``."""
    return mean_interval(values.to_list(), values.index.to_list(), seed).within(*bounds)


def find_winner(ranking: Ranking) -> str | None:
    """Return the first variant, where it is significantly above the reference."""
    name, first = next(iter(ranking.items()))
    above = first.to_reference is not None and first.to_reference.mean > 0
    return name if first.significant and above else None


def format_ranked(variant: RankedVariant, too_few: str = NOT_ENOUGH_SAMPLES) -> str:
    """Write ``mean* [low, high]``, with the star where it is significant; ``too_few`` where there is no mean."""
    if math.isnan(variant.estimate.mean):
        return too_few
    mean, bracket, interval = format(variant.estimate, ".2f").partition(" [")
    return f"{mean}{'*' if variant.significant else ''}{bracket}{interval}"


def _compare_to_reference(values: Mapping[str, pd.Series], name: str, seed: int) -> Estimate | None:
    if name == VISUAL_REFERENCE or VISUAL_REFERENCE not in values:
        return None
    own = values[name]
    return paired_difference(own.to_list(), values[VISUAL_REFERENCE].to_list(), own.index.to_list(), seed)
