"""Boxes of the examples on rendered scenes fit the things in them."""

from __future__ import annotations

import json

import pytest

from sam3viz.data.examples import load_examples
from tools.render_pictures import ASSETS
from tools.synthetic_scenes import SCENES, render

ENTRIES = json.loads((ASSETS / "scenes.json").read_text(encoding="utf-8"))
RENDERED = {
    entry["name"]: entry["source"].removeprefix("file:").removesuffix(".webp")
    for entry in ENTRIES
    if entry["source"].startswith("file:")
}


def overlap(a, b) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    return shared / (sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (a, b)) - shared)


def test_every_scene_is_an_example():
    assert set(RENDERED.values()) == set(SCENES)


@pytest.mark.parametrize("name", RENDERED)
def test_boxes_on_rendered_scenes_are_tight_round_one_kind(name):
    _, things = render(RENDERED[name])
    kinds = {1: set(), -1: set()}
    for exemplar in load_examples()[name].exemplars:
        thing = max(things, key=lambda thing: overlap(thing.box, exemplar.box))
        assert overlap(thing.box, exemplar.box) > 0.9
        kinds[exemplar.label].add(thing.kind)
    assert len(kinds[1]) == 1
    assert not kinds[1] & kinds[-1]
