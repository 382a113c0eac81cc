"""The "Across images" tab with the shipped weights, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import resources
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect

from app.services.analyses import analyzer
from app.tabs.across.inputs import load_example
from tests.helpers.browser_steps import READY, fits, linked, to_tab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]


BOXES = len(load_example().prompt.boxes)


def open_tab(factory: Callable[..., Page], address: str, theme: str = "light", **options: object) -> Page:
    """Open the page on the tab, the example filled in."""
    page = factory(linked(address, tab="across", __theme=theme), **{"locale": "en-US"} | options)
    expect(page.locator("#across-targets li")).to_have_count(3, timeout=READY)
    expect(page.locator("#across-prompter .boxes .box")).to_have_count(BOXES, timeout=READY)
    return page


@pytest.fixture
def across(open_page, address):
    """Opens the tab for one test."""
    return partial(open_tab, open_page, address)


@pytest.fixture(scope="module")
def searched(open_lasting_page, address) -> Page:
    """The example's results, for tests that leave the question as it is."""
    page = open_tab(open_lasting_page, address)
    search(page)
    return page


@pytest.fixture(scope="module")
def photo() -> Path:
    return Path(str(resources.files("skimage") / "data" / "coffee.png"))


def open_photo(page: Page, photo: Path) -> None:
    """Upload it as a reference and wait until the server's copy of it is shown: only then it can be drawn on."""
    page.locator("#across-prompter input[type=file]").set_input_files(photo)
    shown = """() => {
        const image = document.querySelector('#across-prompter .frame img');
        return image?.src.endsWith('.webp') && image.complete && image.naturalWidth > 0;
    }"""
    page.wait_for_function(shown, timeout=READY)


