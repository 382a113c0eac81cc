"""The page as a person uses it, with the shipped weights, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from threading import Event

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.services.analyses import analysis_of
from app.tabs.explore.view import VIEWS
from sam3viz import VARIANTS, Analysis
from sam3viz.bridges import UNBRIDGED
from tests.helpers.browser_steps import READY, fits, heat_cards, heat_of, wait_for_result

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def visit(open_lasting_page, address) -> Page:
    """The page as it opens, in English, for all tests here: each of them begins with any picture, or with none."""
    return open_lasting_page(address, locale="en-US")


@pytest.fixture
def page(visit) -> Page:
    """The page with an analysis."""
    wait_for_result(visit)
    return visit


@pytest.fixture(scope="module")
def photo() -> Path:
    return Path(str(resources.files("skimage") / "data" / "coffee.png"))


@pytest.fixture
def hold_analysis(monkeypatch) -> Iterator[Callable[[], Event]]:
    """Have analyses wait until an event is set; the end of the test sets it."""
    go_on = Event()

    def waiting(*question: object) -> Analysis:
        assert go_on.wait(READY / 1000)
        return analysis_of(*question)

    def hold() -> Event:
        monkeypatch.setattr("app.tabs.explore.events.analysis_of", waiting)
        return go_on

    yield hold
    go_on.set()


def expect_freshness(page: Page, freshness: str) -> None:
    """Of every view that shows something."""
    views = page.locator('[data-freshness]:not([data-hash=""])')
    expect(views).to_have_count(len(VIEWS))
    for view in views.all():
        expect(view).to_have_attribute("data-freshness", freshness)


def stamps(page: Page) -> set[str]:
    return set(page.locator("[data-freshness]").evaluate_all("all => all.map(view => view.dataset.hash)"))


def wait_for_other_heat(page: Page, before: list[str]) -> None:
    """Until all changed; but the exemplar encoder alone may find nothing anywhere, before and after."""
    page.wait_for_function(
        """([before, alone]) => {
            const shown = [...document.querySelectorAll('#workbench .card canvas')];
            const heat = shown.filter(canvas => canvas.offsetParent).map(canvas => canvas.toDataURL());
            return heat.length === before.length &&
                heat.every((picture, index) => index === alone || picture !== before[index]);
        }""",
        arg=[before, list(VARIANTS).index(UNBRIDGED)],
        timeout=READY,
    )


def open_photo(page: Page, photo: Path) -> None:
    """Upload it and wait until it can be drawn on: the prompter and the empty results arrive one after the other."""
    page.locator("#prompter input[type=file]").set_input_files(photo)
    with Image.open(photo) as picture:
        width = picture.width
    shown = "width => document.querySelector('#prompter .frame img')?.naturalWidth === width"
    page.wait_for_function(shown, arg=width, timeout=READY)
    expect(page.locator("#prompter .boxes .box")).to_have_count(0, timeout=READY)
    expect(page.locator("#workbench .empty")).to_be_visible(timeout=READY)


def expect_subplots(page: Page, panel: str, count: int) -> None:
    page.locator(f"#panel-{panel}").scroll_into_view_if_needed()
    expect(page.locator(f"#panel-{panel} .cartesianlayer .subplot")).to_have_count(count, timeout=READY)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float], button: str = "left") -> None:
    """From one share of the drawn-on picture to another."""
    place = page.locator("#prompter .frame")
    place.scroll_into_view_if_needed()
    while (frame := place.bounding_box()) is None:  # another picture may come at any time
        expect(place).to_be_visible()
    points = [(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]) for x, y in (start, end)]
    page.mouse.move(*points[0])
    page.mouse.down(button=button)
    page.mouse.move(*points[1], steps=5)
    page.mouse.up(button=button)


def test_opens_with_the_example_analysed(page):
    expect(page.locator("#verdict")).to_contain_text("matched cosine")
    assert heat_cards(page).count() == len(VARIANTS)
    assert len(set(heat_of(page))) == len(VARIANTS), "every variant has its own heat"
    for panel in ("gap_axis", "umap_map"):
        expect_subplots(page, panel, len(VARIANTS))
    expect(page.locator("#numbers tbody")).to_contain_text("map trustworthiness")


def test_a_file_that_is_no_picture_is_answered_and_nothing_is_lost(page, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnot a picture")
    boxes = page.locator("#prompter .boxes .box").count()
    page.locator("#prompter input[type=file]").set_input_files(broken)
    expect(page.locator("#notice [role=alert]")).to_contain_text("kept", timeout=READY)
    expect(page.locator("#prompter .boxes .box")).to_have_count(boxes)


def test_a_patch_is_asked_in_every_variant_without_the_server(page):
    """The first need fetches the tokens, one file for all variants whose visual side is the same."""
    similarity, stage = page.locator("#workbench [data-value=similarity]"), page.get_by_test_id("stage-a")
    with page.expect_response("**/tokens.bin") as answer:
        similarity.click()
        stage.hover(position={"x": 200, "y": 100})
    assert answer.value.ok
    expect(page.get_by_test_id("inspect")).to_contain_text("Click a place")
    stage.click(position={"x": 200, "y": 100})
    expect(page.get_by_test_id("inspect")).to_contain_text("Most alike")
    page.wait_for_timeout(1500)  # all tokens are there
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    stage.click(position={"x": 120, "y": 80})
    expect(page.get_by_test_id("inspect")).to_contain_text("128 channels")
    page.keyboard.press("Escape")
    page.locator("#workbench [data-value=heat]").click()
    assert requests == []
    expect(page.get_by_test_id("status")).to_have_attribute("data-state", "current")


def test_what_was_made_before_the_last_change_is_pale_and_a_stop_leaves_it_so(page, hold_analysis):
    status, numbers = page.get_by_test_id("status"), page.locator("#numbers")
    go_on = hold_analysis()
    drag(page, (0.02, 0.80), (0.12, 0.95))
    expect(status).to_have_attribute("data-state", "computing")
    expect_freshness(page, "stale")
    assert numbers.evaluate("view => getComputedStyle(view.firstElementChild).opacity") < "0.6"
    page.get_by_role("button", name="Stop").click()
    expect(status).to_have_attribute("data-state", "stale")
    go_on.set()
    page.get_by_role("button", name="Analyse").click()
    expect(status).to_have_attribute("data-state", "current", timeout=READY)
    expect_freshness(page, "current")
    assert stamps(page) == {status.get_attribute("data-hash")}


@pytest.mark.slow
def test_an_answer_that_is_lost_is_asked_for_again(open_page, address):
    """As where an analysis joins while Gradio closes the session's stream."""
    page = open_page(address, locale="en-US")
    wait_for_result(page)
    page.route("**/queue/join*", lambda route: route.fulfill(json={"event_id": "lost"}), times=1)
    page.locator("#examples button.thumbnail-item").nth(1).click()
    wait_for_other_heat(page, heat_of(page))
    wait_for_result(page)
    page.locator("#examples button.thumbnail-item").nth(0).click()  # and the next is heard, too
    expect(page.get_by_test_id("status")).to_have_attribute("data-state", "computing")
    wait_for_result(page)


