"""The page: its head, its tabs, its language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import gradio as gr

from app.components.box_prompter.component import BoxPrompter
from app.services.backbones import BackboneCatalog
from app.services.sessions import cancel_all
from app.shared.i18n import Localizer, Strings
from app.tabs import TABS
from app.tabs.base import QUICK, PageContext
from sam3viz.utils.messages import DEFAULT_LANGUAGE, LANGUAGES, translate

CSS = (Path(__file__).parent / "shared" / "page.css").read_text(encoding="utf-8")
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
    source_changed, case_changed = gr.Number(0, visible="hidden"), gr.Number(0, visible="hidden")
    return PageContext(language, tabs, prompter, gr.State(), source_changed, gr.State(), case_changed, catalog)


def _connect(page: gr.Blocks, context: PageContext, words: Localizer) -> None:
    language = context.language
    language.input(words.updates, language, words.components, **QUICK)
    loaded = page.load(_accepted_language, outputs=language, **QUICK)
    translated = loaded.then(words.updates, language, words.components, **QUICK)
    translated.then(lambda: 1, outputs=context.case_changed, **QUICK)  # no case: Explore opens its first example
    page.unload(_leave)


def _accepted_language(request: gr.Request) -> str:
    accepted = request.headers.get("accept-language", "")
    return "zh-CN" if accepted.lower().startswith("zh") else DEFAULT_LANGUAGE


def _leave(request: gr.Request) -> None:
    cancel_all(str(request.session_hash))


def _heading(language: str) -> str:
    return f"# sam3viz\n{STRINGS[language]['subtitle']}"
