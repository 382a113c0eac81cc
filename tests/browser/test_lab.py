"""The Dataset, Robustness and Cost tabs with the shipped weights, in a real Chromium."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Page, expect

from app.services.analyses import analyzer
from sam3viz.studies.cost.claims import CLAIMS
from tests.helpers.browser_steps import READY, fits, heat_cards, linked, set_slider, to_tab
from tests.helpers.coco_sets import save_set

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("upload")
    return shutil.make_archive(str(folder / "squares"), "zip", save_set(folder / "set"))


@pytest.fixture
def lab(open_page, address):
    """Opens the page on one of the tabs."""

    def opened(tab: str, theme: str = "light", **options) -> Page:
        return open_page(linked(address, tab=tab, __theme=theme), **{"locale": "en-US"} | options)

    return opened


def state(page: Page, tab: str, expected: str) -> None:
    expect(page.locator(f"#{tab}-status .job-status")).to_have_attribute("data-state", expected, timeout=READY)


def upload(page: Page, tab: str, path: str) -> None:
    page.locator(f"#{tab}-source").get_by_label("My own").check()
    page.locator(f"#{tab}-archive input[type=file]").set_input_files(path)
    expect(page.locator(f"#{tab}-archive")).to_contain_text(path.rpartition("/")[2][:5], timeout=READY)


def test_the_sample_is_measured_and_a_case_opens_in_explore(lab, screenshots):
    page = lab("dataset")
    set_slider(page, "#dataset-pictures", 2)
    page.locator("#dataset-start").click()
    state(page, "dataset", "done")
    expect(page.locator("#dataset-headline tbody tr")).to_have_count(len(analyzer().bridges), timeout=READY)
    expect(page.locator("#dataset-story")).to_contain_text("on 2 pictures")
    expect(page.locator("#dataset-use .main-svg").first).to_be_attached(timeout=READY)
    expect(page.locator("#panel-dataset-map .main-svg").first).to_be_attached(timeout=READY)
    for name in ("gap.html", "gap.json", "gap.csv", "features.parquet"):
        expect(page.locator("#dataset-files")).to_contain_text(name.partition(".")[0])
    fits(page)
    if screenshots:
        page.screenshot(path=screenshots / "dataset.png", full_page=True)
    caption = page.locator("#dataset-worst .caption-label").first.inner_text()
    page.locator("#dataset-worst button.thumbnail-item").first.click()
    expect(page.get_by_role("tab", name="Explore")).to_have_attribute("aria-selected", "true", timeout=READY)
    expect(page.locator("#lesson")).to_contain_text(caption.split(",")[0], timeout=READY)
    expect(page.locator("#lesson")).to_contain_text("reached AP")
    expect(heat_cards(page).first).to_be_visible(timeout=READY)
    to_tab(page, "Dataset")
    expect(page.locator("#dataset-headline tbody tr")).to_have_count(len(analyzer().bridges), timeout=READY)


def test_a_zip_of_ones_own_is_measured_and_a_broken_one_gets_a_sentence(lab, archive, tmp_path):
    page = lab("dataset")
    page.locator("#dataset-source").get_by_label("My own").check()
    page.locator("#dataset-start").click()
    expect(page.locator("#dataset-notice [role=alert]")).to_contain_text("There is no zip yet", timeout=READY)
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\3\4 and no more")
    upload(page, "dataset", str(broken))
    page.locator("#dataset-start").click()
    expect(page.locator("#dataset-status [role=alert]")).to_contain_text("zip", timeout=READY)
    expect(page.locator("#dataset-start")).to_be_enabled(timeout=READY)
    page.locator("#dataset-archive").get_by_label("Remove").or_(
        page.locator("#dataset-archive").get_by_label("Clear")
    ).first.click()
    upload(page, "dataset", archive)
    page.locator("#dataset-start").click()
    state(page, "dataset", "done")
    expect(page.locator("#dataset-parts")).to_contain_text("square", timeout=READY)


def test_a_job_that_takes_too_long_is_stopped_with_a_sentence(lab, archive, monkeypatch):
    monkeypatch.setattr("app.shared.job_panel.MAX_MINUTES", 0)
    page = lab("dataset")
    upload(page, "dataset", archive)
    page.locator("#dataset-start").click()
    expect(page.locator("#dataset-status [role=alert]")).to_contain_text("Stopped after 0 minutes", timeout=READY)
    expect(page.locator("#dataset-start")).to_be_enabled(timeout=READY)


def test_it_can_be_cancelled_and_says_so_in_chinese(lab):
    page = lab("dataset", locale="zh-CN")
    expect(page.locator("#dataset-start")).to_have_text("开始", timeout=READY)
    set_slider(page, "#dataset-pictures", 128)
    page.locator("#dataset-start").click()
    expect(page.locator("#dataset-cancel")).to_be_enabled(timeout=READY)
    expect(page.locator("#dataset-start")).to_be_disabled()
    page.locator("#dataset-cancel").click()
    state(page, "dataset", "cancelled")
    expect(page.locator("#dataset-status")).to_contain_text("已取消")
    expect(page.locator("#dataset-start")).to_be_enabled(timeout=READY)
    expect(page.locator("#dataset-headline")).to_be_hidden()


def test_robustness_is_measured_and_seen_from_both_ends(lab, archive, screenshots):
    page = lab("robustness")
    for name in ("rotation", "occlusion"):
        page.locator("#robustness-names").get_by_label(name, exact=True).uncheck()
    page.locator("#robustness-names").get_by_label("blur", exact=True).check()
    upload(page, "robustness", archive)
    set_slider(page, "#robustness-side", 256)
    page.locator("#robustness-start").click()
    state(page, "robustness", "done")
    rows = page.locator("#robustness-areas tbody tr")
    expect(rows).to_have_count(2, timeout=READY)
    expect(page.locator("#panel-robustness-curves .main-svg").first).to_be_attached(timeout=READY)
    expect(page.locator("#panel-robustness-curves .legend")).to_contain_text("chance", timeout=READY)
    consistency = page.locator("#robustness-consistency tbody tr")
    expect(consistency).to_have_count(3 * 4, timeout=READY)
    expect(consistency.first).to_contain_text("the crop alone")
    page.locator("#robustness-disturbed").get_by_label("the searched scene").check()
    expect(rows).to_have_count(1, timeout=READY)  # a box is loose on the exemplar's picture alone
    fits(page)
    if screenshots:
        page.screenshot(path=screenshots / "robustness.png", full_page=True)


def test_cost_stands_beside_every_claim(lab, screenshots):
    page = lab("cost")
    expect(page.locator("#cost-closeness .subplot").first).to_be_attached(timeout=READY)
    set_slider(page, "#cost-side", 256)
    set_slider(page, "#cost-repetitions", 3)
    page.locator("#cost-start").click()
    state(page, "cost", "done")
    claims = page.locator("#cost-claims tbody tr")
    expect(claims).to_have_count(sum(len(claim.variants) for claim in CLAIMS), timeout=READY)
    expect(page.locator("#cost-costs tbody tr")).to_have_count(1 + len(analyzer().bridges))
    expect(page.locator("#cost-pareto .main-svg").first).to_be_attached(timeout=READY)
    fits(page)
    if screenshots:
        page.screenshot(path=screenshots / "cost.png", full_page=True)


def test_the_tabs_fit_a_phone_in_the_dark(lab, archive, screenshots):
    page = lab("dataset", "dark", width=390, height=844)
    upload(page, "dataset", archive)
    page.locator("#dataset-start").click()
    state(page, "dataset", "done")
    expect(page.locator("#dataset-headline tbody tr")).to_have_count(len(analyzer().bridges), timeout=READY)
    fits(page)
    case = page.locator("#dataset-worst button.thumbnail-item img").first
    case.scroll_into_view_if_needed()  # it is fetched only then
    page.wait_for_function("image => image.naturalWidth > 0", arg=case.element_handle(), timeout=READY)
    if screenshots:
        page.screenshot(path=screenshots / "dataset_phone.png", full_page=True)
    for tab in ("Robustness", "Cost"):
        to_tab(page, tab)
        expect(page.locator(f"#{tab.lower()}-start")).to_be_visible(timeout=READY)
        fits(page)
