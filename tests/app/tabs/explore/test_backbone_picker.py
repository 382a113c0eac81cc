from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import gradio as gr
import pytest

from app.page import build
from app.services import backbones as backbones
from app.services.analyses import Weights
from app.tabs.explore.backbone_picker import backbone_choice
from sam3viz import VARIANTS, Analyzer
from sam3viz.encoders import DEFAULT_BACKBONE
from tests.helpers.timm_checkpoints import VIT, save_checkpoint
from tests.helpers.tiny import TinyBackbone

LABEL = f"timm:{VIT}={VIT}-0.safetensors"
PATIENCE = 100


@pytest.fixture
def local(tmp_path, monkeypatch) -> str:
    monkeypatch.setattr("sam3viz.bridges.checkpoints.TRAINED", tmp_path / "trained")
    monkeypatch.setattr(backbones, "SHELF", backbones.Shelf(Analyzer.from_pretrained))
    (tmp_path / "secret place").mkdir()
    return save_checkpoint(VIT, tmp_path / "secret place")


@pytest.fixture
def events(local) -> dict[str, Callable[..., dict[str, Any]]]:
    """What happens on an event, by the function's name; its updates by the name of their component."""
    with gr.Blocks() as page:
        language, weights, button = gr.Radio(["en", "zh-CN"]), gr.State(), gr.Button()
        choice = backbone_choice(backbones.Offer([local]), language, weights)
        choice.displaced_by(button.click(lambda: None))
    names = {gr.Dropdown: "name", gr.Timer: "timer", gr.Number: "arrived", gr.State: "waiting", gr.HTML: "standing"}
    names |= {gr.Accordion: "accordion"}

    def called(function: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
        return lambda *values: {
            "weights" if one is weights else names[type(one)]: update for one, update in function(*values).items()
        }

    return {str(event.name): called(event.fn) for event in page.fns.values() if event.fn is not None}


def test_the_served_page_does_not_know_where_local_weights_are(local):
    served = json.dumps(build([local]).get_config_file(), default=str)
    assert LABEL in served
    assert "secret" not in served


def test_a_chosen_backbone_is_waited_for_and_then_used(events, monkeypatch):
    gate = threading.Event()
    load = Analyzer.from_pretrained
    monkeypatch.setattr(backbones, "SHELF", backbones.Shelf(lambda name: gate.wait(PATIENCE) and load(name)))
    asked = events["choose"](LABEL, None, None, 0, "en")
    assert asked["name"] == LABEL
    assert f"Loading {LABEL}" in asked["standing"]
    assert not {"weights", "arrived"} & set(asked)
    again = events["choose"](LABEL, asked["waiting"], None, 0, "en")
    assert again["waiting"] is asked["waiting"]
    gate.set()
    asked["waiting"].future.result(PATIENCE)
    there = events["follow"](asked["waiting"], None, 0, "en")
    assert there["weights"].label == LABEL
    assert (there["arrived"], there["waiting"], there["standing"]) == (1, None, "")


@pytest.mark.parametrize("text", ["/etc/passwd", "timm:resnet18=/etc/passwd", None])
def test_what_is_refused_leaves_everything_as_it_was(events, local, text):
    before = backbones.Offer([local]).resolve(LABEL, "en")
    told = events["choose"](text, None, before, 3, "en")
    assert told["name"] == LABEL
    assert 'role="alert"' in told["standing"]
    assert not {"weights", "arrived"} & set(told)


def test_a_backbone_that_cannot_be_loaded_leaves_everything_as_it_was(events):
    waiting = backbones.begin(backbones.Offer().resolve("timm:vit_smal_patch16_224", "en"), "en")
    with pytest.raises(ValueError, match="near it"):
        waiting.future.result(PATIENCE)
    told = events["follow"](waiting, None, 3, "en")
    assert (told["name"], told["waiting"]) == (DEFAULT_BACKBONE, None)
    assert "near it are vit_small_patch16_224" in told["standing"]
    assert not {"weights", "arrived"} & set(told)


def test_a_list_that_loses_the_focus_changes_nothing(events, local):
    chosen = backbones.Offer([local]).resolve(LABEL, "en")
    mine = Weights("token", Analyzer(TinyBackbone(), {"raw": VARIANTS["raw"](16)}), ("raw",))
    for text, before in ((DEFAULT_BACKBONE, None), (LABEL, chosen), (DEFAULT_BACKBONE, mine)):
        told = events["choose"](text, None, before, 3, "en")
        assert not {"weights", "arrived", "standing"} & set(told)


def test_back_to_the_default_one_is_at_once_and_gives_up_what_is_waited_for(events, local):
    chosen = backbones.Offer([local]).resolve(LABEL, "en")
    told = events["choose"](DEFAULT_BACKBONE, None, chosen, 3, "en")
    assert (told["weights"], told["arrived"], told["name"]) == (None, 4, DEFAULT_BACKBONE)
    told = events["choose"](DEFAULT_BACKBONE, backbones.begin(chosen, "en"), None, 3, "en")
    assert (told["waiting"], told["standing"]) == (None, "")
    assert "weights" not in told


def test_trained_weights_and_a_backbone_displace_each_other_aloud(events, local):
    chosen = backbones.Offer([local]).resolve(LABEL, "en")
    mine = Weights("token", Analyzer(TinyBackbone(), {"raw": VARIANTS["raw"](16)}), ("raw",))
    assert chosen.analyzer.bridges
    told = events["choose"](LABEL, None, mine, 3, "en")
    assert told["weights"] == chosen
    assert "not in use any more" in told["standing"]
    told = events["displaced"](LABEL, mine, "en")
    assert told["name"] == DEFAULT_BACKBONE
    assert LABEL in told["standing"]
    assert told["accordion"].open, "it must be seen"
    assert "accordion" not in events["displaced"](LABEL, None, "en")
