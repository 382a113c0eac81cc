"""The page: its head, its tabs, its language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import gradio as gr

from app.components.box_prompter.component import BoxPrompter
from app.services.backbones import BackboneCatalog
from app.shared import visit
from app.shared.i18n import Localizer, Strings
from app.tabs import TABS
from app.tabs.base import QUICK, PageContext, bind_first
from sam3viz.utils.messages import DEFAULT_LANGUAGE, LANGUAGES, translate

CSS = (Path(__file__).parent / "shared" / "page.css").read_text(encoding="utf-8")
NAMES = [tab.name for tab in TABS]
STRINGS = Strings(
    {
        "subtitle": (
            "SAM 3 finds *every thing like this one* from boxes. How far do exemplar features lie from visual "
            "features, and which bridge closes the gap?"
        ),
    }
)


def build(backbones: Sequence[str] = ()) -> gr.Blocks:
    """Build the whole page, where visitors may choose ``backbones`` beside the library's own; it is not launched.

    Raises:
        ValueError: a name that is no backbone's.
    """
    catalog, words = BackboneCatalog(backbones), Localizer(STRINGS)
    with gr.Blocks(title="sam3viz", fill_width=True, analytics_enabled=False, delete_cache=(3600, 86400)) as page:
        context = _build_frame(words, catalog)
        with context.tabs:
            for tab in TABS:
                with gr.Tab(id=tab.name, elem_id=f"{tab.name}-tab") as item:
                    words.adopt(tab.build(context, words.bind(item, label=partial(translate, tab.title))))
                    item.select(None, context.settled, js=visit.keep_in_address(tab.name), api_visibility="private")
        _connect(page, context, words)
    return page


def _build_frame(words: Localizer, catalog: BackboneCatalog) -> PageContext:
    with gr.Row(elem_classes="head"):
        words.bind(gr.Markdown(elem_classes="heading"), value=_heading)
        language = gr.Radio(
            [(label, code) for code, label in LANGUAGES.items()], value=DEFAULT_LANGUAGE, show_label=False,
            container=False, elem_classes="language", min_width=160, scale=0,
        )  # fmt: skip
    tabs = gr.Tabs(selected=TABS[0].name, elem_id="tabs")
    prompter = BoxPrompter(elem_id="prompter", render=False)
    settled, source_changed, case_changed = (gr.Number(0, visible="hidden") for _ in range(3))
    states = gr.State(), source_changed, gr.State(), case_changed
    return PageContext(language, tabs, settled, prompter, *states, catalog)


def _connect(page: gr.Blocks, context: PageContext, words: Localizer) -> None:
    language = context.language
    language.input(words.updates, language, words.components, **QUICK)
    loaded = page.load(bind_first(visit.greet, NAMES), outputs=[language, context.tabs], **QUICK)
    translated = loaded.then(words.updates, language, words.components, **QUICK)
    translated.then(bind_first(visit.settle, NAMES), outputs=[context.settled, context.case_changed], **QUICK)
    page.unload(visit.leave)


def _heading(language: str) -> str:
    return f"# sam3viz\n{STRINGS[language]['subtitle']}"
