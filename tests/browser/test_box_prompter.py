"""Drives the box drawer by mouse, keys and touch. Coordinates are pixels of the 600 x 400 picture on the page."""

from __future__ import annotations

import base64
import io
import itertools
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

pytestmark = pytest.mark.browser

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
    """A page with a drawer that holds a picture, and what its three events brought to Python."""
    folder = tmp_path_factory.mktemp("drawer")
    first, again, other = (folder / name for name in ("first.png", "again.png", "other.png"))
    first.write_bytes(picture())
    again.write_bytes(picture())
    fresh = itertools.cycle([again, first])
    other.write_bytes(picture(200, 300))
    events: Events = []

    def show_other() -> Prompt:
        return Prompt(str(other), (PromptBox(10, 20, 110, 120, 1), PromptBox(5, 6, 50, 60, -1)))

    def show_preview(prompt: Prompt) -> Prompt:
        return Prompt(prompt.image, (), preview=str(first), width=6000, height=4000)

    with gr.Blocks() as demo:
        prompter = BoxPrompter(Prompt(str(first)), max_boxes=LIMIT, max_bytes=100_000, render=False)
        gr.Textbox(label="typing")
        with gr.Row():
            gr.Button("reset").click(lambda: Prompt(str(next(fresh))), None, prompter, queue=False)
            gr.Button("other").click(show_other, None, prompter, queue=False)
            gr.Button("preview").click(show_preview, prompter, prompter, queue=False)
            gr.Button("german").click(lambda: gr.update(strings={"positive": "Positiv"}), None, prompter, queue=False)
            gr.Button("refuse").click(refuse, prompter, prompter, show_progress="hidden")
        prompter.render()
        for name in ("change", "input", "upload"):
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
        self.drag(*corners, **how)
        return self.boxes()

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
def desktop(served, open_page) -> Drawer:
    return Drawer(open_page(served[0]), served[1])


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


def test_left_draws_the_chosen_sign_and_right_or_shift_the_other(drawer):
    drawer.draw(50, 50, 150, 120)
    drawer.draw(300, 200, 200, 100, button="right")  # backwards
    drawer.draw(400, 50, 500, 150, keys="Shift")
    drawer.press("2")
    expect(drawer.page.get_by_role("button", name="Negative")).to_have_attribute("aria-pressed", "true")
    assert drawer.draw(60, 60, 100, 100) == near(  # nested
        (50, 50, 150, 120, 1), (200, 100, 300, 200, -1), (400, 50, 500, 150, -1), (60, 60, 100, 100, -1)
    )
    assert drawer.tags() == ["+1", "−2", "−3", "−4"]
    expect(drawer.message).to_have_text("1 positive, 3 negative. Click a box to edit it.")


def test_a_drag_out_of_the_picture_is_clamped(drawer):
    assert drawer.draw(500, 300, 700, 460) == near((500, 300, WIDTH, HEIGHT, 1))
    assert drawer.draw(100, 90, -60, -40)[1] == near((0, 0, 100, 90, 1))[0]


def test_nothing_is_sent_while_dragging_and_the_size_is_shown(drawer):
    mouse = drawer.page.mouse
    mouse.move(*drawer.at(100, 100))
    mouse.down()
    mouse.move(*drawer.at(300, 200), steps=8)
    size = drawer.page.locator(".size").inner_text()
    assert [float(side) for side in size.removesuffix(" px").split(" × ")] == pytest.approx([200, 100], abs=2)
    drawer.nothing()
    drawer.press("Escape")
    mouse.up()
    drawer.nothing()
    assert drawer.tags() == []


def test_a_press_without_a_drag_is_a_click_and_a_sliver_is_refused(drawer):
    drawer.click(200, 200)
    drawer.nothing()
    drawer.drag(100, 100, 300, 101)
    expect(drawer.message).to_have_text("That box is too thin. Drag a larger one.")
    drawer.nothing()


