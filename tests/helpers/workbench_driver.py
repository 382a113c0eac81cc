"""An invented model for the workbench, 6 x 4 cells of 10 pixels, and its page as a person handles it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from playwright.sync_api import Locator, Page, expect

from app.components.workbench.component import PackedTokens, VariantView, WorkbenchModel
from tests.helpers.grid_driver import corner, uri

NAMES = ["raw", "baseline", "unified"]
COLUMNS, ROWS = 6, 4
BOXES = ((3.0, 2.0, 21.0, 14.0, 1), (36.0, 22.0, 54.0, 36.0, -1))
HEATS = {"raw": 255, "baseline": 102, "unified": 204}
SCORES = {"raw": (0.9,), "baseline": (), "unified": (0.8, 0.4)}


def tokens(folder: Path, name: str) -> PackedTokens:
    """Two kinds of tokens: left and right in the reference line, above and below in the others."""
    first = np.zeros((ROWS, COLUMNS), bool)
    if name == "raw":
        first[:, : COLUMNS // 2] = True
    else:
        first[: ROWS // 2] = True
    path = folder / f"{name}.bin"
    path.write_bytes(np.stack([first, ~first], -1).astype(np.int8).tobytes())
    return PackedTokens(f"/gradio_api/file={path}", COLUMNS, ROWS, 2, (1.0, 0.5), 0.93, 0.012)


def model(folder: Path, names: list[str] = NAMES, key: str = "first") -> WorkbenchModel:
    views = [
        VariantView(
            name,
            name.capitalize(),
            f"About {name}.",
            f"{len(SCORES[name])} found",
            corner(HEATS[name]),
            tuple((5.0 + 20 * i, 4.0, 25.0 + 20 * i, 16.0, score) for i, score in enumerate(SCORES[name])),
            tuple(corner(255, right=index == 1) for index in range(2)) if name == "unified" else None,
            0.125 if name == "unified" else None,
            uri(np.full((ROWS, COLUMNS, 3), (0, 255, 0))),
            ("#00ff00", "#ff0000"),
            tokens(folder, name),
        )
        for name in names
    ]
    return WorkbenchModel(key, uri(np.full((40, 60, 3), (200, 60, 60))), 60, 40, tuple(views), BOXES)


def cut_short(whole: WorkbenchModel) -> WorkbenchModel:
    """The same with fewer bytes than promised in every variant's tokens."""
    url = "data:application/octet-stream;base64,AAAA"
    views = [replace(view, tokens=replace(view.tokens, url=url)) for view in whole.variants]
    return replace(whole, variants=tuple(views))


PIXEL = """(canvas, [u, v]) => {
    const at = [u * canvas.width, v * canvas.height].map(Math.floor);
    return canvas.hidden ? null : [...canvas.getContext("2d").getImageData(...at, 1, 1).data];
}"""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass
class Bench:
    page: Page
    requests: list[str] = field(repr=False)
    """All that the page has asked for."""

    def give(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def drawn(self) -> None:
        self.page.evaluate(DRAWN)

    def choose(self, value: str) -> None:
        """A mode or a layer."""
        self.page.locator(f".toolbar [data-value={value}]").click()
        self.drawn()

    def stage(self, side: str) -> Locator:
        return self.page.get_by_test_id(f"stage-{side}")

    def card(self, name: str) -> Locator:
        return self.page.get_by_test_id(f"variant-card-{name}")

    @property
    def inspect(self) -> Locator:
        return self.page.get_by_test_id("inspect")

    def pixel(self, u: float, v: float, where: Locator) -> list[int] | None:
        self.drawn()
        return where.locator("canvas.heat").evaluate(PIXEL, [u, v])

    def place(self, side: str, u: float, v: float) -> tuple[float, float]:
        box = self.stage(side).bounding_box()
        assert box is not None
        return box["x"] + u * box["width"], box["y"] + v * box["height"]

    def point(self, side: str, u: float, v: float) -> None:
        self.page.mouse.move(*self.place(side, u, v))
        self.drawn()

    def click(self, side: str, u: float, v: float) -> None:
        self.page.mouse.click(*self.place(side, u, v))
        self.drawn()

    def set(self, setting: str, value: str) -> None:
        self.page.locator(f"[data-setting={setting}]").evaluate(
            "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', { bubbles: true })); }",
            value,
        )
        self.drawn()

    def pair(self) -> list[str]:
        return [self.page.locator(f"select[data-side={side}]").input_value() for side in "ab"]

    def reset(self) -> Bench:
        """Unified and raw beside each other, their heat, nothing kept, on a wide screen."""
        self.page.set_viewport_size({"width": 1440, "height": 1000})
        self.page.mouse.move(0, 0)
        if self.page.locator(".workbench").get_attribute("data-spread") == "true":
            self.give("Grid")
        self.give("reset")
        expect(self.page.locator(".card")).to_have_count(len(NAMES))
        expect(self.page.get_by_test_id("stage")).to_have_attribute("data-hash", "first")
        self.choose("heat")
        self.choose("side")
        for side, name in {"a": "unified", "b": "raw"}.items():
            self.page.locator(f"select[data-side={side}]").select_option(name)
            self.drawn()
        self.page.locator(".views").focus()
        for key in ("Escape", "0"):
            self.page.keyboard.press(key)
        for setting, value in {"threshold": "0", "opacity": "0.8", "sort": "registered"}.items():
            self.set(setting, value)
        self.page.evaluate("window.scrollTo(0, 0)")
        self.requests.clear()
        return self
