"""Which bridges a dataset cannot tell apart."""

from __future__ import annotations

from collections.abc import Iterator

from sam3viz.studies.bench.formatting import SCORE_LABELS, format_cell
from sam3viz.studies.bench.result import DatasetScores, Differences


def describe_pairs(dataset: DatasetScores) -> str:
    """Name the pairs without a measurable difference, with what was measured, or say that every pair differs.

    A pair has none where the intervals of all its paired differences include 0. Empty where no two bridges were
    compared, or too few pictures leave all differences without an interval.
    """
    measured = list(_measured_pairs(dataset))
    if not measured:
        return ""
    scores = dict.fromkeys(score for _, _, differences in measured for score in differences)
    labels = [SCORE_LABELS[score] for score in scores]
    equal = [
        f"`{first}` and `{second}` ({_numbers(differences)})"
        for first, second, differences in measured
        if not any(difference.excludes_zero for difference in differences.values())
    ]
    if not equal:
        return f"No measurable difference: none, every pair of bridges differs in {' or '.join(labels)}."
    return f"No measurable difference ({' and '.join(labels)}, first minus second bridge): {'; '.join(equal)}."


def _measured_pairs(dataset: DatasetScores) -> Iterator[tuple[str, str, Differences]]:
    """Yield each pair with those of its differences that have an interval; pairs without any are left out."""
    for first, others in dataset.bridge_differences.items():
        for second, differences in others.items():
            measured = {score: difference for score, difference in differences.items() if difference.low is not None}
            if measured:
                yield first, second, measured


def _numbers(differences: Differences) -> str:
    return ", ".join(format_cell(difference, signed=True) for difference in differences.values())
