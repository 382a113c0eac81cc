from __future__ import annotations

import threading
from typing import Any

import gradio as gr
import pytest

from app.services import backbones
from app.services.backbones import AnalyzerPool, BackboneCatalog, begin_loading
from app.tabs.explore.backbone_events import choose_backbone, describe_backbone, follow_loading, follow_source
from app.tabs.explore.backbone_picker import BackbonePicker, build_picker
from sam3viz import Analyzer
from sam3viz.encoders import DEFAULT_BACKBONE
from tests.helpers.model_sources import trained_here
from tests.helpers.page_context import page_context
from tests.helpers.timm_checkpoints import VIT

LABEL = f"timm:{VIT}={VIT}-0.safetensors"
PATIENCE = 100


@pytest.fixture
def picker(local, pool) -> BackbonePicker:
    with gr.Blocks():
        return build_picker(page_context([local]))


def used(picker: BackbonePicker, updates: dict[Any, Any]) -> bool:
    """Whether something else was put into use."""
    context = picker.context
    assert (context.source in updates) == (context.source_changed in updates)
    return context.source in updates


def test_a_chosen_backbone_is_waited_for_and_then_used(picker, monkeypatch):
    gate = threading.Event()
    load = Analyzer.from_pretrained
    monkeypatch.setattr(backbones, "POOL", AnalyzerPool(lambda name: gate.wait(PATIENCE) and load(name)))
    first = choose_backbone(picker, LABEL, None, None, 0, "en")
    assert first[picker.name] == LABEL
    assert f"Loading {LABEL}: 0 s." in first[picker.progress]
    assert first[picker.timer].active
    assert not used(picker, first)
    loading = first[picker.loading]
    assert choose_backbone(picker, LABEL, loading, None, 0, "en")[picker.loading] is loading
    gate.set()
    loading.future.result(PATIENCE)
    ready = follow_loading(picker, loading, None, 0, "en")
    assert ready[picker.context.source].label == LABEL
    assert (ready[picker.context.source_changed], ready[picker.loading], ready[picker.progress]) == (1, None, "")
    assert not ready[picker.timer].active


@pytest.mark.parametrize("text", ["/etc/passwd", "timm:resnet18=/etc/passwd", None])
def test_what_is_refused_leaves_everything_as_it_was(picker, local_choice, text):
    updates = choose_backbone(picker, text, None, local_choice, 3, "en")
    assert updates[picker.name] == LABEL
    assert 'role="alert"' in updates[picker.progress]
    assert not used(picker, updates)
    assert "没有" in choose_backbone(picker, text, None, local_choice, 3, "zh-CN")[picker.progress]


def test_a_backbone_that_cannot_be_loaded_leaves_everything_as_it_was(picker):
    loading = begin_loading(BackboneCatalog().resolve("timm:vit_smal_patch16_224"))
    with pytest.raises(ValueError, match="near it"):
        loading.future.result(PATIENCE)
    updates = follow_loading(picker, loading, None, 3, "en")
    assert (updates[picker.name], updates[picker.loading]) == (DEFAULT_BACKBONE, None)
    assert "near it are vit_small_patch16_224" in updates[picker.progress]
    assert not used(picker, updates)


def test_a_list_that_loses_the_focus_changes_nothing(picker, local_choice):
    for text, source in ((DEFAULT_BACKBONE, None), (LABEL, local_choice), (DEFAULT_BACKBONE, trained_here("raw"))):
        updates = choose_backbone(picker, text, None, source, 3, "en")
        assert not used(picker, updates)
        assert picker.progress not in updates


def test_back_to_the_default_one_is_at_once_and_gives_up_what_is_waited_for(picker, local_choice):
    updates = choose_backbone(picker, DEFAULT_BACKBONE, None, local_choice, 3, "en")
    assert updates[picker.context.source] is None
    assert (updates[picker.context.source_changed], updates[picker.name]) == (4, DEFAULT_BACKBONE)
    updates = choose_backbone(picker, DEFAULT_BACKBONE, begin_loading(local_choice), None, 3, "en")
    assert (updates[picker.loading], updates[picker.progress]) == (None, "")
    assert not used(picker, updates)


def test_a_backbone_takes_the_place_of_trained_weights_aloud(picker, local_choice):
    assert local_choice.analyzer.bridges
    updates = choose_backbone(picker, LABEL, None, trained_here("raw"), 3, "en")
    assert updates[picker.context.source] == local_choice
    assert "not in use any more" in updates[picker.progress]


def test_trained_weights_take_the_place_of_a_backbone_aloud(picker):
    updates = follow_source(picker, LABEL, trained_here("raw"), "en")
    assert updates[picker.name] == DEFAULT_BACKBONE
    assert updates[picker.loading] is None
    assert LABEL in updates[picker.progress]
    assert updates[picker.accordion].open, "it must be seen"
    assert picker.accordion not in follow_source(picker, DEFAULT_BACKBONE, trained_here("raw"), "en")


def test_back_to_the_shipped_weights_sets_the_list_back_in_silence(picker):
    updates = follow_source(picker, LABEL, None, "en")
    assert (updates[picker.name], updates[picker.progress]) == (DEFAULT_BACKBONE, "")
    assert picker.accordion not in updates


def test_what_was_chosen_in_the_list_stays_said(picker, local_choice):
    assert follow_source(picker, LABEL, local_choice, "en") == gr.skip()
    # Another one may be waited for by now.
    assert follow_source(picker, "timm:resnet18", local_choice, "en") == gr.skip()
    assert follow_source(picker, DEFAULT_BACKBONE, None, "en") == gr.skip()


def test_the_backbone_in_use_is_told_with_what_trains_it(picker, local_choice):
    updates = describe_backbone(picker, local_choice, "en")
    assert local_choice.analyzer.backbone.identity in updates[picker.facts]
    assert updates[picker.command] == f"sam3viz train --backbone {LABEL}"
