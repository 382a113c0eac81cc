"""How the bench's numbers are written: the names of scores, and means with their intervals."""

from __future__ import annotations

from sam3viz.evaluation.estimate import Estimate

RANKING_SCORE = "patch_ap"
"""The score that variants are ranked by, and the gap is put beside."""
SCORE_LABELS = {
    "patch_ap": "patch AP",
    "ap_vs_objects": "AP vs. objects",
    "ap_not_person": "AP without people",
    "peak_recall": "peak recall",
    "count_error": "count error",
    "box_ap50": "box AP@50",
    "box_ap": "box AP",
}


def format_cell(estimate: Estimate, signed: bool = False) -> str:
    """Write a mean with its interval, where it has one."""
    mean = format_short(estimate.mean, 3, signed)
    if estimate.low is None or estimate.high is None:
        return mean
    return f"{mean} [{format_short(estimate.low, 2, signed)}, {format_short(estimate.high, 2, signed)}]"


def format_short(value: float, digits: int, signed: bool = False) -> str:
    """Write a number without the zero before the point, as averages in 0..1 are printed."""
    text = f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if text.lstrip("+-").startswith("0.") else text
