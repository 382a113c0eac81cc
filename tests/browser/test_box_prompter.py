"""Drives the box drawer by mouse, keys and touch. Coordinates are pixels of the 600 x 400 picture on the page."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from playwright.sync_api import expect

from tests.helpers.box_drawer import (  # noqa: F401 fixtures are found by name
    HEIGHT,
    WIDTH,
    desktop,
    drawer,
    near,
    served,
)

pytestmark = pytest.mark.browser


def test_left_draws_the_chosen_sign_and_right_or_shift_the_other(drawer):
    drawer.draw(50, 50, 150, 120)
    drawer.draw(300, 200, 200, 100, button="right")  # backwards
    drawer.draw(400, 50, 500, 150, keys="Shift")
    drawer.press("2")
    expect(drawer.page.get_by_role("button", name="Negative")).to_have_attribute("aria-pressed", "true")
    assert drawer.draw(60, 60, 100, 100) == near(  # nested
        (50, 50, 150, 120, 1), (200, 100, 300, 200, -1), (400, 50, 500, 150, -1), (60, 60, 100, 100, -1)
    )
    assert drawer.tags() == ["+1", "−2", "−3", "−4"]
    expect(drawer.message).to_have_text("1 positive, 3 negative. Click a box to edit it.")


def test_a_drag_out_of_the_picture_is_clamped(drawer):
    assert drawer.draw(500, 300, 700, 460) == near((500, 300, WIDTH, HEIGHT, 1))
    assert drawer.draw(100, 90, -60, -40)[1] == near((0, 0, 100, 90, 1))[0]


def test_nothing_is_sent_while_dragging_and_the_size_is_shown(drawer):
    mouse = drawer.page.mouse
    mouse.move(*drawer.at(100, 100))
    mouse.down()
    mouse.move(*drawer.at(300, 200), steps=8)
    size = drawer.page.locator(".size").inner_text()
    assert [float(side) for side in size.removesuffix(" px").split(" × ")] == pytest.approx([200, 100], abs=2)
    drawer.nothing()
    drawer.press("Escape")
    mouse.up()
    drawer.nothing()
    assert drawer.tags() == []


def test_a_press_without_a_drag_is_a_click_and_a_sliver_is_refused(drawer):
    drawer.click(200, 200)
    drawer.nothing()
    drawer.drag(100, 100, 300, 101)
    expect(drawer.message).to_have_text("That box is too thin. Drag a larger one.")
    drawer.nothing()


def test_click_selects_the_smallest_box_and_its_drag_moves_it(drawer):
    drawer.draw(100, 100, 400, 300)
    drawer.draw(150, 150, 250, 250, button="right")
    drawer.click(200, 200)
    assert drawer.selected() == "−2"
    expect(drawer.message).to_contain_text("Box 2 of 2, negative, 100 ×")
    drawer.drag(200, 200, 230, 190)
    assert drawer.boxes()[1] == near((180, 140, 280, 240, -1))[0]
    drawer.click(350, 280)
    assert drawer.selected() == "+1"
    drawer.drag(350, 280, 900, 280)  # stops at the border and keeps its size
    assert drawer.boxes()[0] == near((300, 100, 600, 300, 1))[0]
    drawer.click(50, 50)
    assert drawer.selected() == ""
    drawer.nothing()


@pytest.mark.parametrize(
    ("edges", "by", "expected"),
    [
        ("nw", (-20, 10), (180, 110, 400, 300, 1)),
        ("n", (30, -20), (200, 80, 400, 300, 1)),
        ("e", (50, 30), (200, 100, 450, 300, 1)),
        ("se", (-60, 40), (200, 100, 340, 340, 1)),
        ("w", (900, 0), (399, 100, 400, 300, 1)),  # an edge stops one pixel before the opposite one
    ],
)
def test_handles_resize(drawer, edges, by, expected):
    drawer.draw(200, 100, 400, 300)
    drawer.click(300, 200)
    assert drawer.page.locator(".handle").count() == 8
    x = {"w": 200, "e": 400}.get(edges[-1], 300)
    y = {"n": 100, "s": 300}.get(edges[0], 200)
    drawer.drag(x, y, x + by[0], y + by[1])
    assert drawer.boxes() == near(expected)


def test_every_change_can_be_undone_and_redone(drawer):
    states = [drawer.draw(50, 50, 150, 120), drawer.draw(200, 100, 300, 200)]
    drawer.click(100, 100)
    drawer.drag(100, 100, 120, 100)
    states += [drawer.boxes(), *drawer.type("x", "Delete")]
    drawer.button("clear")
    states.append(drawer.boxes())
    assert states[3] == near((70, 50, 170, 120, -1), (200, 100, 300, 200, 1))
    assert states[4:] == [near((200, 100, 300, 200, 1)), []]
    assert drawer.type("z", "Control+z", "Meta+z", "z", "z", "z") == [*states[-2::-1], []]
    assert drawer.type("Shift+Z", "Control+y", "Control+Shift+Z") == states[:3]
    drawer.draw(400, 300, 500, 380)
    expect(drawer.page.locator("[data-action=redo]")).to_be_disabled()


def test_a_new_box_is_selected_and_can_be_changed_at_once(drawer):
    drawer.drag(50, 50, 150, 150)
    drawer.drag(200, 50, 300, 150)
    drawer.heard({"change": 2, "input": 2})
    assert drawer.selected() == "+2"
    assert drawer.type("x", "Delete") == [
        near((50, 50, 150, 150, 1), (200, 50, 300, 150, -1)),
        near((50, 50, 150, 150, 1)),
    ]


def test_undo_leads_back_over_pictures(drawer):
    (box,) = drawer.draw(50, 50, 150, 120)
    drawer.page.get_by_role("button", name="other").click()
    ((_, other),) = drawer.heard({"change": 1})
    expect(drawer.message).to_have_text("1 positive, 1 negative. Click a box to edit it.")
    drawer.press("z")
    *_, (_, back) = drawer.heard({"change": 1, "undo": 1})
    assert [astuple(one) for one in back.boxes] == [box]
    assert back.image != other.image
    assert drawer.type("z") == [[]], "the steps before are still there"
    drawer.press("Shift+Z")
    drawer.boxes()
    drawer.press("Shift+Z")
    *_, (_, forth) = drawer.heard({"change": 1, "undo": 1})
    assert forth == other


def test_a_box_is_removed_by_its_cross_or_a_key(drawer):
    drawer.draw(50, 50, 150, 150)
    drawer.draw(200, 50, 300, 150)
    drawer.press("Backspace")
    drawer.nothing()
    drawer.click(100, 100)
    drawer.page.locator(".remove").click()
    assert drawer.boxes() == near((200, 50, 300, 150, 1))
    drawer.click(250, 100)
    drawer.press("Backspace")
    assert drawer.boxes() == []


def test_keyboard_alone_selects_nudges_and_leaves(drawer):
    drawer.draw(50, 50, 150, 150)
    (x0, y0, *_), second = drawer.draw(200, 50, 300, 150)
    drawer.press("Tab")
    _, (moved, other) = drawer.type("ArrowRight", "Shift+ArrowDown")
    assert moved[:2] == pytest.approx((x0 + 1, y0 + 10))
    assert other == second
    keyboard = drawer.page.keyboard
    for _ in range(5):  # a held key repeats and is one gesture
        keyboard.down("ArrowLeft")
    drawer.nothing()
    keyboard.up("ArrowLeft")
    assert drawer.boxes()[0][0] == pytest.approx(x0 - 4)
    drawer.press("Tab")
    assert drawer.selected() == "+2"
    drawer.press("Tab")
    assert drawer.selected() == ""
    assert not drawer.page.locator(".stage").evaluate("stage => stage === document.activeElement")
    drawer.nothing()


def test_help_opens_and_escape_closes(drawer):
    card = drawer.page.locator(".help")
    drawer.press("?")
    expect(card).to_contain_text("Right drag, Shift + drag")
    drawer.press("Escape")
    expect(card).to_be_hidden()


def test_keys_in_a_text_field_are_left_alone(drawer):
    drawer.draw(50, 50, 150, 150)
    drawer.page.get_by_label("typing").click()
    drawer.page.keyboard.type("z2x?")
    expect(drawer.page.get_by_label("typing")).to_have_value("z2x?")
    expect(drawer.page.get_by_role("button", name="Positive")).to_have_attribute("aria-pressed", "true")
    drawer.nothing()
    assert drawer.tags() == ["+1"]
