"""The long table of scores that studies share: a row a score of a variant on an episode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

import pandas as pd


class ScoreRow(TypedDict):
    """One score of one variant on one episode."""

    dataset: str
    image: str
    category: str
    seed: str
    """Name of the set of weights."""
    variant: str
    negative: bool
    """Whether the negative box was drawn; where an episode has none, its rows with it repeat those without."""
    has_negative: bool
    metric: str
    """One of `sam3viz.evaluation.scores.SCORE_NAMES`."""
    value: float


def score_table(rows: Iterable[ScoreRow]) -> pd.DataFrame:
    """Lay the rows out as a long table, one column a field of `ScoreRow`."""
    return long_table(rows, ScoreRow)


def long_table(rows: Iterable[Mapping[str, Any]], row_type: type[Any]) -> pd.DataFrame:
    """Lay rows out as a long table, with all columns even where there are no rows.

    Args:
        row_type: their `TypedDict`; its fields are the columns, in order.
    """
    return pd.DataFrame(list(rows), columns=list(row_type.__annotations__))
