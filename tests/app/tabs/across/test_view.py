from __future__ import annotations

import gradio as gr
import pytest
from gradio.blocks import postprocess_update_dict

from app.tabs.across.view import build_view


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_language_is_sent_with_all_properties_as_the_components_were_never_seen(language):
    with gr.Blocks():
        view = build_view()
    updates = view.words.updates(language)
    for component in (view.inputs.prompter, view.result.grid):
        constants = {name: value for name, value in component.props.items() if name != "strings"}
        assert constants
        sent = postprocess_update_dict(component, updates[component])["props"]
        assert sent["strings"].keys() == component.props["strings"].keys()
        assert {name: sent[name] for name in constants} == constants
