"""Choosing the backbone as a visitor does, with a tiny checkpoint offered by whoever started the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from app.app import launch
from sam3viz import VARIANTS
from tests.helpers.browser_steps import READY, fits, heat_cards, heat_of, set_slider, to_tab, wait_for_result
from tests.helpers.timm_checkpoints import VIT, save_checkpoint

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]

DEFAULT, LOCAL = "efficientnet-lite0", f"timm:{VIT}={VIT}-0.safetensors"


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("secret")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sam3viz.bridges.checkpoints.TRAINED", folder / "trained")
        yield launch([save_checkpoint(VIT, folder)], prevent_thread_lock=True, quiet=True)


@pytest.fixture
def page(open_page, address) -> Page:
    """The page with its opening example analysed and the accordion open."""
    opened = open_page(address, locale="en-US")
    wait_for_result(opened)
    opened.locator("#backbone button").first.click()
    expect(opened.locator("#backbone-facts")).to_contain_text("input 768 px", timeout=READY)
    return opened


def choose(page: Page, name: str) -> None:
    """From the list."""
    page.locator("#backbone-name input").click()
    page.get_by_role("option", name=name, exact=True).click()


def type_in(page: Page, name: str) -> None:
    field = page.locator("#backbone-name input")
    field.fill(name)
    field.press("Enter")


def expect_variants(page: Page, count: int) -> None:
    expect(page.locator("#numbers thead th")).to_have_count(count, timeout=READY)
    expect(heat_cards(page)).to_have_count(count, timeout=READY)


def test_another_backbone_is_used_and_left_again_by_the_list_and_by_the_button(page, address):
    boxes = page.locator("#prompter .boxes .box").count()
    shipped = heat_of(page)
    expect(page.locator("#backbone-facts")).to_contain_text(f"all {len(VARIANTS)}")
    expect(page.locator("#backbone-train")).to_be_hidden()

    choose(page, LOCAL)
    expect_variants(page, 1)
    assert len(heat_of(page)) == 1
    expect(page.locator("#weights-in-use")).to_contain_text(f"backbone {LOCAL} (Raw ROI)")
    expect(page.locator("#backbone-facts")).to_contain_text("input 512 px")
    expect(page.locator("#backbone-facts")).to_contain_text("Trained bridges here: none")
    for told in ("#backbone-train", "#verdict code"):
        expect(page.locator(told)).to_contain_text(f"sam3viz train --backbone {LOCAL}")
    expect(page.locator("#panel-weights")).to_be_hidden()
    fits(page)
    for panel in ("gap_axis", "umap_map"):
        page.locator(f"#panel-{panel}").scroll_into_view_if_needed()
        expect(page.locator(f"#panel-{panel} .cartesianlayer .subplot")).to_have_count(1, timeout=READY)
    expect(page.locator("#prompter .boxes .box")).to_have_count(boxes)
    for served in (page.content(), urlopen(f"{address}config").read().decode()):
        assert LOCAL in served
        assert "secret" not in served

    raw = heat_of(page)
    for wrong, sentence in (
        ("timm:vit_smal_patch16_224", "near it are vit_small_patch16_224"),
        ("timm:resnet18=/etc/passwd", "sam3viz app --backbone"),
    ):
        type_in(page, wrong)
        expect(page.locator("#backbone-standing [role=alert]")).to_contain_text(sentence, timeout=READY)
        expect(page.locator("#backbone-name input")).to_have_value(LOCAL)
        page.locator("#backbone-name input").blur()
        page.wait_for_timeout(1500)  # whatever a lost focus sets off would have arrived
        expect(page.locator("#backbone-standing [role=alert]")).to_contain_text(sentence)
        assert heat_of(page) == raw

    choose(page, DEFAULT)
    expect_variants(page, len(VARIANTS))
    wait_for_result(page)
    page.wait_for_function(
        """before => {
            const shown = [...document.querySelectorAll('#workbench .card canvas')];
            const heat = shown.filter(canvas => canvas.offsetParent).map(canvas => canvas.toDataURL());
            return JSON.stringify(heat) === JSON.stringify(before);
        }""",
        arg=shipped,
        timeout=READY,
    )
    expect(page.locator("#weights-in-use")).to_have_text("")
    expect(page.locator("#backbone-train")).to_be_hidden()
    expect(page.locator("#backbone-standing")).to_have_text("")

    choose(page, LOCAL)
    expect_variants(page, 1)
    expect(page.locator("#shipped-weights")).to_have_text(f"Back to {DEFAULT}")
    page.locator("#shipped-weights").click()
    expect(page.locator("#backbone-name input")).to_have_value(DEFAULT, timeout=READY)
    expect(page.locator("#weights-in-use")).to_have_text("", timeout=READY)


@pytest.mark.slow
def test_the_chosen_backbone_is_the_one_measured_in_other_tabs(page):
    choose(page, LOCAL)
    expect_variants(page, 1)
    to_tab(page, "Dataset")
    set_slider(page, "#dataset-pictures", 2)
    page.locator("#dataset-start").click()
    expect(page.locator("#dataset-headline tbody tr")).to_have_count(1, timeout=READY)
    expect(page.locator("#dataset-story")).to_contain_text(f"backbone {LOCAL} (Raw ROI)")
    to_tab(page, "Robustness")
    for name in ("rotation", "occlusion"):
        page.locator("#robustness-names").get_by_label(name, exact=True).uncheck()
    set_slider(page, "#robustness-pictures", 1)
    page.locator("#robustness-start").click()
    expect(page.locator("#robustness-told")).to_contain_text(f"backbone {LOCAL} (Raw ROI)", timeout=READY)
    to_tab(page, "Cost")
    expect(page.locator("#cost-another")).to_contain_text(f"sam3viz cost --backbone {LOCAL}", timeout=READY)


@pytest.mark.slow
def test_weights_trained_here_and_another_backbone_displace_each_other(page):
    choose(page, LOCAL)
    expect_variants(page, 1)
    to_tab(page, "Training")
    page.locator("#training-variants").get_by_label("Distillation").uncheck()
    page.locator("#training-more button").first.click()
    set_slider(page, "#training-steps", 20)
    set_slider(page, "#training-scenes", 16)
    expect(page.locator("#expected")).to_contain_text("1 run × 20 steps", timeout=READY)
    page.locator("#training-start").click()
    ended = re.compile("done|failed")
    expect(page.locator("#training-status .job-status")).to_have_attribute("data-state", ended, timeout=READY)
    page.locator("#training-use").click()
    expect(page.locator("#weights-in-use")).to_contain_text("trained here (Unified)", timeout=READY)
    expect_variants(page, len(VARIANTS))
    expect(page.locator("#backbone-name input")).to_have_value(DEFAULT)
    expect(page.locator("#backbone-standing")).to_contain_text(f"{LOCAL} is not in use any more")
    choose(page, LOCAL)
    expect_variants(page, 1)
    expect(page.locator("#backbone-standing")).to_contain_text("button that brings them back")


@pytest.mark.slow
def test_it_fits_a_phone_in_the_dark_in_chinese(open_page, address, screenshots):
    page = open_page(f"{address}?__theme=dark", width=390, locale="zh-CN")
    wait_for_result(page)
    accordion = page.locator("#backbone button").first
    expect(accordion).to_contain_text("骨干网络")
    accordion.click()
    choose(page, LOCAL)
    expect_variants(page, 1)
    expect(page.locator("#backbone-train")).to_contain_text("sam3viz train")
    fits(page)
    if screenshots:
        page.screenshot(path=screenshots / "backbone_dark_390.png", full_page=True)
