"""Who is first, who is significantly so, and how that is written."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from sam3viz.studies.robustness.ranking import NOT_ENOUGH_SAMPLES, find_winner, format_ranked, rank_variants
from tests.helpers.rankings import CLEAR, RAW_FIRST, UNCLEAR, ranked


@pytest.mark.parametrize(("sign", "spread", "significant"), [(1, 0.1, True), (-1, 0.1, True), (1, 10.0, False)])
def test_significant_is_an_interval_without_zero_on_either_side(sign, spread, significant):
    raw = pd.Series([0.5, 0.1, 0.3, 0.9], list("abcd"))
    other = raw + sign * (1 + spread * pd.Series([-1, 1, -1, 1], raw.index))
    assert rank_variants({"raw": raw, "unified": other}, (-99.0, 99.0), 0)["unified"].significant is significant


def test_without_raw_nothing_is_compared_with_it():
    (unified,) = rank_variants({"unified": pd.Series([0.1, 0.2, 0.3], list("abc"))}, (0.0, 1.0), 0).values()
    assert unified.to_reference is None
    assert not unified.significant


@pytest.mark.parametrize(("ranking", "name"), [(CLEAR, "unified"), (UNCLEAR, None), (RAW_FIRST, None)])
def test_who_wins_is_first_and_clearly_above_raw(ranking, name):
    assert find_winner(ranking) == name


def test_clearly_below_raw_does_not_win_without_raw_in_front():
    assert find_winner({"baseline": ranked(0.1, -0.4, significant=True)}) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (ranked(0.5), "0.50 [0.40, 0.60]"),
        (ranked(0.5, 0.2, significant=True), "0.50* [0.40, 0.60]"),
        (ranked(0.5, reach=None), "0.50"),
        (ranked(-0.001, reach=None), "0.00"),
        (ranked(math.nan), NOT_ENOUGH_SAMPLES),
    ],
)
def test_a_number_is_written_with_its_interval_and_star(value, text):
    assert format_ranked(value) == text
