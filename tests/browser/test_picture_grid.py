"""Reads the picture matrix's pixels and handles it by mouse, keys and swipes. The picture is 60 x 40 pixels."""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import gradio as gr
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from app.components.picture_grid.component import Cell, PictureGrid, PictureMatrix

pytestmark = pytest.mark.browser

NAMES = ["raw", "baseline", "contrastive", "distillation", "unified", "multilevel", "adaptive"]
INFERNO_TOP = (252, 255, 164)
VIRIDIS_TOP = (253, 231, 37)
Heard = list[tuple[list[str], bool]]


def uri(pixels: np.ndarray) -> str:
    stream = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def corner(value: int, right: bool = False) -> str:
    """A heat of 6 x 4 cells: ``value`` in one upper quadrant, 0 elsewhere."""
    grid = np.zeros((4, 6))
    grid[:2, slice(3, 6) if right else slice(0, 3)] = value
    return uri(grid)


def matrix(names: list[str] = NAMES, value: int = 255, exemplars: int = 2, wide: int = 60) -> PictureMatrix:
    boxes = [(3.0, 2.0, 21.0, 14.0, 1), (36.0, 22.0, 54.0, 36.0, -1)][:exemplars]
    cells = [
        Cell(
            name,
            name.capitalize(),
            f"About {name}.",
            corner(round(value * (1 - 0.1 * NAMES.index(name)))),
            ((5.0, 4.0, 25.0, 16.0, 0.875),),
            tuple(corner(255, right=index == 1) for index in range(exemplars)) if name == "unified" else None,
            "1 found",
        )
        for name in names
    ]
    return PictureMatrix(uri(np.full((40, wide, 3), (200, 60, 60))), wide, 40, tuple(cells), tuple(boxes))


REFERENCE = {"reference": uri(np.full((30, 30, 3), 90)), "reference_width": 30, "reference_height": 30}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Heard]]:
    """A page with a matrix, a button for each value, and what the select event brought to Python."""
    heard: Heard = []

    def record(event: gr.SelectData) -> None:
        heard.append((event.value, event.selected))

    values = {
        "reset": matrix(),
        "cold": matrix(value=0),
        "three": matrix(NAMES[:3], exemplars=1),
        "only raw": matrix(["raw"]),
        "opened": replace(matrix(), open="unified"),
        "across": replace(matrix(), **REFERENCE),
        "broken": replace(matrix(), picture="data:image/png;base64,AAAA"),
        "nothing": None,
    }
    with gr.Blocks() as demo:
        grid = PictureGrid(render=False)
        with gr.Row():
            for name, value in values.items():
                gr.Button(name).click(lambda value=value: value, None, grid, queue=False)
            gr.Button("german").click(lambda: gr.update(strings={"heat": "Wärme"}), None, grid, queue=False)
        grid.render()
        grid.select(record, None, None, queue=False, trigger_mode="multiple")
    _, url, _ = demo.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False)
    yield url, heard
    demo.close()


PIXEL = """(canvas, [u, v]) => {
    const at = [u * canvas.width, v * canvas.height].map(Math.floor);
    return [...canvas.getContext("2d").getImageData(...at, 1, 1).data];
}"""


@dataclass
class Grid:
    """The page as a person handles it."""

    page: Page
    heard: Heard = field(repr=False)

    def give(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def cell(self, name: str = "raw", view: str = "heat") -> Locator:
        return self.page.locator(f".cell[data-name={name}][data-view={view}]")

    def chip(self, name: str) -> Locator:
        return self.page.locator(f".chip[data-name={name}]")

    def note(self, name: str) -> Locator:
        return self.page.locator(".head", has_text=name.capitalize()).locator(".note")

    def pixel(self, u: float, v: float, cell: Locator | None = None) -> list[int]:
        return (cell or self.cell()).locator("canvas").evaluate(PIXEL, [u, v])

    def point(self, cell: Locator, u: float, v: float) -> None:
        box = cell.locator(".frame").bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] + u * box["width"], box["y"] + v * box["height"])

    def set(self, setting: str, value: str) -> None:
        self.page.locator(f"[data-setting={setting}]").evaluate(
            "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', { bubbles: true })); }",
            value,
        )

    def shown(self) -> list[str]:
        return [head.inner_text() for head in self.page.locator(".head:visible strong").all()]

    def selects(self, count: int) -> Heard:
        """The select events since the last look, which are ``count``."""
        deadline = time.monotonic() + 10
        while len(self.heard) < count and time.monotonic() < deadline:
            self.page.wait_for_timeout(20)
        self.page.wait_for_timeout(100)
        heard = self.heard.copy()
        self.heard.clear()
        assert len(heard) == count
        return heard


