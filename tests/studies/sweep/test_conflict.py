from __future__ import annotations

from dataclasses import astuple

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sam3viz.figures.training_curves import GRADIENT_COSINE
from sam3viz.studies.sweep.conflict import WHOLE, run_conflicts

COSINES = st.lists(st.one_of(st.none(), st.floats(-1, 1)), min_size=1, max_size=20)


def history(**cosines: list[float | None]) -> pd.DataFrame:
    """A row a step; None where nobody looked."""
    keys = {name: GRADIENT_COSINE if name == WHOLE else f"{GRADIENT_COSINE}/{name}" for name in cosines}
    rows = [
        {"step": step, "total": 1.0} | {keys[name]: values[step] for name, values in cosines.items()}
        for step in range(len(next(iter(cosines.values()))))
    ]
    return pd.DataFrame([{key: value for key, value in row.items() if value is not None} for row in rows])


def test_shares_are_those_counted_by_hand():
    found = run_conflicts(history(whole=[-0.5, None, 0.25, None, -0.25], adapter=[0.5, None, 0.0, None, -0.5]))
    assert list(found) == [WHOLE, "adapter"]
    assert astuple(found[WHOLE]) == pytest.approx((3, 2 / 3, -0.5 / 3))
    assert astuple(found["adapter"]) == pytest.approx((3, 1 / 3, 0.0))  # a cosine of 0 is no conflict


@given(COSINES)
def test_only_looks_count(cosines):
    looked = [value for value in cosines if value is not None]
    found = run_conflicts(history(whole=cosines))
    if not looked:
        assert found == {}
    else:
        assert found[WHOLE].looks == len(looked)
        assert found[WHOLE].share == pytest.approx(sum(value < 0 for value in looked) / len(looked))
        assert found[WHOLE].cosine == pytest.approx(sum(looked) / len(looked), abs=1e-12)


def test_without_a_look_there_is_nothing_to_tell():
    assert run_conflicts(pd.DataFrame({"step": [1, 2], "total": [1.0, 0.5]})) == {}
