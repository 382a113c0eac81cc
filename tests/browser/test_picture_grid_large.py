"""Reads the picture matrix's pixels and handles it by mouse, keys and swipes. The picture is 60 x 40 pixels."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.helpers.grid_driver import (  # noqa: F401 fixtures are found by name
    INFERNO_TOP,
    NAMES,
    VIRIDIS_TOP,
    Grid,
    desktop,
    grid,
    in_sight,
    matrix,
    reset,
    served,
)

pytestmark = pytest.mark.browser


def test_the_pointer_reads_every_variant_at_one_place(grid):
    grid.point(grid.cell("contrastive"), 0.25, 0.25)
    expect(grid.note("raw")).to_have_text("p = 1.00")
    expect(grid.note("adaptive")).to_have_text("p = 0.40")
    expect(grid.page.locator(".cell[data-view=heat] .cross:visible")).to_have_count(len(NAMES))
    expect(grid.page.locator(".cell[data-view=attention] .cross:visible")).to_have_count(0)
    expect(grid.page.locator(".detection.under .tag:visible")).to_have_text(["0.88"] * len(NAMES))
    grid.point(grid.cell("unified", "attention"), 0.8, 0.8)
    expect(grid.note("unified")).to_have_text("0.00 of peak")
    expect(grid.note("raw")).to_have_text("1 found")
    grid.page.mouse.move(0, 0)
    expect(grid.note("unified")).to_have_text("1 found")


def test_a_cell_opens_large_and_arrows_go_to_the_neighbours(grid):
    grid.chip("baseline").click()
    grid.cell().click()
    dialog = grid.page.get_by_role("dialog")
    expect(dialog).to_contain_text("About raw.")
    expect(dialog.get_by_role("button", name="Previous variant")).to_be_disabled()
    grid.page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("heading")).to_have_text("Contrastive")  # baseline is hidden
    grid.point(dialog, 0.25, 0.25)
    expect(dialog.locator(".value")).to_have_text("p = 0.80 at (15, 10)")
    expect(dialog.locator(".detection .tag")).to_have_text("0.88")
    assert grid.pixel(0.2, 0.2, dialog)[3] == pytest.approx(204 * 0.8, abs=2)
    grid.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(grid.cell("contrastive")).to_be_focused()
    grid.page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    grid.page.mouse.click(2, 2)
    expect(dialog).to_be_hidden()


def test_a_value_may_open_a_variant_and_brings_it_back_if_it_was_hidden(grid):
    grid.chip("unified").click()
    large = grid.page.locator("dialog")
    for _ in range(2):
        grid.give("opened")
        expect(large).to_be_visible()
        expect(large.locator(".title")).to_have_text("Unified")
        grid.page.keyboard.press("Escape")
        expect(large).to_be_hidden()
    assert len(grid.shown()) == len(NAMES)
    grid.selects(1)  # the chip's


def test_attention_opens_large_among_those_that_have_it(grid):
    grid.cell("unified", "attention").click()
    dialog = grid.page.get_by_role("dialog")
    expect(dialog.locator(".view")).to_contain_text("Context attention")
    expect(dialog.get_by_role("button", name="Next variant")).to_be_disabled()
    grid.point(dialog, 0.2, 0.2)
    expect(dialog.locator(".value")).to_have_text("1.00 of the peak at (12, 8)")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_a_cell_says_what_it_is_and_the_language_can_change(grid):
    expect(grid.cell()).to_have_attribute("aria-label", "Raw, Heat, 1 found. Open large")
    grid.give("german")
    expect(grid.cell()).to_have_attribute("aria-label", "Raw, Wärme, 1 found. Open large")


def test_settings_outlive_a_reload_but_nonsense_does_not(served, open_page):
    grid = Grid(open_page(served[0]), served[1])
    grid.give("reset")
    grid.page.locator(".cell").first.wait_for()
    grid.set("colours", "viridis")
    grid.page.reload()
    grid.give("reset")
    grid.page.locator(".cell").first.wait_for()
    assert grid.pixel(0.2, 0.2)[:3] == pytest.approx(VIRIDIS_TOP, abs=2)
    nonsense = {"colours": "pink", "opacity": "high", "threshold": 0.1}
    grid.page.evaluate("all => sessionStorage.setItem('sam3viz.picture_grid', JSON.stringify(all))", nonsense)
    grid.page.reload()
    grid.give("reset")
    grid.page.locator(".cell").first.wait_for()
    assert grid.pixel(0.2, 0.2) == pytest.approx([*INFERNO_TOP, 204], abs=2)


def test_the_columns_line_up_on_a_desk_and_scroll_when_narrow(grid, screenshots):
    assert in_sight(grid) == NAMES
    heat, attention = (grid.cell("unified", view).bounding_box() for view in ("heat", "attention"))
    assert (heat["x"], heat["width"]) == (attention["x"], attention["width"])
    expect(grid.page.locator(".position")).to_be_hidden()
    if screenshots:
        for theme in ("light", "dark"):
            grid.page.evaluate("dark => document.body.classList.toggle('dark', dark)", theme == "dark")
            grid.page.screenshot(path=screenshots / f"picture_grid-{theme}.png")
    grid.page.set_viewport_size({"width": 760, "height": 900})
    expect(grid.page.locator(".position")).to_contain_text(f"/ {len(NAMES)}")
    assert min(grid.cell(name).bounding_box()["width"] for name in NAMES) >= 110
    grid.page.set_viewport_size({"width": 1440, "height": 900})
    expect(grid.page.locator(".position")).to_be_hidden()


def test_a_phone_shows_one_variant_at_a_time(served, open_page):
    grid = Grid(open_page(served[0], 390, 844, has_touch=True, is_mobile=True), served[1])
    grid.give("reset")
    expect(grid.page.locator(".position")).to_have_text(f"1 / {len(NAMES)}")
    assert in_sight(grid) == ["raw"]
    assert grid.cell("baseline").bounding_box()["x"] < 390 - 20  # peeks
    grid.page.locator(".matrix").evaluate("matrix => matrix.scrollTo(2.1 * matrix.clientWidth * 0.88, 0)")
    expect(grid.page.locator(".position")).to_have_text(f"3 / {len(NAMES)}")
    grid.page.wait_for_timeout(300)
    assert in_sight(grid) == ["contrastive"]
    assert grid.page.evaluate("document.documentElement.scrollWidth") <= 390
    grid.cell("contrastive").tap()
    expect(grid.page.get_by_role("dialog")).to_be_visible()