def reset(grid: Grid) -> Grid:
    """Seven variants, none hidden, the usual settings."""
    grid.page.keyboard.press("Escape")
    grid.page.mouse.move(0, 0)
    grid.give("reset")
    expect(grid.page.locator(".chip")).to_have_count(7)
    everything = grid.page.locator(".all")
    if everything.is_visible():
        everything.click()
    for setting, value in {"colours": "inferno", "opacity": "0.8", "threshold": "0"}.items():
        grid.set(setting, value)
    for setting, checked in {"detections": True, "exemplars": True, "colour": False}.items():
        grid.page.locator(f"[data-setting={setting}]").set_checked(checked)
    expect(grid.page.locator(".notice")).to_be_hidden()
    expect(grid.page.locator(".head:visible")).to_have_count(7)
    grid.page.wait_for_timeout(50)
    grid.heard.clear()
    return grid


@pytest.fixture(scope="module")
def desktop(served, open_page) -> Grid:
    return Grid(open_page(served[0]), served[1])


@pytest.fixture
def grid(desktop) -> Grid:
    return reset(desktop)


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
    assert alphas == pytest.approx([204 * (1 - 0.1 * i) for i in range(7)], abs=2)
    grid.set("threshold", "0.75")
    assert [bool(grid.pixel(0.2, 0.2, grid.cell(name))[3]) for name in NAMES] == [True] * 3 + [False] * 4
    assert grid.page.locator(".tick").evaluate("tick => tick.style.left") == "75%"
    assert grid.pixel(0.2, 0.2, grid.cell("unified", "attention"))[3] == 204  # has a scale of its own


def test_a_new_value_keeps_the_canvases_and_the_last_one_wins(grid):
    canvas = grid.cell().locator("canvas")
    canvas.evaluate("canvas => canvas.dataset.kept = 'yes'")
    grid.give("three")
    grid.give("only raw")
    grid.give("cold")
    expect(grid.page.locator(".head")).to_have_count(7)
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


def test_the_pointer_reads_every_variant_at_one_place(grid):
    grid.point(grid.cell("contrastive"), 0.25, 0.25)
    expect(grid.note("raw")).to_have_text("p = 1.00")
    expect(grid.note("adaptive")).to_have_text("p = 0.40")
    expect(grid.page.locator(".cell[data-view=heat] .cross:visible")).to_have_count(7)
    expect(grid.page.locator(".cell[data-view=attention] .cross:visible")).to_have_count(0)
    expect(grid.page.locator(".detection.under .tag:visible")).to_have_text(["0.88"] * 7)
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


def in_sight(grid: Grid) -> list[str]:
    """Variants whose whole cell can be seen."""
    boxes = {name: grid.cell(name).bounding_box() for name in NAMES}
    return [
        name
        for name, box in boxes.items()
        if box["x"] >= 0 and box["x"] + box["width"] <= grid.page.viewport_size["width"]
    ]


def test_seven_columns_line_up_on_a_desk_and_scroll_when_narrow(grid, screenshots):
    assert in_sight(grid) == NAMES
    heat, attention = (grid.cell("unified", view).bounding_box() for view in ("heat", "attention"))
    assert (heat["x"], heat["width"]) == (attention["x"], attention["width"])
    expect(grid.page.locator(".position")).to_be_hidden()
    if screenshots:
        for theme in ("light", "dark"):
            grid.page.evaluate("dark => document.body.classList.toggle('dark', dark)", theme == "dark")
            grid.page.screenshot(path=screenshots / f"picture_grid-{theme}.png")
    grid.page.set_viewport_size({"width": 760, "height": 900})
    expect(grid.page.locator(".position")).to_contain_text("/ 7")
    assert min(grid.cell(name).bounding_box()["width"] for name in NAMES) >= 110
    grid.page.set_viewport_size({"width": 1440, "height": 900})
    expect(grid.page.locator(".position")).to_be_hidden()


def test_a_phone_shows_one_variant_at_a_time(served, open_page):
    grid = Grid(open_page(served[0], 390, 844, has_touch=True, is_mobile=True), served[1])
    grid.give("reset")
    expect(grid.page.locator(".position")).to_have_text("1 / 7")
    assert in_sight(grid) == ["raw"]
    assert grid.cell("baseline").bounding_box()["x"] < 390 - 20  # peeks
    grid.page.locator(".matrix").evaluate("matrix => matrix.scrollTo(2.1 * matrix.clientWidth * 0.88, 0)")
    expect(grid.page.locator(".position")).to_have_text("3 / 7")
    grid.page.wait_for_timeout(300)
    assert in_sight(grid) == ["contrastive"]
    assert grid.page.evaluate("document.documentElement.scrollWidth") <= 390
    grid.cell("contrastive").tap()
    expect(grid.page.get_by_role("dialog")).to_be_visible()