def test_click_selects_the_smallest_box_and_its_drag_moves_it(drawer):
    drawer.draw(100, 100, 400, 300)
    drawer.draw(150, 150, 250, 250, button="right")
    drawer.click(200, 200)
    assert drawer.selected() == "−2"
    expect(drawer.message).to_contain_text("Box 2 of 2, negative, 100 ×")
    drawer.drag(200, 200, 230, 190)
    assert drawer.boxes()[1] == near((180, 140, 280, 240, -1))[0]
    drawer.click(350, 280)
    assert drawer.selected() == "+1"
    drawer.drag(350, 280, 900, 280)  # stops at the border and keeps its size
    assert drawer.boxes()[0] == near((300, 100, 600, 300, 1))[0]
    drawer.click(50, 50)
    assert drawer.selected() == ""
    drawer.nothing()


@pytest.mark.parametrize(
    ("edges", "by", "expected"),
    [
        ("nw", (-20, 10), (180, 110, 400, 300, 1)),
        ("n", (30, -20), (200, 80, 400, 300, 1)),
        ("e", (50, 30), (200, 100, 450, 300, 1)),
        ("se", (-60, 40), (200, 100, 340, 340, 1)),
        ("w", (900, 0), (399, 100, 400, 300, 1)),  # an edge stops one pixel before the opposite one
    ],
)
def test_handles_resize(drawer, edges, by, expected):
    drawer.draw(200, 100, 400, 300)
    drawer.click(300, 200)
    assert drawer.page.locator(".handle").count() == 8
    x = {"w": 200, "e": 400}.get(edges[-1], 300)
    y = {"n": 100, "s": 300}.get(edges[0], 200)
    drawer.drag(x, y, x + by[0], y + by[1])
    assert drawer.boxes() == near(expected)


def test_every_change_can_be_undone_and_redone(drawer):
    states = [drawer.draw(50, 50, 150, 120), drawer.draw(200, 100, 300, 200)]
    drawer.click(100, 100)
    states += [drawer.draw(100, 100, 120, 100), *drawer.type("x", "Delete")]
    drawer.button("clear")
    states.append(drawer.boxes())
    assert states[3] == near((70, 50, 170, 120, -1), (200, 100, 300, 200, 1))
    assert states[4:] == [near((200, 100, 300, 200, 1)), []]
    assert drawer.type("z", "Control+z", "Meta+z", "z", "z", "z") == [*states[-2::-1], []]
    drawer.press("z")
    drawer.nothing()
    assert drawer.type("Shift+Z", "Control+y", "Control+Shift+Z") == states[:3]
    drawer.draw(400, 300, 500, 380)
    expect(drawer.page.locator("[data-action=redo]")).to_be_disabled()


def test_a_box_is_removed_by_its_cross_or_a_key(drawer):
    drawer.draw(50, 50, 150, 150)
    drawer.draw(200, 50, 300, 150)
    drawer.press("Backspace")
    drawer.nothing()
    drawer.click(100, 100)
    drawer.page.locator(".remove").click()
    assert drawer.boxes() == near((200, 50, 300, 150, 1))
    drawer.click(250, 100)
    drawer.press("Backspace")
    assert drawer.boxes() == []


def test_keyboard_alone_selects_nudges_and_leaves(drawer):
    drawer.draw(50, 50, 150, 150)
    (x0, y0, *_), second = drawer.draw(200, 50, 300, 150)
    drawer.press("Tab")
    _, (moved, other) = drawer.type("ArrowRight", "Shift+ArrowDown")
    assert moved[:2] == pytest.approx((x0 + 1, y0 + 10))
    assert other == second
    keyboard = drawer.page.keyboard
    for _ in range(5):  # a held key repeats and is one gesture
        keyboard.down("ArrowLeft")
    drawer.nothing()
    keyboard.up("ArrowLeft")
    assert drawer.boxes()[0][0] == pytest.approx(x0 - 4)
    drawer.press("Tab")
    assert drawer.selected() == "+2"
    drawer.press("Tab")
    assert drawer.selected() == ""
    assert not drawer.page.locator(".stage").evaluate("stage => stage === document.activeElement")
    drawer.nothing()


