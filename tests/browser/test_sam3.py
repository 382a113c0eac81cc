"""The SAM 3 tab as a visitor uses it, with a tiny checkpoint of random weights: what is shown, not what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.app import launch
from app.tabs.sam3.strings import STRINGS
from sam3viz.studies.detector.report import DETECTIONS_HEADING, DETECTOR_HEADING, SIMILARITY_HEADING
from tests.helpers.browser_steps import READY, fits, set_slider, to_tab, wait_for_result
from tests.helpers.noise import noise_image
from tests.helpers.sam3_checkpoint import save_sam3

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]

NAME = "sam3:tiny"


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("secret")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sam3viz.bridges.checkpoints.TRAINED", folder / "trained")
        yield launch([save_sam3(folder / "tiny")], prevent_thread_lock=True, quiet=True)


def choose_sam3(page: Page) -> None:
    """Under Backbone in Explore; the analysis with it is waited for."""
    page.locator("#backbone button").first.click()
    page.locator("#backbone-name input").click()
    page.get_by_role("option", name=NAME, exact=True).click()
    expect(page.locator("#numbers thead th")).to_have_count(2, timeout=READY)


def study(page: Page) -> None:
    """With the opening example of Explore; random weights are sure of nothing, so that everything counts."""
    to_tab(page, "SAM 3")
    set_slider(page, "#sam3-threshold", 0.01)
    page.locator("#sam3-start").click()
    expect(page.locator("#sam3-status .job-status")).to_have_attribute("data-state", "done", timeout=READY)


def bars_fit(page: Page) -> None:
    expect(page.locator("#panel-sam3-parts .main-svg").first).to_be_visible()
    bars, window = page.locator("#panel-sam3-parts .main-svg").first.bounding_box(), page.viewport_size
    assert bars is not None
    assert window is not None
    assert bars["x"] + bars["width"] <= window["width"], "the bars are seen whole"


def headings(page: Page, language: str) -> None:
    for heading in (DETECTIONS_HEADING, SIMILARITY_HEADING, DETECTOR_HEADING):
        title = heading.translate(language).title
        expect(page.locator("#sam3-pictures").get_by_text(title, exact=True)).to_be_visible()
    expect(page.locator("#sam3-numbers")).to_contain_text(STRINGS[language]["IoU with own tokens without CLS"])


def titles(page: Page) -> list[str]:
    return page.locator("#sam3-numbers tbody th").all_inner_texts()


def test_the_picture_and_boxes_of_explore_are_studied(open_page, address, screenshots):
    page = open_page(f"{address}?__theme=light", locale="en-US")
    wait_for_result(page)
    to_tab(page, "SAM 3")
    expect(page.locator("#sam3-status")).to_contain_text("Choose a SAM 3 under Backbone")
    page.locator("#sam3-start").click()
    expect(page.locator("#sam3-notice [role=alert]")).to_contain_text("SAM 3 is not chosen")
    expect(page.locator("#sam3-pictures")).to_be_hidden()

    to_tab(page, "Explore")
    labels = [
        "+" if "positive" in (box.get_attribute("class") or "") else "−"
        for box in page.locator("#prompter .boxes .box").all()
    ]
    choose_sam3(page)
    facts = page.locator("#backbone-facts")
    expect(facts).to_contain_text("input 112 × 112 px (stretched to a square)")
    study(page)

    expect(page.locator("#sam3-notice [role=alert]")).to_have_count(0)
    tags = [f"{sign}{number}" for number, sign in enumerate(labels, 1)]
    expected = ["as drawn", "text alone"]
    expected += [f"without {tag}" for tag in tags] + [f"{tag} turned round" for tag in tags]
    expected += [f"no {part}" for part in ("content", "coordinates", "position", "label")]
    expected += ["own tokens without CLS", "raw tokens"]
    assert titles(page) == expected
    told = page.locator("#sam3-numbers tbody tr").last.locator("td").all_inner_texts()
    assert re.fullmatch(r"[01]\.\d\d", told[-1]), "foreign tokens are compared with their control"
    found = page.locator("#sam3-pictures .detections figure")
    expect(found).to_have_count(1 + len(expected))
    assert found.locator("figcaption b").all_inner_texts()[1:] == expected
    for picture in found.locator("img").all():
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    expect(page.locator("#sam3-pictures .attention")).to_have_count(len(tags))
    expect(page.locator("#sam3-pictures .attention").first.locator("img")).to_have_count(3 * 4)
    expect(page.locator("#sam3-pictures .detector img")).to_have_count(2 * (1 + len(tags) + 1))
    page.locator("#panel-sam3-parts").scroll_into_view_if_needed()
    expect(page.locator("#panel-sam3-parts .barlayer .trace")).to_have_count(4)
    expect(page.locator("#sam3-files")).to_contain_text(re.compile(r"sam3\s*\.html"))
    assert "secret" not in page.content()
    headings(page, "en")
    bars_fit(page)
    fits(page)
    if screenshots:
        page.screenshot(path=screenshots / "sam3_light_1440.png", full_page=True)


@pytest.mark.slow
def test_another_picture_is_searched_with_the_boxes_of_explore(open_page, address, tmp_path):
    noise_image(300, 300, 60).save(tmp_path / "other.png")
    page = open_page(address, locale="en-US")
    wait_for_result(page)
    choose_sam3(page)
    to_tab(page, "SAM 3")
    page.locator("#sam3-other input[type=file]").set_input_files(tmp_path / "other.png")
    expect(page.locator("#sam3-other")).to_contain_text("other")
    study(page)
    sides = page.locator("#sam3-pictures .detections img").evaluate_all(
        "all => all.map(image => image.naturalWidth === image.naturalHeight)"
    )
    assert sides[0] is False, "the boxes are shown on the picture of Explore"
    assert all(sides[1:]), "and everything found on the other"


@pytest.mark.slow
def test_the_study_fits_a_phone_in_the_dark_in_chinese(open_page, address, screenshots):
    page = open_page(f"{address}?__theme=dark", width=390, locale="zh-CN")
    wait_for_result(page)
    choose_sam3(page)
    study(page)
    headings(page, "zh-CN")
    bars_fit(page)
    fits(page)
    if screenshots:
        page.screenshot(path=screenshots / "sam3_dark_390.png", full_page=True)
