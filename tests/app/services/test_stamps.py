from __future__ import annotations

import pytest

from app.services.stamps import fingerprint, stamp_prompt


@pytest.mark.parametrize(("text", "expected"), [("", "811c9dc5"), ("a", "e40c292c"), ("foobar", "bf9cf968")])
def test_a_fingerprint_is_the_published_fnv_1a(text, expected):
    """Test vectors of draft-eastlake-fnv; the browser's fingerprint is held to them too."""
    assert fingerprint(text) == expected


def test_a_stamp_is_what_the_browser_makes_of_the_same():
    """`stamp.test.mjs` has the same case."""
    boxes = [(10.004, 20.0, 33.335, 40.5, 1), (0.0, 1.005, 99.995, 7.25, -1)]
    assert stamp_prompt("folder/图.png", boxes) == "cf829abd.52d8713e"


def test_a_stamp_tells_pictures_boxes_and_signs_apart():
    box = (1.0, 2.0, 3.0, 4.0)
    stamps = {stamp_prompt(path, boxes) for path in ("a", "b") for boxes in ([(*box, 1)], [(*box, -1)], [])}
    assert len(stamps) == 6
    assert stamp_prompt(None, []) == stamp_prompt("", [])
