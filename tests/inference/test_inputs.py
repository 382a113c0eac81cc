"""Any four numbers end as a box that can be used, or as one sentence."""

from __future__ import annotations

import inspect
import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from sam3viz.data.images import load_image
from sam3viz.inference import inputs as module
from sam3viz.inference.inputs import MAX_EXEMPLARS, MIN_SIDE
from sam3viz.types import Exemplar

SIZE = (64, 48)
IMAGE = Image.new("RGB", SIZE, "grey")
make_scene = inspect.unwrap(module.make_scene)  # as in production, where no type check comes before our sentences
NEAR = st.floats(-20, 90) | st.integers(-20, 90).map(float)
ANY = st.floats() | NEAR


def exemplar(box, label=1) -> Exemplar:
    """Unchecked, as a user's would be."""
    made = object.__new__(Exemplar)
    object.__setattr__(made, "box", box)
    object.__setattr__(made, "label", label)
    return made


def refused(exemplars, reference=None) -> str:
    with pytest.raises(ValueError, match=r"^[A-Z].*; .*\.$") as caught:
        make_scene(IMAGE, exemplars, reference)
    return str(caught.value)


@given(st.tuples(ANY, ANY, ANY, ANY), st.sampled_from([1, -1]))
@example((64.0, 0.0, 70.0, 9.0), 1)
@example((0.0, 0.0, 1.0, 1.0), 1)
@example((-0.0, 63.5, 1e308, -1e308), -1)
def test_any_box_is_made_usable_or_refused_in_a_sentence(box, label):
    scene, message = None, ""
    try:
        scene = make_scene(IMAGE, [exemplar((0, 0, 9, 9)), exemplar(box, label)])
    except ValueError as error:
        message = str(error)
    if scene is None:
        assert re.fullmatch(r"Exemplar 2 .*; .*\.", message)
        return
    (x0, y0, x1, y1), kept = scene.exemplars[1].box, scene.exemplars[1].label
    assert x0 >= 0
    assert x1 - x0 >= MIN_SIDE
    assert x1 <= SIZE[0]
    assert y0 >= 0
    assert y1 - y0 >= MIN_SIDE
    assert y1 <= SIZE[1]
    assert kept == label
    assert make_scene(scene.image, scene.exemplars).exemplars == scene.exemplars
    assert make_scene(scene.image, scene.exemplars).warnings == ()


@given(st.tuples(st.floats(0, 60), st.floats(0, 44), st.floats(2, 64), st.floats(2, 48)))
def test_the_order_of_corners_does_not_matter(numbers):
    x0, y0, x1, y1 = numbers
    scenes = []
    for box in [(x0, y0, x1, y1), (x1, y1, x0, y0), (x1, y0, x0, y1)]:
        try:
            scenes.append(make_scene(IMAGE, [exemplar(box)]).exemplars)
        except ValueError:
            scenes.append(None)
    assert scenes[0] == scenes[1] == scenes[2]


def test_reversed_corners_are_put_in_order_silently():
    scene = make_scene(IMAGE, [exemplar((30, 40, 10, 20))])
    assert scene.exemplars[0].box == (10, 20, 30, 40)
    assert scene.warnings == ()


def test_clipping_is_said():
    scene = make_scene(IMAGE, [exemplar((5, 5, 10, 10)), exemplar((50, -8, 99, 30))])
    assert scene.exemplars[1].box == (50, 0, 64, 30)
    assert len(scene.warnings) == 1
    assert "Exemplar 2 at (50, -8, 99, 30)" in scene.warnings[0]
    assert "64 x 48" in scene.warnings[0]


@pytest.mark.parametrize(
    ("box", "says"),
    [
        ((70, 5, 90, 20), "outside the 64 x 48"),
        ((-9, 5, -1, 20), "outside"),
        ((5, 5, 5, 20), "less than 1 pixel"),
        ((5, 5, 20, 5.9), "less than 1 pixel"),
        ((63.5, 5, 90, 20), "less than 1 pixel"),
        ((float("nan"), 5, 9, 9), "nan"),
        ((5, 5, float("inf"), 9), "inf"),
        ((5, 5, 9), "four numbers"),
        (("a", 5, 9, 9), "four numbers"),
        (None, "four numbers"),
    ],
)
def test_a_box_that_cannot_be_used_is_named(box, says):
    message = refused([exemplar((0, 0, 9, 9)), exemplar(box)])
    assert message.startswith("Exemplar 2 ")
    assert says in message


@pytest.mark.parametrize("label", [0, 2, "1", None, 0.5, float("nan")])
def test_labels_other_than_plus_and_minus_one(label):
    assert f"label {label!r}" in refused([exemplar((0, 0, 9, 9), label)])


def test_numpy_numbers_become_plain_ones():
    made = make_scene(IMAGE, [exemplar(tuple(np.float32([1, 2, 30, 40])), np.int64(1))]).exemplars[0]
    assert [type(value) for value in made.box] == [float] * 4
    assert type(made.label) is int


def test_there_must_be_a_positive_box():
    assert "at least one positive box" in refused([])
    assert "at least one positive box" in refused([exemplar((0, 0, 9, 9), -1)] * 2)


def test_number_of_boxes():
    one = exemplar((0, 0, 9, 9))
    assert len(make_scene(IMAGE, [one] * MAX_EXEMPLARS).exemplars) == MAX_EXEMPLARS  # twins are kept
    assert "33 boxes" in refused([one] * (MAX_EXEMPLARS + 1))


def test_only_exemplars():
    assert "tuple" in refused([(0, 0, 9, 9)])


def test_boxes_are_in_the_frame_of_the_reference():
    reference = Image.new("L", (200, 100), 80)
    scene = make_scene(IMAGE, [exemplar((100, 50, 220, 90))], reference)
    assert scene.exemplars[0].box == (100, 50, 200, 90)
    assert scene.drawn_on.size == (200, 100)
    assert scene.drawn_on.mode == "RGB"
    assert "200 x 100" in scene.warnings[0]


def test_what_a_picture_lost_is_a_warning():
    clear = np.zeros((48, 64, 4), np.uint8)
    box = [exemplar((0, 0, 9, 9))]
    for source in (clear, load_image(clear)):
        assert make_scene(source, box).warnings == ("Picture: transparent areas were laid on white.",)
    assert make_scene(IMAGE, box, clear).warnings == ("Reference picture: transparent areas were laid on white.",)
