from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from sam3viz.evaluation.pareto import pareto_front

QUALITY = st.one_of(st.integers(0, 5).map(float), st.just(math.nan))


@given(st.dictionaries(st.integers(), st.tuples(QUALITY, QUALITY), max_size=14))
def test_the_front_is_what_a_slow_loop_finds_undominated(points):
    known = {name: point for name, point in points.items() if not any(map(math.isnan, point))}
    undominated = set()
    for name, (first, second) in known.items():
        beaten = False
        for other in known.values():
            if other[0] >= first and other[1] >= second and other != (first, second):
                beaten = True
        if not beaten:
            undominated.add(name)
    front = pareto_front(points)
    assert len(front) == len(set(front))
    assert set(front) == undominated
    assert [known[name] for name in front] == sorted((known[name] for name in front), reverse=True)


def test_without_points_there_is_no_front():
    assert pareto_front({}) == []
    assert pareto_front({"a": (math.nan, 1.0)}) == []


def test_infinitely_bad_is_still_on_the_front_if_alone():
    assert pareto_front({"a": (0.0, -math.inf), "b": (0.0, -math.inf)}) == ["a", "b"]
