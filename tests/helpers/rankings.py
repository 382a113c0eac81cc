"""Small rankings made by hand."""

from __future__ import annotations

from sam3viz.evaluation.estimate import Estimate
from sam3viz.studies.robustness.ranking import RankedVariant, Ranking


def ranked(
    mean: float, to_reference: float | None = None, significant: bool = False, reach: float | None = 0.1
) -> RankedVariant:
    """A variant at ``mean`` +- ``reach``; the interval of its difference to the reference leaves out 0 or does not."""
    low, high = (None, None) if reach is None else (mean - reach, mean + reach)
    estimate = Estimate(mean, low, high, 5)
    if to_reference is None:
        return RankedVariant(estimate)
    half = abs(to_reference) * (0.5 if significant else 2.0)
    return RankedVariant(estimate, Estimate(to_reference, to_reference - half, to_reference + half, 5))


CLEAR: Ranking = {"unified": ranked(0.7, 0.2, True), "raw": ranked(0.5), "baseline": ranked(0.1, -0.4, True)}
UNCLEAR: Ranking = {"unified": ranked(0.7, 0.2), "raw": ranked(0.5), "baseline": ranked(0.1, -0.4, True)}
RAW_FIRST: Ranking = {"raw": ranked(0.5), "baseline": ranked(0.1, -0.4, True)}