def test_another_pictures_result_is_not_shown(page, hold_analysis):
    go_on = hold_analysis()
    page.locator("#examples button.thumbnail-item").nth(2).click()
    expect_freshness(page, "other")
    expect(page.locator("#verdict .verdict")).to_be_hidden()
    go_on.set()
    expect(page.get_by_test_id("status")).to_have_attribute("data-state", "current", timeout=READY)
    expect(page.locator("#verdict .verdict")).to_be_visible()


def test_after_fast_gestures_every_view_shows_the_last(page):
    examples, status = page.locator("#examples button.thumbnail-item"), page.get_by_test_id("status")
    for number in (1, 4, 0):
        examples.nth(number).click()
        drag(page, (0.30, 0.30), (0.42, 0.45))
    page.locator("#prompter [data-action=undo]").click()
    expect(status).to_have_attribute("data-state", "current", timeout=READY)
    assert stamps(page) == {status.get_attribute("data-hash")}


def test_another_example_opens_with_its_lesson(page):
    lesson, before = page.locator("#lesson").inner_text(), heat_of(page)
    page.locator("#examples button.thumbnail-item").nth(3).click()
    expect(page.locator("#lesson")).not_to_have_text(lesson, timeout=READY)
    wait_for_other_heat(page, before)


def test_all_words_are_in_another_language_before_the_analysis_is(page, hold_analysis):
    go_on = hold_analysis()
    page.locator(".language label", has_text="中文").click()
    expect(page.locator("#prompter .toolbar")).to_contain_text("正框", timeout=READY)
    expect(page.locator("#verdict")).to_contain_text("matched cosine")
    expect_freshness(page, "stale")
    go_on.set()
    expect(page.locator("#verdict")).to_contain_text("样例编码器", timeout=READY)
    expect(page.locator("#workbench .card .note").first).to_contain_text("找到")
    page.locator(".language label", has_text="English").click()
    expect(page.locator("#verdict")).to_contain_text("matched cosine", timeout=READY)
    expect(page.get_by_test_id("status")).to_have_attribute("data-state", "current", timeout=READY)


