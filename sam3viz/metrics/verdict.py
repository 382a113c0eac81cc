"""What a picture shows, decided from its numbers: the page only puts it into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sam3viz.bridges import UNBRIDGED, reference_lines
from sam3viz.types import VariantResult

AT_CHANCE = 0.25
"""From this share of the probes on, a median rank counts as chance (1/2 is chance itself)."""
CLOSE = 0.3
"""Matched minus mismatched cosine from which an instance counts as close to its own region."""


@dataclass(frozen=True)
class Standing:
    """Where one variant's instances stand: matched and mismatched cosine, median rank of the own region."""

    name: str
    matched: float
    mismatched: float
    rank: float

    @property
    def contrast(self) -> float:
        return self.matched - self.mismatched


@dataclass(frozen=True)
class Verdict:
    """The unbridged encoder's state, and the bridge that comes nearest to the visual features."""

    state: Literal["chance", "apart", "close"]
    baseline: Standing
    nearest: Standing | None
    probes: int
    found: Mapping[str, int]
    """Number of detections a variant."""


def verdict(variants: Mapping[str, VariantResult]) -> Verdict | None:
    """Judge by the probe boxes; None where `baseline` did not run.

    "chance": the median rank is that of a blind guess; "apart": better, but matched pairs are hardly more alike than
    mismatched ones; else "close".
    """
    if UNBRIDGED not in variants:
        return None
    baseline = _standing(UNBRIDGED, variants[UNBRIDGED])
    standing = [_standing(name, result) for name, result in variants.items() if name not in reference_lines()]
    probes = len(variants[UNBRIDGED].probe_exemplar)
    state: Literal["chance", "apart", "close"]
    if baseline.rank > AT_CHANCE * probes:
        state = "chance"
    elif baseline.contrast < CLOSE:
        state = "apart"
    else:
        state = "close"
    nearest = max(standing, key=lambda s: s.contrast, default=None)
    return Verdict(state, baseline, nearest, probes, {name: len(r.detections) for name, r in variants.items()})


def _standing(name: str, result: VariantResult) -> Standing:
    m = result.metrics
    return Standing(name, m["matched_cosine"], m["mismatched_cosine"], m["retrieval_rank"])