def draw(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one share of the reference to another."""
    place = page.locator("#across-prompter .frame")
    expect(place).to_be_visible(timeout=READY)
    place.scroll_into_view_if_needed()
    frame = place.bounding_box()
    assert frame is not None
    points = [(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]) for x, y in (start, end)]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=5)
    page.mouse.up()


def search(page: Page) -> None:
    page.locator("#across-start").click()
    expect(page.locator("#across-status .job-status")).to_have_attribute("data-state", "done", timeout=READY)


def pictures(page: Page) -> list[str]:
    return cells(page).locator("img").evaluate_all("all => all.map(image => image.src)")


def cells(page: Page) -> Locator:
    return page.locator("#across-overview tbody td button")


def test_two_references_three_targets_every_variant(across, photo, screenshots):
    page = across()
    draw(page, (0.86, 0.02), (0.97, 0.2))
    expect(page.locator("#across-prompter .boxes .box")).to_have_count(1 + BOXES, timeout=READY)
    page.locator("#across-add").click()
    expect(page.locator("#across-references li")).to_have_count(1, timeout=READY)
    expect(page.locator("#across-references")).to_contain_text(f"boxes: {1 + BOXES}")
    open_photo(page, photo)
    draw(page, (0.3, 0.1), (0.6, 0.75))
    expect(page.locator("#across-prompter .boxes .box")).to_have_count(1, timeout=READY)
    search(page)
    expect(page.locator("#across-overview tbody tr")).to_have_count(3, timeout=READY)
    expect(cells(page)).to_have_count(3 * len(analyzer().bridges))
    expect(page.locator("#across-told")).to_contain_text(f"References: 2, boxes on them: {2 + BOXES}, targets: 3.")
    fits(page)
    if screenshots:
        page.screenshot(path=screenshots / "across.png", full_page=True)

    together = pictures(page)
    page.locator("#across-asked").get_by_label("Reference 2").check()
    page.wait_for_function(
        "before => document.querySelector('#across-overview tbody td img').src !== before", arg=together[0]
    )
    alone = pictures(page)
    assert sum(one != other for one, other in zip(together, alone, strict=True)) > len(alone) / 2

    page.locator("#across-references [data-press=take_up]").click()
    expect(page.locator("#across-prompter .boxes .box")).to_have_count(1 + BOXES, timeout=READY)
    expect(page.locator("#across-references")).to_contain_text("boxes: 1")
    page.locator("#across-references [data-press=drop]").click()
    expect(page.locator("#across-references li")).to_have_count(0, timeout=READY)


def test_a_cell_opens_large_and_a_target_closely(searched):
    page = searched
    expect(page.locator("#across-asked")).to_be_hidden()
    second = page.locator("#across-overview tbody tr").nth(1)
    large = page.locator("#across-grid dialog")
    for _ in range(2):  # again after it was closed
        second.locator("[data-press=unified]").click()
        expect(large).to_be_visible(timeout=READY)
        expect(large.locator(".title")).to_have_text("Unified")
        page.keyboard.press("Escape")
        expect(large).to_be_hidden()
    expect(page.locator("#across-closer")).to_contain_text("table.png")
    expect(second.locator("th button")).to_have_attribute("aria-pressed", "true")
    page.locator("#across-overview tbody th button").nth(2).click()
    expect(page.locator("#across-closer")).to_contain_text("drawer.png", timeout=READY)
    expect(large).to_be_hidden()
    to_tab(page, "Cost")
    to_tab(page, "Across images")
    expect(page.locator("#across-closer")).to_contain_text("drawer.png", timeout=READY)
    expect(large).to_be_hidden()


def test_the_place_of_a_box_counts_when_it_is_switched_on(searched):
    page = searched
    expect(page.locator("#across-told")).to_contain_text("was not used", timeout=READY)
    before = pictures(page)
    page.locator("#across-placed").get_by_role("checkbox").check()
    search(page)
    expect(page.locator("#across-told")).to_contain_text("Where the boxes lie was used", timeout=READY)
    assert pictures(page) != before
    page.locator("#across-placed").get_by_role("checkbox").uncheck()
    with page.expect_download() as downloaded:
        page.locator("#across-files a").first.click()
    table = pd.read_csv(downloaded.value.path())
    assert set(table.target) <= {"marbles again.png", "table.png", "drawer.png"}
    assert len(table) > 0


def test_bad_input_gets_a_sentence_and_the_rest_is_kept(across, photo, tmp_path):
    page = across()
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnot a picture")
    page.locator("#across-drop input[type=file]").set_input_files([broken, photo])
    expect(page.locator("#across-target-notice [role=alert]")).to_contain_text("broken.png", timeout=READY)
    expect(page.locator("#across-targets li")).to_have_count(4)
    page.locator("#across-prompter input[type=file]").set_input_files(broken)
    expect(page.locator("#across-reference-notice [role=alert]")).to_contain_text("kept", timeout=READY)
    expect(page.locator("#across-prompter .boxes .box")).to_have_count(BOXES)
    page.locator("#across-prompter [data-action=clear]").click()
    expect(page.locator("#across-prompter .boxes .box")).to_have_count(0)
    page.locator("#across-add").click()
    expect(page.locator("#across-reference-notice [role=alert]")).to_contain_text("has no box", timeout=READY)
    page.locator("#across-start").click()
    expect(page.locator("#across-notice [role=alert]")).to_contain_text("no reference yet", timeout=READY)
    for left in (3, 2, 1, 0):
        page.locator("#across-targets [data-press=drop]").first.click()
        expect(page.locator("#across-targets li")).to_have_count(left, timeout=READY)


def test_it_fits_a_phone_in_the_dark_in_chinese(across, screenshots):
    page = across("dark", width=390, height=900, locale="zh-CN")
    expect(page.locator("#across-start")).to_have_text("检索", timeout=READY)
    search(page)
    expect(cells(page)).to_have_count(3 * len(analyzer().bridges), timeout=READY)
    fits(page)
    if screenshots:
        page.screenshot(path=screenshots / "across_dark_390.png", full_page=True)
