from __future__ import annotations

from types import SimpleNamespace

import gradio as gr

from app.components.image_drop import ImageDrop


def test_the_browser_gets_all_that_it_was_given():
    with gr.Blocks():
        drop = ImageDrop(file_types=["image"], file_count="multiple", height=84, elem_id="drop")
    config = drop.get_config()
    assert drop.get_block_name() == "file"
    assert {key: config[key] for key in ("elem_id", "file_types", "file_count", "height")} == {
        "elem_id": "drop",
        "file_types": ["image"],
        "file_count": "multiple",
        "height": 84,
    }


def test_a_handler_gets_the_paths_of_whatever_came():
    with gr.Blocks():
        drop = ImageDrop()
    assert drop.preprocess(None) == []
    assert drop.preprocess([SimpleNamespace(path="a.txt"), SimpleNamespace(path="b.png")]) == ["a.txt", "b.png"]
