"""What the tests in `tests/browser/test_picture_grid.py` and `tests/browser/test_picture_grid_large.py` share."""

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
    expect(grid.page.locator(".chip")).to_have_count(len(NAMES))
    everything = grid.page.locator(".all")
    if everything.is_visible():
        everything.click()
    for setting, value in {"colours": "inferno", "opacity": "0.8", "threshold": "0"}.items():
        grid.set(setting, value)
    for setting, checked in {"detections": True, "exemplars": True, "colour": False}.items():
        grid.page.locator(f"[data-setting={setting}]").set_checked(checked)
    expect(grid.page.locator(".notice")).to_be_hidden()
    expect(grid.page.locator(".head:visible")).to_have_count(len(NAMES))
    grid.page.wait_for_timeout(50)
    grid.heard.clear()
    return grid


@pytest.fixture(scope="module")
def desktop(served, open_lasting_page) -> Grid:
    return Grid(open_lasting_page(served[0]), served[1])


@pytest.fixture
def grid(desktop) -> Grid:
    return reset(desktop)


def in_sight(grid: Grid) -> list[str]:
    """Variants whose whole cell can be seen."""
    boxes = {name: grid.cell(name).bounding_box() for name in NAMES}
    return [
        name
        for name, box in boxes.items()
        if box["x"] >= 0 and box["x"] + box["width"] <= grid.page.viewport_size["width"]
    ]