def test_help_opens_and_escape_closes(drawer):
    card = drawer.page.locator(".help")
    drawer.press("?")
    expect(card).to_contain_text("Right drag, Shift + drag")
    drawer.press("Escape")
    expect(card).to_be_hidden()


def test_keys_in_a_text_field_are_left_alone(drawer):
    drawer.draw(50, 50, 150, 150)
    drawer.page.get_by_label("typing").click()
    drawer.page.keyboard.type("z2x?")
    expect(drawer.page.get_by_label("typing")).to_have_value("z2x?")
    expect(drawer.page.get_by_role("button", name="Positive")).to_have_attribute("aria-pressed", "true")
    drawer.nothing()
    assert drawer.tags() == ["+1"]


def test_one_box_too_many_is_refused_and_the_others_stay(drawer):
    for i in range(LIMIT):
        drawer.draw(20 + 100 * i, 50, 90 + 100 * i, 150)
    drawer.drag(20, 200, 90, 300)
    expect(drawer.message).to_contain_text(f"There are already {LIMIT} boxes")
    drawer.nothing()
    assert len(drawer.tags()) == LIMIT


def test_a_refusal_by_the_server_loses_nothing(drawer):
    drawer.draw(50, 50, 150, 150)
    drawer.page.get_by_role("button", name="refuse").click()
    expect(drawer.page.get_by_text("1 boxes are refused")).to_be_visible()
    drawer.drag(200, 50, 300, 150)
    assert len(drawer.boxes()) == 2


def choose(drawer: Drawer, name: str, data: bytes, mime: str = "image/png") -> None:
    with drawer.page.expect_file_chooser() as chooser:
        drawer.button("open")
    chooser.value.set_files({"name": name, "mimeType": mime, "buffer": data})


def test_an_opened_picture_arrives_as_it_is_and_clears_the_boxes(drawer):
    drawer.draw(50, 50, 150, 150)
    data = picture(300, 200, "JPEG", exif=orientation(6))
    choose(drawer, "turned.jpg", data, "image/jpeg")
    heard = dict(drawer.heard({"change": 1, "upload": 1}))
    prompt = heard["upload"]
    assert prompt == heard["change"]
    assert Path(prompt.image).read_bytes() == data
    assert (prompt.width, prompt.height, prompt.boxes) == (200, 300, ())  # upright, as EXIF says
    drawer.drag(0, 0, WIDTH / 2, HEIGHT / 2)
    assert drawer.boxes() == near((0, 0, 100, 150, 1))


