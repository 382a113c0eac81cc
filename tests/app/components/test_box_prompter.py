from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import httpx
import pytest
from gradio.data_classes import FileData
from gradio_client import Client, handle_file
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.components.box_prompter.component import BoxData, BoxPrompter, Prompt, PromptBox, PromptData
from app.components.box_prompter.strings import STRINGS
from app.services.stamps import stamp_prompt

numbers = st.floats(-1e6, 1e6)


def payload(*boxes: BoxData, width: int | None = 40, height: int | None = 30) -> PromptData:
    return PromptData(image=FileData(path="a.png"), boxes=boxes, width=width, height=height)


@given(numbers, numbers, numbers, numbers, st.sampled_from([1, -1]), st.integers(1, 5000), st.integers(1, 5000))
def test_boxes_arrive_ordered_and_inside(x0, y0, x1, y1, label, width, height):
    box = PromptBox(x0, y0, x1, y1, label).inside(width, height)
    assert 0 <= box.x0 <= box.x1 <= width
    assert 0 <= box.y0 <= box.y1 <= height
    assert box.label == label
    assert box.inside(width, height) == box


def test_a_box_within_the_picture_is_not_changed():
    sent = BoxData(x0=1.5, y0=2, x1=30.25, y1=20, label=-1)
    assert BoxPrompter().preprocess(payload(sent)).boxes == (PromptBox(1.5, 2, 30.25, 20, -1),)


def test_reversed_and_outside_corners_are_put_right():
    sent = BoxData(x0=99, y0=20, x1=10, y1=-5)
    assert BoxPrompter().preprocess(payload(sent)).boxes == (PromptBox(10, 0, 40, 20, 1),)


def test_without_a_known_size_only_the_origin_clamps():
    sent = BoxData(x0=-3, y0=2, x1=9000, y1=8)
    assert BoxPrompter().preprocess(payload(sent, width=None, height=None)).boxes == (PromptBox(0, 2, 9000, 8, 1),)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_coordinate_that_is_no_number_is_refused(bad):
    with pytest.raises(gr.Error, match="not a finite number"):
        BoxPrompter().preprocess(payload(BoxData(x0=bad, y0=0, x1=5, y1=5)))


@pytest.mark.parametrize("label", [0, 2, -3])
def test_a_label_other_than_the_two_signs_is_refused(label):
    with pytest.raises(gr.Error, match="must be 1"):
        BoxPrompter().preprocess(payload(BoxData(x0=0, y0=0, x1=5, y1=5, label=label)))


def test_more_boxes_than_allowed_are_refused():
    box = BoxData(x0=0, y0=0, x1=5, y1=5)
    prompter = BoxPrompter(max_boxes=2)
    assert len(prompter.preprocess(payload(box, box)).boxes) == 2
    with pytest.raises(gr.Error, match="3 boxes are too many"):
        prompter.preprocess(payload(box, box, box))


@given(st.lists(st.builds(PromptBox, *[st.floats(0, 30)] * 4, st.sampled_from([1, -1])), max_size=5).map(tuple))
def test_a_prompt_survives_the_way_to_the_browser_and_back(boxes):
    prompt = Prompt("/tmp/a.tiff", tuple(box.inside(40, 30) for box in boxes), "/tmp/a.png", 40, 30)
    prompter = BoxPrompter()
    wire = json.loads(prompter.postprocess(prompt).model_dump_json())
    assert prompter.preprocess(PromptData.model_validate(wire, context={"validate_meta": True})) == prompt


def test_nothing_is_an_empty_prompt():
    prompter = BoxPrompter()
    assert prompter.preprocess(None) == prompter.preprocess(prompter.postprocess(None)) == Prompt()


def test_what_comes_from_the_browser_bears_its_stamp_before_boxes_are_put_in_order():
    turned = BoxData(x0=90.0, y0=5.0, x1=-3.0, y1=1.0)
    sent = payload(turned)
    path = sent.image.path if sent.image else None
    assert BoxPrompter().preprocess(sent).stamp == stamp_prompt(path, [(90.0, 5.0, -3.0, 1.0, 1)])


def test_strings_of_another_language_replace_only_what_they_name():
    config = BoxPrompter(strings={"positive": "正例"}, max_boxes=3).get_config()
    assert config["props"]["strings"] == {**STRINGS.english, "positive": "正例"}
    assert config["props"]["max_boxes"] == 3
    assert json.dumps(config)


def test_api_info_describes_the_wire_form():
    prompter = BoxPrompter()
    assert set(prompter.api_info()["properties"]) == {field.name for field in dataclasses.fields(Prompt)} - {"stamp"}
    example = PromptData.model_validate(prompter.example_payload(), context={"validate_meta": True})
    assert prompter.preprocess(example).boxes[0].label == 1


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, list[Prompt]]]:
    seen: list[Prompt] = []

    def record(prompt: Prompt) -> str:
        seen.append(prompt)
        return Path(prompt.image).read_bytes().hex() if prompt.image else ""

    with gr.Blocks() as demo:
        prompter, text = BoxPrompter(), gr.Textbox()
        prompter.input(record, prompter, text, api_name="record")
    _, url, _ = demo.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False, run_history=False)
    yield url, seen
    demo.close()


def test_the_original_file_arrives_byte_for_byte(served, tmp_path):
    url, seen = served
    Image.new("CMYK", (7, 5), (9, 80, 7, 6)).save(tmp_path / "a.tif")
    client = Client(url, verbose=False)
    answer = client.predict({"image": handle_file(tmp_path / "a.tif"), "boxes": []}, api_name="/record")
    assert bytes.fromhex(answer) == (tmp_path / "a.tif").read_bytes()
    assert seen.pop().image.endswith("a.tif")


@pytest.mark.parametrize("field", ["image", "preview"])
@pytest.mark.parametrize("meta", [{"_type": "gradio.FileData"}, None])
def test_a_forged_path_never_reaches_a_handler(served, tmp_path, field, meta):
    url, seen = served
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"not for the page")
    file = {"path": str(secret)} | ({"meta": meta} if meta else {})
    call = httpx.post(f"{url}gradio_api/call/record", json={"data": [{field: file, "boxes": []}]})
    answer = httpx.get(f"{url}gradio_api/call/record/{call.json()['event_id']}", timeout=20).text
    assert "event: error" in answer
    assert b"not for the page".hex() not in answer
    assert not seen
