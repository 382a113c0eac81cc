"""What the tests in `tests/browser/test_box_prompter.py` and `tests/browser/test_box_prompter_pictures.py` share."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, field
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.components.box_prompter.component import BoxPrompter, Prompt, PromptBox

WIDTH, HEIGHT = 600, 400


LIMIT = 4


Boxes = list[tuple[float, float, float, float, int]]


Events = list[tuple[str, Prompt]]


def picture(width: int = WIDTH, height: int = HEIGHT, kind: str = "PNG", **options) -> bytes:
    ramp = np.linspace(40, 220, width, dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(np.broadcast_to(ramp, (height, width)).copy()).convert("RGB").save(stream, kind, **options)
    return stream.getvalue()


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[tuple[str, Events]]:
    """A page with a drawer that holds a picture, and what its events brought to Python."""
    folder = tmp_path_factory.mktemp("drawer")
    first, again, other = (folder / name for name in ("first.png", "again.png", "other.png"))
    first.write_bytes(picture())
    again.write_bytes(picture())
    other.write_bytes(picture(200, 300))
    events: Events = []

    def show_fresh(prompt: Prompt | None) -> Prompt:
        """Another picture than the one shown, else nothing would change."""
        shown = prompt and prompt.image and Path(prompt.image).name
        return Prompt(str(again if shown == first.name else first))

    def show_other() -> Prompt:
        return Prompt(str(other), (PromptBox(10, 20, 110, 120, 1), PromptBox(5, 6, 50, 60, -1)))

    def show_preview(prompt: Prompt) -> Prompt:
        return Prompt(prompt.image, (), preview=str(first), width=6000, height=4000)

    with gr.Blocks() as demo:
        prompter = BoxPrompter(Prompt(str(first)), max_boxes=LIMIT, max_bytes=100_000, render=False)
        gr.Textbox(label="typing")
        with gr.Row():
            gr.Button("reset").click(show_fresh, prompter, prompter, queue=False)
            gr.Button("other").click(show_other, None, prompter, queue=False)
            gr.Button("preview").click(show_preview, prompter, prompter, queue=False)
            gr.Button("german").click(lambda: gr.update(strings={"positive": "Positiv"}), None, prompter, queue=False)
            gr.Button("refuse").click(refuse, prompter, prompter, show_progress="hidden")
        prompter.render()
        for name in ("change", "input", "upload", "undo"):
            record = recorder(events, name)
            getattr(prompter, name)(
                record, prompter, None, queue=False, trigger_mode="multiple", show_progress="hidden"
            )
    _, url, _ = demo.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False, run_history=False)
    yield url, events
    demo.close()


def refuse(prompt: Prompt) -> Prompt:
    raise gr.Error(f"{len(prompt.boxes)} boxes are refused")


def recorder(events: Events, name: str) -> Callable[[Prompt], None]:
    def record(prompt: Prompt) -> None:
        events.append((name, prompt))

    return record


FRAME = """() => {
    const { left, top, width, height } = document.querySelector(".frame").getBoundingClientRect();
    return [left, top, width, height];
}"""


@dataclass
class Drawer:
    """The page as a person handles it."""

    page: Page
    events: Events = field(repr=False)

    def at(self, x: float, y: float) -> tuple[float, float]:
        left, top, width, height = self.page.evaluate(FRAME)
        return left + x / WIDTH * width, top + y / HEIGHT * height

    def drag(self, x0: float, y0: float, x1: float, y1: float, button: str = "left", keys: str = "") -> None:
        mouse = self.page.mouse
        if keys:
            self.page.keyboard.down(keys)
        mouse.move(*self.at(x0, y0))
        mouse.down(button=button)
        mouse.move(*self.at((x0 + x1) / 2, (y0 + y1) / 2))
        mouse.move(*self.at(x1, y1), steps=3)
        mouse.up(button=button)
        if keys:
            self.page.keyboard.up(keys)

    def click(self, x: float, y: float) -> None:
        self.page.mouse.click(*self.at(x, y))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def button(self, action: str) -> None:
        self.page.locator(f".toolbar [data-action={action}]").click()

    def selected(self) -> str:
        tags = self.page.locator(".tag.selected").all_inner_texts()
        return tags[0] if tags else ""

    @property
    def message(self):
        return self.page.locator(".message")

    def tags(self) -> list[str]:
        return self.page.locator(".tag").all_inner_texts()

    def nothing(self) -> None:
        """No event since the last look."""
        self.heard({})

    def changed(self) -> Prompt:
        """The value of exactly one change since the last look, made by the person."""
        (prompt,) = {prompt for _, prompt in self.heard({"change": 1, "input": 1})}
        return prompt

    def boxes(self) -> Boxes:
        """The boxes of that change."""
        return [astuple(box) for box in self.changed().boxes]

    def draw(self, *corners: float, **how: str) -> Boxes:
        """Draw a box and let go of it."""
        self.drag(*corners, **how)
        drawn = self.boxes()
        self.press("Escape")
        return drawn

    def type(self, *keys: str) -> list[Boxes]:
        """The boxes after each of the keys."""
        states = []
        for key in keys:
            self.press(key)
            states.append(self.boxes())
        return states

    def heard(self, counts: dict[str, int]) -> Events:
        """The events since the last look, which are ``counts`` and no more even after a pause."""
        deadline = time.monotonic() + 30
        while len(self.events) < sum(counts.values()) and time.monotonic() < deadline:
            self.page.wait_for_timeout(20)
        self.page.wait_for_timeout(100)
        heard = self.events.copy()
        self.events.clear()
        names = [name for name, _ in heard]
        assert {name: names.count(name) for name in names} == {k: n for k, n in counts.items() if n}
        return heard


@pytest.fixture(scope="module")
def desktop(served, open_lasting_page) -> Drawer:
    return Drawer(open_lasting_page(served[0]), served[1])


@pytest.fixture
def drawer(desktop) -> Drawer:
    """A fresh picture without boxes or history."""
    return reset(desktop)


def reset(drawer: Drawer) -> Drawer:
    drawer.page.locator(".toolbar [data-action=positive]").click()
    drawer.events.clear()
    drawer.page.get_by_role("button", name="reset").click()
    expect(drawer.message).to_have_text("Drag a box around one thing to look for.")
    drawer.heard({"change": 1})
    return drawer


def near(*boxes: tuple[float, ...]):
    return [pytest.approx(box, abs=1.5) for box in boxes]


def choose(drawer: Drawer, name: str, data: bytes, mime: str = "image/png") -> None:
    with drawer.page.expect_file_chooser() as chooser:
        drawer.button("open")
    chooser.value.set_files({"name": name, "mimeType": mime, "buffer": data})


def orientation(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


SEND = """([encoded, kind, selector]) => {
    const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "sent.png", { type: "image/png" }));
    const options = { bubbles: true, cancelable: true };
    const target = document.querySelector(selector);
    target.dispatchEvent(kind === "paste"
        ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
        : new DragEvent("drop", { ...options, dataTransfer: transfer }));
}"""


@pytest.fixture(scope="module")
def mobile(served, open_lasting_page) -> Drawer:
    return Drawer(open_lasting_page(served[0], 390, 844, has_touch=True, is_mobile=True), served[1])


@pytest.fixture
def phone(mobile) -> Drawer:
    return reset(mobile)


def touch(drawer: Drawer, *steps: tuple[str, list[tuple[float, float]]]) -> None:
    session = drawer.page.context.new_cdp_session(drawer.page)
    for kind, points in steps:
        at = [drawer.at(*point) for point in points]
        touches = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(at)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
