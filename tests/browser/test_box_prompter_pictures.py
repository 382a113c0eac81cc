"""Drives the box drawer by mouse, keys and touch. Coordinates are pixels of the 600 x 400 picture on the page."""

from __future__ import annotations

import base64
from dataclasses import astuple
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.helpers.box_drawer import (  # noqa: F401 fixtures are found by name
    HEIGHT,
    LIMIT,
    SEND,
    WIDTH,
    choose,
    desktop,
    drawer,
    mobile,
    near,
    orientation,
    phone,
    picture,
    refuse,
    served,
    touch,
)

pytestmark = pytest.mark.browser


def test_one_box_too_many_is_refused_and_the_others_stay(drawer):
    for i in range(LIMIT):
        drawer.draw(20 + 100 * i, 50, 90 + 100 * i, 150)
    drawer.drag(20, 200, 90, 300)
    expect(drawer.message).to_contain_text(f"There are already {LIMIT} boxes")
    drawer.nothing()
    assert len(drawer.tags()) == LIMIT


def test_a_refusal_by_the_server_loses_nothing(drawer):
    drawer.draw(50, 50, 150, 150)
    drawer.page.get_by_role("button", name="refuse").click()
    expect(drawer.page.get_by_text("1 boxes are refused")).to_be_visible()
    drawer.drag(200, 50, 300, 150)
    assert len(drawer.boxes()) == 2


def test_an_opened_picture_arrives_as_it_is_and_clears_the_boxes(drawer):
    drawer.draw(50, 50, 150, 150)
    data = picture(300, 200, "JPEG", exif=orientation(6))
    choose(drawer, "turned.jpg", data, "image/jpeg")
    heard = dict(drawer.heard({"change": 1, "upload": 1}))
    prompt = heard["upload"]
    assert prompt == heard["change"]
    assert Path(prompt.image).read_bytes() == data
    assert (prompt.width, prompt.height, prompt.boxes) == (200, 300, ())  # upright, as EXIF says
    drawer.drag(0, 0, WIDTH / 2, HEIGHT / 2)
    assert drawer.boxes() == near((0, 0, 100, 150, 1))


@pytest.mark.parametrize(
    ("name", "mime", "size", "sentence"),
    [
        ("notes.pdf", "application/pdf", 10, "notes.pdf is not a picture."),
        ("huge.png", "image/png", 150_000, "huge.png has 0.1 MB and the limit is 0.1 MB."),
    ],
)
def test_a_file_that_will_not_do_is_refused_with_a_sentence(drawer, name, mime, size, sentence):
    drawer.draw(50, 50, 150, 150)
    choose(drawer, name, bytes(size), mime)
    expect(drawer.message).to_contain_text(sentence)
    drawer.nothing()
    assert drawer.tags() == ["+1"]


def test_a_picture_the_browser_cannot_show_waits_for_a_preview(drawer):
    tiff = picture(600, 400, "TIFF", compression="tiff_deflate")
    choose(drawer, "scan.tif", tiff, "image/tiff")
    expect(drawer.message).to_contain_text("This browser cannot show that kind of picture.")
    prompt = dict(drawer.heard({"change": 1, "upload": 1}))["upload"]
    assert Path(prompt.image).read_bytes() == tiff
    assert prompt.width is None
    drawer.page.get_by_role("button", name="preview").click()
    expect(drawer.message).to_contain_text("Drag a box")
    drawer.heard({"change": 1})
    drawer.drag(60, 40, 300, 200)  # of the 600 x 400 preview
    after = drawer.changed()
    assert astuple(after.boxes[0]) == pytest.approx((600, 400, 3000, 2000, 1), abs=15)
    assert Path(after.image).name == "scan.tif"


@pytest.mark.parametrize(("kind", "selector"), [("paste", "body"), ("drop", ".stage")])
def test_a_picture_can_be_pasted_or_dropped(drawer, kind, selector):
    data = picture(320, 240)
    drawer.page.evaluate(SEND, [base64.b64encode(data).decode(), kind, selector])
    prompt = dict(drawer.heard({"change": 1, "upload": 1}))["upload"]
    assert Path(prompt.image).read_bytes() == data
    assert (prompt.width, prompt.height) == (320, 240)


def test_a_paste_into_a_text_field_is_not_a_picture(drawer):
    drawer.page.evaluate(SEND, [base64.b64encode(picture()).decode(), "paste", "textarea"])
    drawer.heard({})


def test_a_value_from_python_is_shown_without_an_echo(drawer):
    drawer.draw(50, 50, 150, 150)
    drawer.page.get_by_role("button", name="other").click()
    expect(drawer.message).to_have_text("1 positive, 1 negative. Click a box to edit it.")
    assert drawer.tags() == ["+1", "−2"]
    (_, prompt), *_ = drawer.heard({"change": 1})
    assert [astuple(box) for box in prompt.boxes] == [(10, 20, 110, 120, 1), (5, 6, 50, 60, -1)]
    drawer.drag(0, 200, 600, 400)  # the frame is now 200 x 300
    assert drawer.boxes()[-1] == near((0, 150, 200, 300, 1))[0]


def test_the_language_can_be_changed_while_drawing(drawer):
    drawer.draw(50, 50, 150, 150)
    drawer.page.get_by_role("button", name="german").click()
    expect(drawer.page.locator("[data-text=positive]")).to_have_text("Positiv")
    assert drawer.tags() == ["+1"]


def test_one_finger_draws_and_does_not_scroll(phone):
    touch(
        phone,
        ("touchStart", [(100, 100)]),
        ("touchMove", [(200, 200)]),
        ("touchMove", [(300, 300)]),
        ("touchEnd", []),
    )
    assert phone.boxes() == near((100, 100, 300, 300, 1))
    assert phone.page.evaluate("scrollY") == 0
    assert phone.selected() == "+1"
    phone.page.touchscreen.tap(*phone.at(200, 200))
    assert phone.selected() == ""


def test_a_second_finger_gives_the_gesture_to_the_browser(phone):
    touch(
        phone,
        ("touchStart", [(100, 100)]),
        ("touchMove", [(160, 160)]),
        ("touchStart", [(160, 160), (400, 300)]),
        ("touchMove", [(120, 120), (500, 380)]),
        ("touchEnd", []),
    )
    phone.nothing()
    assert phone.tags() == []


def test_the_phone_layout_fits_and_its_buttons_are_large(phone):
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    heights = phone.page.locator(".toolbar button").evaluate_all("all => all.map((b) => b.offsetHeight)")
    assert len(heights) == 8
    assert min(heights) >= 36


def test_signs_differ_by_more_than_colour(drawer, screenshots):
    drawer.drag(60, 60, 260, 260)
    drawer.drag(320, 120, 520, 340, button="right")
    style = "(box) => getComputedStyle(box, box.matches('.negative') ? '::before' : null).borderTopStyle"
    assert [box.evaluate(style) for box in drawer.page.locator(".box").all()] == ["solid", "dashed"]
    assert drawer.tags() == ["+1", "−2"]
    drawer.click(100, 200)
    if screenshots:
        for theme in ("light", "dark"):
            drawer.page.evaluate("dark => document.body.classList.toggle('dark', dark)", theme == "dark")
            drawer.page.screenshot(path=screenshots / f"box_prompter-{theme}.png")
