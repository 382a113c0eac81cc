"""The long table of scores that studies share, a row a score of a variant on an episode, and tables as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

import pandas as pd

NO_VALUE = "–"
"""Stands in a table where there is no number."""


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


def to_markdown(table: pd.DataFrame) -> str:
    """Write a table of text as Markdown, the first column left-aligned."""
    lines = [list(table.columns), ["---", *["--:"] * (len(table.columns) - 1)], *table.to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