def orientation(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


@pytest.mark.parametrize(
    ("name", "mime", "size", "sentence"),
    [
        ("notes.pdf", "application/pdf", 10, "notes.pdf is not a picture."),
        ("huge.png", "image/png", 150_000, "huge.png has 0.1 MB and the limit is 0.1 MB."),
    ],
)
def test_a_file_that_will_not_do_is_refused_with_a_sentence(drawer, name, mime, size, sentence):
    drawer.draw(50, 50, 150, 150)
    choose(drawer, name, bytes(size), mime)
    expect(drawer.message).to_contain_text(sentence)
    drawer.nothing()
    assert drawer.tags() == ["+1"]


def test_a_picture_the_browser_cannot_show_waits_for_a_preview(drawer):
    tiff = picture(600, 400, "TIFF", compression="tiff_deflate")
    choose(drawer, "scan.tif", tiff, "image/tiff")
    expect(drawer.message).to_contain_text("This browser cannot show that kind of picture.")
    prompt = dict(drawer.heard({"change": 1, "upload": 1}))["upload"]
    assert Path(prompt.image).read_bytes() == tiff
    assert prompt.width is None
    drawer.page.get_by_role("button", name="preview").click()
    expect(drawer.message).to_contain_text("Drag a box")
    drawer.heard({"change": 1})
    drawer.drag(60, 40, 300, 200)  # of the 600 x 400 preview
    after = drawer.changed()
    assert astuple(after.boxes[0]) == pytest.approx((600, 400, 3000, 2000, 1), abs=15)
    assert Path(after.image).name == "scan.tif"


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


@pytest.mark.parametrize(("kind", "selector"), [("paste", "body"), ("drop", ".stage")])
def test_a_picture_can_be_pasted_or_dropped(drawer, kind, selector):
    data = picture(320, 240)
    drawer.page.evaluate(SEND, [base64.b64encode(data).decode(), kind, selector])
    prompt = dict(drawer.heard({"change": 1, "upload": 1}))["upload"]
    assert Path(prompt.image).read_bytes() == data
    assert (prompt.width, prompt.height) == (320, 240)


def test_a_paste_into_a_text_field_is_not_a_picture(drawer):
    drawer.page.evaluate(SEND, [base64.b64encode(picture()).decode(), "paste", "textarea"])
    drawer.heard({})


def test_a_value_from_python_is_shown_without_an_echo(drawer):
    drawer.draw(50, 50, 150, 150)
    drawer.page.get_by_role("button", name="other").click()
    expect(drawer.message).to_have_text("1 positive, 1 negative. Click a box to edit it.")
    assert drawer.tags() == ["+1", "−2"]
    (_, prompt), *_ = drawer.heard({"change": 1})
    assert [astuple(box) for box in prompt.boxes] == [(10, 20, 110, 120, 1), (5, 6, 50, 60, -1)]
    drawer.drag(0, 200, 600, 400)  # the frame is now 200 x 300
    assert drawer.boxes()[-1] == near((0, 150, 200, 300, 1))[0]


def test_the_language_can_be_changed_while_drawing(drawer):
    drawer.draw(50, 50, 150, 150)
    drawer.page.get_by_role("button", name="german").click()
    expect(drawer.page.locator("[data-text=positive]")).to_have_text("Positiv")
    assert drawer.tags() == ["+1"]


@pytest.fixture(scope="module")
def mobile(served, open_page) -> Drawer:
    return Drawer(open_page(served[0], 390, 844, has_touch=True, is_mobile=True), served[1])


@pytest.fixture
def phone(mobile) -> Drawer:
    return reset(mobile)


def touch(drawer: Drawer, *steps: tuple[str, list[tuple[float, float]]]) -> None:
    session = drawer.page.context.new_cdp_session(drawer.page)
    for kind, points in steps:
        at = [drawer.at(*point) for point in points]
        touches = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(at)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def test_one_finger_draws_and_does_not_scroll(phone):
    touch(
        phone,
        ("touchStart", [(100, 100)]),
        ("touchMove", [(200, 200)]),
        ("touchMove", [(300, 300)]),
        ("touchEnd", []),
    )
    assert phone.boxes() == near((100, 100, 300, 300, 1))
    assert phone.page.evaluate("scrollY") == 0
    phone.page.touchscreen.tap(*phone.at(200, 200))
    assert phone.selected() == "+1"


def test_a_second_finger_gives_the_gesture_to_the_browser(phone):
    touch(
        phone,
        ("touchStart", [(100, 100)]),
        ("touchMove", [(160, 160)]),
        ("touchStart", [(160, 160), (400, 300)]),
        ("touchMove", [(120, 120), (500, 380)]),
        ("touchEnd", []),
    )
    phone.nothing()
    assert phone.tags() == []


def test_the_phone_layout_fits_and_its_buttons_are_large(phone):
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    heights = phone.page.locator(".toolbar button").evaluate_all("all => all.map((b) => b.offsetHeight)")
    assert len(heights) == 8
    assert min(heights) >= 36


def test_signs_differ_by_more_than_colour(drawer, screenshots):
    drawer.drag(60, 60, 260, 260)
    drawer.drag(320, 120, 520, 340, button="right")
    style = "(box) => getComputedStyle(box, box.matches('.negative') ? '::before' : null).borderTopStyle"
    assert [box.evaluate(style) for box in drawer.page.locator(".box").all()] == ["solid", "dashed"]
    assert drawer.tags() == ["+1", "−2"]
    drawer.click(100, 200)
    if screenshots:
        for theme in ("light", "dark"):
            drawer.page.evaluate("dark => document.body.classList.toggle('dark', dark)", theme == "dark")
            drawer.page.screenshot(path=screenshots / f"box_prompter-{theme}.png")
