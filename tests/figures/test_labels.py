from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sam3viz.figures.labels import Box, NamedPoint, place_labels

WIDTH, HEIGHT = 310.0, 330.0
NAMES = ("raw", "surround", "baseline", "contrastive", "distillation", "unified", "multilevel", "adaptive")
PLACE = st.tuples(st.floats(0, WIDTH), st.floats(0, HEIGHT))


def bare(name: str, x: float, y: float) -> NamedPoint:
    return NamedPoint(name, x, y, (x, x), (y, y))


def boxes(points: list[NamedPoint]) -> list[Box]:
    return [point.label_box(offset) for point, offset in zip(points, place_labels(points, WIDTH, HEIGHT), strict=True)]


def apart(one: Box, other: Box) -> bool:
    return one.right <= other.left or other.right <= one.left or one.bottom <= other.top or other.bottom <= one.top


@pytest.mark.parametrize("spread", [0.0, 4.0])
def test_names_of_points_that_meet_do_not_cover_one_another(spread):
    points = [bare(name, 150 + spread * i, 150 - spread * i) for i, name in enumerate(NAMES)]
    for one, other in combinations(boxes(points), 2):
        assert apart(one, other)


@settings(max_examples=25, deadline=None)
@given(PLACE)
def test_a_lone_name_stands_inside_beside_its_point(place):
    (box,) = boxes([bare("distillation", *place)])
    assert 0 <= box.left <= box.right <= WIDTH
    assert 0 <= box.top <= box.bottom <= HEIGHT
    assert apart(box, Box.around(*place, 15, 15))
    assert max(box.left - place[0], place[0] - box.right, box.top - place[1], place[1] - box.bottom) < 60


def test_a_name_keeps_off_the_bars():
    crossed = NamedPoint("unified", 150, 150, (60, 240), (60, 240))
    (box,) = boxes([crossed])
    assert apart(box, Box(60, 149, 240, 151))
    assert apart(box, Box(149, 60, 151, 240))


def test_overlap_is_the_common_area():
    assert Box(0, 0, 4, 3).overlap(Box(2, 1, 9, 9)) == 2 * 2
    assert Box(0, 0, 1, 1).overlap(Box(1, 0, 2, 1)) == 0
