"""What happens when a visitor chooses a backbone, and when something else puts it out of use."""

from __future__ import annotations

import gradio as gr

from app.services.analyses import ModelSource, TrainedWeights
from app.services.backbones import BackboneChoice, Loading, backbone_label, begin_loading, training_command
from app.shared.html import notice_html, progress_html
from app.tabs.base import QUICK, Updates, bind_first
from app.tabs.explore.backbone_facts import facts_html
from app.tabs.explore.backbone_picker import BackbonePicker
from app.tabs.explore.strings import BACKBONE
from sam3viz.encoders import DEFAULT_BACKBONE
from sam3viz.utils.messages import translate_error


def connect_picker(picker: BackbonePicker) -> None:
    """Wire the list, the timer, and what the rest of the page puts into use."""
    context, language = picker.context, picker.context.language
    current = [picker.loading, context.source, context.source_changed, language]
    outputs = [
        picker.loading, picker.timer, picker.name, picker.progress, context.source, context.source_changed,
    ]  # fmt: skip
    picker.name.input(bind_first(choose_backbone, picker), [picker.name, *current], outputs, **QUICK)
    picker.timer.tick(bind_first(follow_loading, picker), current, outputs, **QUICK)
    context.source_changed.change(
        bind_first(follow_source, picker), [picker.name, context.source, language],
        [picker.accordion, picker.loading, picker.timer, picker.name, picker.progress], **QUICK,
    )  # fmt: skip


def describe_backbone(picker: BackbonePicker, source: ModelSource | None, language: str) -> Updates:
    """Tell of the backbone in use.

    Raises:
        ValueError: it has to be loaded again and cannot be; one sentence says why.
    """
    return {picker.facts: facts_html(source, language), picker.command: training_command(source)}


def choose_backbone(
    picker: BackbonePicker,
    text: object,
    loading: Loading | None,
    source: ModelSource | None,
    changes: float,
    language: str,
) -> Updates:
    """Take what a visitor chose or typed into use, at once or when it is loaded."""
    try:
        choice = picker.context.backbones.resolve(text)
        label = backbone_label(choice)
        if loading is not None and label == loading.choice.label:
            return follow_loading(picker, loading, source, changes, language)
        if label != backbone_label(source):
            if choice is None:
                return {picker.name: label, **_use(picker, None, source, changes, language)}
            begun = begin_loading(choice)
            return {picker.name: label, **follow_loading(picker, begun, source, changes, language)}
    except ValueError as error:
        return _refuse(picker, error, source, language)
    # A list that loses the focus says its value again: then there is nothing to do, and what was said stays.
    return {**_stop_waiting(picker), **({} if loading is None else {picker.progress: ""})}


def follow_loading(
    picker: BackbonePicker, loading: Loading | None, source: ModelSource | None, changes: float, language: str
) -> Updates:
    """Show how the loading stands; the timer goes on until the backbone is there."""
    if loading is None:
        return {picker.timer: gr.Timer(active=False)}
    if not loading.future.done():
        progress = _progress_html(loading, language)
        return {picker.loading: loading, picker.timer: gr.Timer(active=True), picker.progress: progress}
    try:
        loading.future.result()
    except ValueError as error:
        return _refuse(picker, error, source, language)
    return _use(picker, loading.choice, source, changes, language)


def follow_source(picker: BackbonePicker, text: object, source: ModelSource | None, language: str) -> Updates:
    """Go back to the default backbone when another tab or a button put its weights into use.

    Args:
        text: what the list says.
    """
    if isinstance(source, BackboneChoice) or (source is None and text == DEFAULT_BACKBONE):
        return gr.skip()  # chosen in the list, which says so already
    sentence = ""
    if isinstance(source, TrainedWeights) and isinstance(text, str) and text != DEFAULT_BACKBONE:
        sentence = notice_html([BACKBONE[language]["returned"].format(default=DEFAULT_BACKBONE, name=text)])
    opened = {picker.accordion: gr.Accordion(open=True)} if sentence else {}
    return {**_stop_waiting(picker), picker.name: DEFAULT_BACKBONE, picker.progress: sentence, **opened}


def _use(
    picker: BackbonePicker, source: ModelSource | None, before: ModelSource | None, changes: float, language: str
) -> Updates:
    sentence = ""
    if isinstance(before, TrainedWeights):
        sentence = notice_html([BACKBONE[language]["dropped"].format(default=DEFAULT_BACKBONE)])
    context = picker.context
    return {
        **_stop_waiting(picker),
        picker.progress: sentence,
        context.source: source,
        context.source_changed: changes + 1,
    }


def _refuse(picker: BackbonePicker, error: ValueError, source: ModelSource | None, language: str) -> Updates:
    sentence = notice_html([translate_error(error, language)], error=True)
    return {**_stop_waiting(picker), picker.name: backbone_label(source), picker.progress: sentence}


def _stop_waiting(picker: BackbonePicker) -> Updates:
    return {picker.loading: None, picker.timer: gr.Timer(active=False)}


def _progress_html(loading: Loading, language: str) -> str:
    words = BACKBONE[language]
    sentence = words["loading"].format(name=loading.choice.label, seconds=loading.seconds)
    return progress_html(None, sentence, "loading", words["title"])
