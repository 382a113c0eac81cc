"""Handles the workbench by mouse, keys and a narrow window, on one page that the tests share."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr
import pytest
from playwright.sync_api import expect

from app.components.workbench.component import Workbench
from tests.helpers.workbench_driver import Bench, cut_short, model

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("tokens")
    values = {
        "reset": model(folder),
        "two": model(folder, ["raw", "baseline"], "second"),
        "short": cut_short(model(folder, key="short")),
        "nothing": None,
    }
    with gr.Blocks() as demo:
        bench = Workbench(render=False)
        with gr.Row():
            for name, value in values.items():
                gr.Button(name).click(lambda value=value: value, None, bench, queue=False)
            gr.Button("german").click(lambda: gr.update(strings={"inspect": "Fleck"}), None, bench, queue=False)
        bench.render()
    _, url, _ = demo.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False, allowed_paths=[str(folder)])
    yield url
    demo.close()


@pytest.fixture(scope="module")
def desktop(served, open_lasting_page) -> Bench:
    page = open_lasting_page(served)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    return Bench(page, requests)


@pytest.fixture
def bench(desktop) -> Bench:
    return desktop.reset()


def test_tokens_come_when_they_are_first_needed_and_then_nothing_is_asked(bench):
    bench.choose("attention")
    assert not bench.requests
    bench.choose("similarity")
    expect(bench.stage("a").locator(".message")).to_have_text("Point at a place: what is like it lights up")
    bench.point("a", 0.1, 0.1)
    expect(bench.stage("a").locator(".message")).to_be_empty()
    assert sorted(url.rsplit("/")[-1] for url in bench.requests) == ["baseline.bin", "raw.bin", "unified.bin"]
    bench.requests.clear()
    alphas = [bench.pixel(u, v, bench.stage(side))[3] for side in "ab" for u, v in ((0.1, 0.9), (0.9, 0.1))]
    assert alphas == [0, 204, 204, 0]  # each in its own tokens: like above in the one, like left in the other
    bench.click("b", 0.95, 0.9)
    expect(bench.inspect).to_contain_text("Column 5, row 3")
    assert [bench.pixel(0.1, 0.9, bench.stage(side))[3] for side in "ab"] == [204, 0]
    assert bench.pixel(0.1, 0.9, bench.card("baseline"))[3] == 204
    assert not bench.requests


def test_a_kept_patch_is_told_in_the_panel_until_it_is_let_go(bench):
    expect(bench.inspect).to_contain_text("Click a place in a picture")
    bench.click("a", 0.25, 0.1)
    expect(bench.inspect).to_contain_text("Column 1, row 0")
    expect(bench.inspect).to_contain_text("pixel (15, 5)")
    assert bench.inspect.locator(".heats output").all_inner_texts() == ["1.00", "0.40", "0.80"]
    expect(bench.inspect.locator(".near-patch")).to_have_count(12)
    assert bench.inspect.locator(".near-patch").first.inner_text() == "1.00"
    expect(bench.inspect.locator(".packed").first).to_contain_text("2 channels: 93.0 % of the squared norm")
    expect(bench.inspect.locator(".packed").first).to_contain_text("largest error of a cosine 0.012")
    bench.inspect.locator(".near-patch").first.click()
    expect(bench.inspect).not_to_contain_text("Column 1, row 0")
    bench.page.keyboard.press("Escape")
    expect(bench.inspect).to_contain_text("Click a place in a picture")
    bench.click("a", 0.25, 0.1)
    bench.click("b", 0.25, 0.1)
    expect(bench.inspect).to_contain_text("Click a place in a picture")


def test_tokens_that_cannot_be_read_are_told(bench):
    bench.give("short")
    expect(bench.page.get_by_test_id("stage")).to_have_attribute("data-hash", "short")
    bench.choose("similarity")
    bench.click("a", 0.25, 0.1)
    for place in (bench.stage("a").locator(".message"), bench.inspect):
        expect(place).to_contain_text("The tokens could not be fetched.")


def test_one_cursor_reads_both(bench):
    bench.point("a", 0.2, 0.2)
    readings = [bench.stage(side).locator(".reading") for side in "ab"]
    assert [one.inner_text() for one in readings] == ["p = 0.80", "p = 1.00"]
    assert bench.page.locator(".pane-head .note").all_inner_texts() == ["p = 0.80", "p = 1.00"]
    bench.choose("difference")
    bench.point("a", 0.2, 0.2)
    expect(readings[0]).to_have_text("A − B = −0.20")
    bench.page.mouse.move(0, 0)
    expect(readings[0]).to_be_hidden()


def test_the_difference_is_signed_and_has_a_legend_of_its_own(bench):
    bench.choose("difference")
    expect(bench.stage("b")).to_be_hidden()
    red, _, blue, alpha = bench.pixel(0.2, 0.2, bench.stage("a"))
    assert red > blue  # orange: more in B
    assert alpha == pytest.approx(204, abs=1)
    assert bench.pixel(0.8, 0.8, bench.stage("a"))[3] == 0
    expect(bench.page.locator(".legend .low")).to_have_text("−0.2")
    bench.page.get_by_role("button", name="Swap A and B").click()
    red, _, blue, _ = bench.pixel(0.2, 0.2, bench.stage("a"))
    assert blue > red
    for layer in ("pca", "picture"):
        bench.choose(layer)
        expect(bench.page.locator("[data-value=difference]")).to_be_disabled()
        expect(bench.page.locator("[data-value=difference]")).to_have_attribute(
            "title", "This layer has colours and no numbers: there is nothing to subtract"
        )
        expect(bench.stage("b")).to_be_visible()


def test_the_wipe_is_dragged_and_moved_by_keys(bench):
    bench.choose("wipe")
    handle = bench.page.get_by_role("slider", name="Where A ends")
    start = int(handle.get_attribute("aria-valuenow"))
    handle.focus()
    bench.page.keyboard.press("ArrowRight")
    expect(handle).to_have_attribute("aria-valuenow", str(start + 2))
    bench.page.mouse.move(*bench.place("a", (start + 2) / 100, 0.5))
    bench.page.mouse.down()
    bench.page.mouse.move(*bench.place("a", 0.25, 0.5))
    bench.page.mouse.up()
    expect(handle).to_have_attribute("aria-valuenow", "25")
    expect(bench.inspect).to_contain_text("Click a place in a picture")
    assert bench.stage("b").evaluate("view => getComputedStyle(view).clipPath") == "inset(0px 0px 0px 25%)"


def test_blinking_alternates_and_can_be_done_by_hand(bench):
    bench.choose("blink")
    for side in ("a", "b", "a"):
        expect(bench.page.locator(f".workbench[data-side={side}]")).to_be_visible()
    bench.page.emulate_media(reduced_motion="reduce")
    bench.choose("wipe")
    bench.choose("blink")
    before = bench.page.locator(".workbench").get_attribute("data-side")
    bench.page.wait_for_timeout(900)
    assert bench.page.locator(".workbench").get_attribute("data-side") == before
    bench.page.get_by_role("button", name="Switch").click()
    expect(bench.stage({"a": "b", "b": "a"}[before])).to_be_visible()
    expect(bench.stage(before)).to_be_hidden()
    bench.page.emulate_media(reduced_motion="no-preference")


def test_layers_are_drawn_and_the_box_of_attention_is_chosen(bench):
    assert bench.pixel(0.2, 0.2, bench.stage("a"))[3] == pytest.approx(163, abs=2)
    bench.choose("attention")
    assert (bench.pixel(0.2, 0.2, bench.stage("a"))[3], bench.pixel(0.8, 0.2, bench.stage("a"))[3]) == (204, 0)
    expect(bench.stage("b").locator(".message")).to_have_text("No context attention")
    expect(bench.page.locator(".pane-head .note").first).to_have_text("heat ±0.13")
    bench.page.locator(".chooser").get_by_text("−2").click()
    assert (bench.pixel(0.2, 0.2, bench.stage("a"))[3], bench.pixel(0.8, 0.2, bench.stage("a"))[3]) == (0, 204)
    bench.choose("pca")
    assert bench.pixel(0.5, 0.5, bench.stage("a")) == pytest.approx([0, 255, 0, 204], abs=1)
    bench.choose("picture")
    assert bench.pixel(0.5, 0.5, bench.stage("a")) is None


def test_the_threshold_hides_heat_and_detections_together(bench):
    found = bench.stage("a").locator(".detection")
    expect(found).to_have_count(2)
    bench.set("threshold", "0.5")
    expect(found).to_have_count(1)
    expect(bench.page.locator(".pane-head .note").first).to_have_text("2 found · 1 hidden")
    bench.set("threshold", "0.85")
    expect(found).to_have_count(0)
    assert [bench.pixel(0.2, 0.2, bench.stage(side))[3] for side in "ab"] == [0, 204]


def test_the_wheel_zooms_both_to_the_cursor_once_the_stage_has_the_focus(bench):
    bench.page.locator("select[data-side=a]").focus()
    bench.point("a", 0.75, 0.75)
    bench.page.mouse.wheel(0, -200)
    bench.drawn()
    assert bench.page.locator(".views").get_attribute("data-zoomed") == "false"
    bench.page.locator(".views").focus()
    for _ in range(4):
        bench.page.mouse.wheel(0, -200)
    expect(bench.page.locator(".views")).to_have_attribute("data-zoomed", "true")
    bench.drawn()
    widths = [bench.stage(side).locator(".frame").bounding_box()["width"] for side in "ab"]
    assert widths[0] == widths[1] > 5 * bench.stage("a").bounding_box()["width"]
    bench.page.mouse.down()
    bench.page.mouse.move(*bench.place("a", 0.25, 0.75), steps=3)
    bench.page.mouse.up()
    expect(bench.inspect).to_contain_text("Click a place in a picture")  # a drag keeps no patch
    bench.click("a", 0.5, 0.5)
    expect(bench.inspect).to_contain_text("Column 4, row")
    bench.page.keyboard.press("0")
    expect(bench.page.locator(".views")).to_have_attribute("data-zoomed", "false")


def test_keys_work_inside_and_only_inside(bench):
    bench.page.keyboard.press("s")
    bench.drawn()
    assert bench.pair() == ["raw", "unified"]
    bench.page.keyboard.press("e")
    bench.drawn()
    assert bench.pair() == ["baseline", "unified"]
    bench.page.keyboard.press("e")
    bench.drawn()
    assert bench.pair() == ["unified", "baseline"]  # one cannot be both: they change places
    bench.page.keyboard.press("q")
    bench.page.keyboard.press("ArrowRight")
    expect(bench.inspect).to_contain_text("Column 4, row 2")
    bench.page.get_by_role("button", name="reset").focus()
    before = bench.pair()
    bench.page.keyboard.press("s")
    bench.drawn()
    assert bench.pair() == before


def test_cards_choose_and_are_sorted(bench):
    bench.card("baseline").locator(".pick").click()
    bench.drawn()
    assert bench.pair() == ["baseline", "raw"]
    bench.card("unified").locator(".pick").click(modifiers=["Shift"])
    bench.drawn()
    assert bench.pair() == ["baseline", "unified"]
    bench.card("raw").get_by_role("button", name="B: Raw").click()
    bench.drawn()
    assert bench.pair() == ["baseline", "raw"]
    expect(bench.card("raw").locator(".other")).to_have_attribute("aria-pressed", "true")
    bench.page.locator("[data-setting=sort]").select_option("detections")
    expect(bench.page.locator(".card").first).to_have_attribute("data-name", "unified")
    width = bench.card("raw").bounding_box()["width"]
    bench.give("Grid")
    expect(bench.page.get_by_test_id("stage")).to_be_hidden()
    assert bench.card("raw").bounding_box()["width"] > 1.5 * width


def test_choices_survive_a_new_model_and_a_reload(bench):
    bench.choose("pca")
    bench.click("a", 0.25, 0.1)
    bench.give("two")
    expect(bench.page.get_by_test_id("stage")).to_have_attribute("data-hash", "second")
    assert bench.pair() == ["baseline", "raw"]  # unified is gone
    expect(bench.inspect).to_contain_text("Column 1, row 0")
    expect(bench.page.locator("[data-value=pca]")).to_have_attribute("aria-pressed", "true")
    bench.page.reload()
    bench.give("reset")
    expect(bench.page.locator("[data-value=pca]")).to_have_attribute("aria-pressed", "true")
    assert bench.pair() == ["unified", "raw"]
    bench.give("nothing")
    expect(bench.page.get_by_text("Draw a box on the picture.")).to_be_visible()


def test_there_is_room_for_both_and_on_a_narrow_screen_for_one(bench):
    assert all(bench.stage(side).bounding_box()["width"] >= 430 for side in "ab")
    bench.page.set_viewport_size({"width": 1040, "height": 900})  # Gradio leaves 936 of them
    bench.drawn()
    assert all(bench.stage(side).bounding_box()["width"] >= 430 for side in "ab")
    bench.page.set_viewport_size({"width": 390, "height": 844})
    bench.page.locator(".sides [data-value=b]").click()
    expect(bench.stage("a")).to_be_hidden()
    expect(bench.stage("b")).to_be_visible()
    bench.page.locator(".sides [data-value=a]").click()
    expect(bench.stage("b")).to_be_hidden()
    expect(bench.page.locator(".pane-head strong:visible")).to_have_text("Unified")
    assert bench.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_hooks_say_what_is_shown(bench):
    for name in ("stage", "inspect"):
        expect(bench.page.get_by_test_id(name)).to_have_attribute("data-hash", "first")
    expect(bench.card("raw")).to_have_attribute("data-hash", "first")
    expect(bench.page.get_by_test_id("stage")).to_have_attribute("data-boxes", "2")
    bench.give("german")
    expect(bench.inspect.locator("h3")).to_have_text("Fleck")
