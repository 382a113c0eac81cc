"""Reads the picture matrix's pixels and handles it by mouse, keys and swipes. The picture is 60 x 40 pixels."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.helpers.grid_driver import (  # noqa: F401 fixtures are found by name
    INFERNO_TOP,
    NAMES,
    REFERENCE,
    VIRIDIS_TOP,
    desktop,
    grid,
    matrix,
    reset,
    served,
)

pytestmark = pytest.mark.browser


def test_it_says_what_to_do_until_there_is_a_result(grid):
    grid.give("nothing")
    expect(grid.page.get_by_text("Draw a box on the picture.")).to_be_visible()
    expect(grid.page.locator(".matrix")).to_be_hidden()
    grid.give("reset")
    expect(grid.page.get_by_text("Draw a box on the picture.")).to_be_hidden()


def test_heat_is_coloured_by_the_table_and_cold_is_clear(grid):
    assert grid.pixel(0.2, 0.2) == pytest.approx([*INFERNO_TOP, 204], abs=2)
    assert grid.pixel(0.8, 0.2)[3] == grid.pixel(0.2, 0.8)[3] == 0
    assert grid.pixel(0.5, 0.1)[3] == pytest.approx(102, abs=8)  # half way between two cells
    grid.set("colours", "viridis")
    assert grid.pixel(0.2, 0.2)[:3] == pytest.approx(VIRIDIS_TOP, abs=2)
    grid.set("opacity", "0.5")
    assert grid.pixel(0.2, 0.2)[3] == pytest.approx(128, abs=1)


def test_one_scale_serves_all_variants_and_the_threshold_cuts_it(grid):
    alphas = [grid.pixel(0.2, 0.2, grid.cell(name))[3] for name in NAMES]
    assert alphas == pytest.approx([204 * (1 - 0.1 * i) for i in range(len(NAMES))], abs=2)
    grid.set("threshold", "0.75")
    assert [bool(grid.pixel(0.2, 0.2, grid.cell(name))[3]) for name in NAMES] == [True] * 3 + [False] * (len(NAMES) - 3)
    assert grid.page.locator(".tick").evaluate("tick => tick.style.left") == "75%"
    assert grid.pixel(0.2, 0.2, grid.cell("unified", "attention"))[3] == 204  # has a scale of its own


def test_a_new_value_keeps_the_canvases_and_the_last_one_wins(grid):
    canvas = grid.cell().locator("canvas")
    canvas.evaluate("canvas => canvas.dataset.kept = 'yes'")
    grid.give("three")
    grid.give("only raw")
    grid.give("cold")
    expect(grid.page.locator(".head")).to_have_count(len(NAMES))
    grid.page.wait_for_function(
        "!document.querySelector('.cell canvas').getContext('2d').getImageData(3, 3, 1, 1).data[3]"
    )
    assert canvas.get_attribute("data-kept") == "yes"


def test_a_picture_that_cannot_be_decoded_leaves_the_last_result(grid):
    grid.give("broken")
    expect(grid.page.get_by_role("alert")).to_contain_text("cannot be shown")
    assert grid.pixel(0.2, 0.2)[3] == 204


def test_hiding_a_variant_tells_python_and_survives_new_data(grid):
    width = grid.cell().bounding_box()["width"]
    grid.chip("baseline").click()
    grid.chip("adaptive").click()
    left = [name for name in NAMES if name not in ("baseline", "adaptive")]
    assert grid.selects(2) == [([name for name in NAMES if name != "baseline"], False), (left, False)]
    assert grid.shown() == [name.capitalize() for name in left]
    expect(grid.chip("baseline")).to_have_attribute("aria-pressed", "false")
    assert grid.cell().bounding_box()["width"] > 1.3 * width
    grid.give("three")
    expect(grid.page.locator(".head:visible")).to_have_count(2)
    grid.chip("baseline").click()
    assert grid.selects(1) == [(NAMES[:3], True)]


def test_the_last_variant_stays_and_a_value_of_hidden_ones_is_shown(grid):
    grid.give("three")
    grid.chip("raw").click()
    grid.chip("contrastive").click()
    expect(grid.chip("baseline")).to_be_disabled()
    grid.selects(2)
    grid.give("only raw")
    assert grid.selects(1) == [(["raw"], True)]
    assert grid.shown() == ["Raw"]


def test_attention_has_a_map_for_each_exemplar_and_a_dash_where_there_is_none(grid):
    attention = grid.cell("unified", "attention")
    assert (grid.pixel(0.2, 0.2, attention)[3], grid.pixel(0.8, 0.2, attention)[3]) == (204, 0)
    assert attention.locator(".box").all_inner_texts() == ["+1"]
    grid.page.locator(".chooser").get_by_text("−2").click()
    assert (grid.pixel(0.2, 0.2, attention)[3], grid.pixel(0.8, 0.2, attention)[3]) == (0, 204)
    dashes = grid.page.get_by_title("This variant has no context attention")
    expect(dashes.locator("visible=true")).to_have_count(6)
    grid.give("three")
    expect(grid.page.locator(".caption[data-view=attention]")).to_be_hidden()
    expect(dashes.locator("visible=true")).to_have_count(0)


def test_boxes_are_in_place_and_can_be_switched_off(grid):
    styles = [box.get_attribute("style") for box in grid.cell().locator(".box").all()]
    assert styles[1].startswith("left: 5%; top: 5%; width: 30%; height: 30%")
    assert grid.cell().locator(".box").evaluate_all("all => all.map((box) => box.className.split(' ')[1])") == [
        "detection",
        "positive",
        "negative",
    ]
    grid.page.get_by_label("Detections").uncheck()
    assert grid.cell().locator(".box").all_inner_texts() == ["+1", "−2"]
    grid.page.get_by_label("Drawn boxes").uncheck()
    expect(grid.cell().locator(".box")).to_have_count(0)


def test_across_images_the_drawn_boxes_lie_on_the_reference(grid):
    grid.give("across")
    attention = grid.cell("unified", "attention")
    expect(attention.locator("img")).to_have_attribute("src", REFERENCE["reference"])
    expect(grid.cell().locator(".positive")).to_have_count(0)
    box = attention.locator(".frame").bounding_box()
    assert box["width"] == pytest.approx(box["height"], abs=1)
    assert attention.locator(".box").get_attribute("style").startswith("left: 10%")
