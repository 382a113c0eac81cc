"""What is drawn is where it is said to be, and the same each time."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tools.renderer import HEIGHT, WIDTH
from tools.synthetic_scenes import SCENES, TRANSFER_SCENES, render

NAMES = [*SCENES, *TRANSFER_SCENES]


@pytest.fixture(scope="module")
def rendered():
    return {name: render(name) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_rendering_is_deterministic(name, rendered):
    picture, things = render(name)
    assert things == rendered[name][1]
    assert picture.tobytes() == rendered[name][0].tobytes()


@pytest.mark.parametrize("name", NAMES)
def test_things_lie_inside_and_apart(name, rendered):
    picture, things = rendered[name]
    assert picture.mode == "RGB"
    assert picture.size == (WIDTH, HEIGHT)
    boxes = np.array([thing.box for thing in things])
    assert boxes.min() >= 0
    assert (boxes[:, 2:] <= picture.size).all()
    assert ((boxes[:, 2:] - boxes[:, :2]) > 20).all()
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    for index, (x, y) in enumerate(centres):
        holds = (boxes[:, 0] <= x) & (x <= boxes[:, 2]) & (boxes[:, 1] <= y) & (y <= boxes[:, 3])
        assert holds.sum() == 1, things[index]


def test_what_the_sentences_count(rendered):
    count = {name: Counter(thing.kind for thing in things) for name, (_, things) in rendered.items()}
    assert count["marbles"]["blue marble"] == 9
    assert count["drawer"]["red button"] == 10
    assert len(count["drawer"]) == 6
    assert set(count["clocks"]) == {"clock at 4", "clock at 8"}
    assert set(count["mirrors"]) == {"tile", "mirrored tile"}
    assert count["marbles again"] == count["marbles"]
    assert rendered["marbles again"][1] != rendered["marbles"][1]
    assert count["table"]["blue marble"] == 5


def test_boxes_hold_the_colours_of_their_kind(rendered):
    picture, things = rendered["marbles"]
    pixels = np.asarray(picture).astype(int)
    lead = {"blue marble": [], "amber marble": [], "die": []}
    for thing in things:
        x0, y0, x1, y1 = (int(value) for value in thing.box)
        red, _, blue = pixels[y0:y1, x0:x1].mean((0, 1))
        lead.get(thing.kind, []).append(blue - red)
    assert min(lead["blue marble"]) > 30
    assert max(lead["amber marble"]) < -30
    assert np.abs(lead["die"]).max() < 30


def test_a_box_is_tight(rendered):
    picture, things = rendered["clocks"]
    pixels = np.asarray(picture).astype(int)
    for thing in things:
        x0, y0, x1, y1 = (round(value) for value in thing.box)
        middle = (y0 + y1) // 2
        inside, outside = pixels[middle, x0 + 3], pixels[middle, x0 - 4]
        assert outside.sum() - inside.sum() > 100  # a dark rim on a light wall, on the side that the lamp lights
        assert x1 - x0 == pytest.approx(y1 - y0, abs=1)


def test_the_two_clocks_differ_in_a_hand_alone(rendered):
    picture, things = rendered["clocks"]
    faces = {"clock at 4": [], "clock at 8": []}
    for thing in things:
        x0, y0 = thing.box[:2]
        face = picture.crop((round(x0), round(y0), round(x0) + 90, round(y0) + 90)).resize((30, 30))
        faces[thing.kind].append(np.asarray(face.convert("L")).astype(float))
    four, eight = (np.mean(faces[kind], axis=0) for kind in faces)
    changed = np.abs(four - eight) > 50
    assert 4 < changed.sum() < 60
    assert changed[15:, 15:].any()  # four o'clock points to the lower right
    assert changed[15:, :15].any()
    assert not changed[:12].any()


def test_an_unknown_scene_is_named():
    with pytest.raises(ValueError, match="no scene 'sea'; choose one of marbles"):
        render("sea")
