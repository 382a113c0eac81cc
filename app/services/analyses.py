"""Analyses that all sessions share, and what a session analyses with."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Protocol

from app.services.pictures import picture
from sam3viz import Analysis, Analyzer, Exemplar


@cache
def analyzer() -> Analyzer:
    """Return the default backbone with the shipped weights, one for all sessions: it holds nothing of a person."""
    return Analyzer.from_pretrained()


class ModelSource(Protocol):
    """What a browser session analyses with in place of the default backbone and the shipped weights.

    It is part of the key under which analyses are cached.
    """

    @property
    def analyzer(self) -> Analyzer: ...

    def __hash__(self) -> int: ...


@dataclass(frozen=True)
class TrainedWeights:
    """Weights that one browser session trained. Two are equal only if they come from one training."""

    token: str
    """Drawn at random, so that what is cached under it is nobody else's."""
    analyzer: Analyzer = field(compare=False, repr=False)
    variants: tuple[str, ...] = field(compare=False)
    """Those that were trained; the others are as shipped."""


def analyzer_of(source: ModelSource | None) -> Analyzer:
    """Return what a session analyses with; None is the default backbone with the shipped weights."""
    return source.analyzer if source else analyzer()


@lru_cache(maxsize=8)
def analysis_of(path: str, exemplars: tuple[Exemplar, ...], source: ModelSource | None) -> Analysis:
    """Analyse a picture with boxes, or return one of the last few analyses: a panel can then be drawn again at once.

    Raises:
        ValueError: one sentence on what is wrong with the picture or the boxes.
    """
    return analyzer_of(source).analyze(picture(path), list(exemplars))