def test_upload_draw_move(visit, photo):
    page = visit
    open_photo(page, photo)
    drag(page, (0.30, 0.10), (0.60, 0.75))
    wait_for_result(page)
    drag(page, (0.75, 0.10), (0.95, 0.40), button="right")
    expect(page.get_by_test_id("stage-a").locator(".box.negative").first).to_be_attached(timeout=READY)
    wait_for_result(page)
    assert heat_cards(page).count() == len(VARIANTS)
    before = heat_of(page)

    drag(page, (0.45, 0.40), (0.45, 0.401))  # a click selects
    drag(page, (0.45, 0.40), (0.25, 0.50))
    wait_for_other_heat(page, before)  # the negative box's may still be on its way: when all of it changed, it moved
    numbers = page.locator("#numbers tbody")
    expect(numbers).to_contain_text("map trustworthiness", timeout=READY)


def test_an_example_does_not_lose_ones_own_picture(visit, photo):
    page, boxes = visit, visit.locator("#prompter .boxes .box")
    open_photo(page, photo)
    drag(page, (0.30, 0.10), (0.60, 0.75))
    drag(page, (0.70, 0.10), (0.95, 0.40))
    page.locator("#examples button.thumbnail-item").nth(1).click()
    expect(page.locator("#lesson")).not_to_have_text("", timeout=READY)
    page.locator("#prompter [data-action=undo]").click()
    expect(boxes).to_have_count(2)
    expect(page.locator("#lesson")).to_have_text("", timeout=READY)
    wait_for_result(page)
    page.locator("#prompter [data-action=undo]").click()
    expect(boxes).to_have_count(1)
    for _ in range(2):
        page.locator("#prompter [data-action=redo]").click()
    expect(page.locator("#lesson")).not_to_have_text("", timeout=READY)
    wait_for_result(page)


def test_only_negative_boxes_get_a_sentence(visit, photo):
    page = visit
    open_photo(page, photo)
    drag(page, (0.30, 0.10), (0.60, 0.75), button="right")
    expect(page.locator("#result-notice [role=alert]")).to_contain_text("positive", timeout=READY)
    expect(page.locator("#prompter .boxes .box")).to_have_count(1)


@pytest.mark.parametrize(("theme", "width", "locale"), [("light", 390, "en-US"), ("dark", 1440, "zh-CN")])
def test_fits_its_window_in_both_languages(open_page, address, screenshots, theme, width, locale):
    page = open_page(f"{address}?__theme={theme}", width=width, locale=locale)
    wait_for_result(page)
    chinese = locale == "zh-CN"
    expect(page.locator("#verdict")).to_contain_text("样例编码器" if chinese else "matched cosine")
    expect(page.locator("#prompter .toolbar")).to_contain_text("正框" if chinese else "Positive")
    fits(page)
    if screenshots:
        page.screenshot(path=screenshots / f"page_{theme}_{width}.png", full_page=True)
