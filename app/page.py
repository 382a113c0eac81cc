"""The page's layout and which event calls what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from app import handlers
from app.box_prompter import STRINGS as BOX_STRINGS
from app.box_prompter import BoxPrompter, Prompt
from app.cost_tab import cost_tab
from app.dataset_tab import dataset_tab
from app.dataset_tab import opened as opened_case
from app.job_controls import JobTab
from app.picture_grid import STRINGS as GRID_STRINGS
from app.picture_grid import PictureGrid
from app.robustness_tab import robustness_tab
from app.tables import notice_html, table_html, verdict_html
from app.text import BOX_PROMPTER_ZH, FOUND, LANGUAGES, PAGE, PANELS_ZH, PICTURE_GRID_ZH
from app.training_handlers import in_use
from app.training_tab import training_tab
from app.training_text import EXPLORE, TRAINING
from app.visitors import leave
from sam3viz import VARIANTS
from sam3viz.figures import PANELS

CSS = (Path(__file__).parent / "static" / "page.css").read_text(encoding="utf-8")
ALL = list(VARIANTS)
FETCH = "() => setTimeout(() => document.querySelector('#download').click(), 300)"
"""A download button hands out the file it had before the click; so another button writes it and then presses this."""
TO_TOP = "() => window.scrollTo({top: 0})"
Updates = dict[Any, Any]


def build() -> gr.Blocks:
    """The whole page, not launched."""
    with gr.Blocks(title="sam3viz", fill_width=True, analytics_enabled=False, delete_cache=(3600, 86400)) as page:
        _page(page)
    return page


def _page(page: gr.Blocks) -> None:
    good = gr.State(Prompt())  # the last picture that could be read, to go back to
    shown = gr.State(ALL)
    weights = gr.State()  # what this visitor trained and chose to use; None are the shipped ones
    words = PAGE["en"]

    with gr.Row(elem_classes="head"):
        heading = gr.Markdown(_heading("en"), elem_classes="heading")
        language = gr.Radio(
            [(label, key) for key, label in LANGUAGES.items()],
            value="en", show_label=False, container=False, elem_classes="language", min_width=160, scale=0,
        )  # fmt: skip
    with gr.Tabs(selected="explore", elem_id="tabs") as tabs:
        explore = gr.Tab(EXPLORE["en"], id="explore", elem_id="explore-tab")
        training = training_tab(language, weights, tabs)
        dataset = dataset_tab(language)
        others: list[JobTab] = [training, dataset, robustness_tab(language), cost_tab(language)]
    with explore, gr.Row(elem_classes="explore"):
        with gr.Column(scale=3, min_width=340, elem_classes="side"):
            prompter = BoxPrompter(elem_id="prompter")
            notice = gr.HTML(elem_id="notice")
            lesson = gr.Markdown(elem_id="lesson")
            gallery = gr.Gallery(
                handlers.thumbnails(), label=words["examples"], columns=4, height="auto", allow_preview=False,
                interactive=False, object_fit="cover", elem_id="examples", buttons=[],
            )  # fmt: skip
            with gr.Accordion(words["export"], open=False) as export:
                downloads = {
                    kind: gr.Button(words[f"export_{kind}"], size="sm", elem_id=f"export-{kind}")
                    for kind in ("report", "table", "data")
                }
                download = gr.DownloadButton(elem_id="download", elem_classes="offscreen")
        with gr.Column(scale=8, min_width=340, elem_classes="result"):
            used = gr.HTML(elem_id="weights-in-use")
            back = gr.Button(TRAINING["en"]["back"], size="sm", visible=False, elem_id="shipped-weights")
            judgement = gr.HTML(elem_id="verdict")
            grid = PictureGrid(elem_id="grid")
            captions, plots = {}, {}
            for name in PANELS:
                with gr.Column(elem_classes="view"):
                    captions[name] = gr.Markdown(_caption(name, "en"), elem_classes="caption")
                    plots[name] = gr.Plot(show_label=False, container=False, elem_id=f"panel-{name}")
            with gr.Column(elem_classes="view"):
                table_caption = gr.Markdown(elem_classes="caption")
                table = gr.HTML(elem_id="numbers")
            method = gr.Markdown(words["method"], elem_classes="method")

    def clear() -> Updates:
        return {judgement: "", grid: None, table: "", **dict.fromkeys(plots.values())}

    def show(prompt: Prompt, names: list[str], lang: str, trained: handlers.Weights | None) -> Iterator[Updates]:
        """Whose weights, heat, then the panels as they get ready."""
        words = TRAINING[lang]
        yield {used: notice_html(in_use(trained, lang)), back: gr.Button(words["back"], visible=trained is not None)}
        if prompt.image is None or not prompt.boxes:
            yield {notice: notice_html([PAGE[lang]["waiting"]]), **clear()}
            return
        try:
            analysis = handlers.analysis_of(prompt.image, prompt.boxes, trained)
        except ValueError as error:
            yield {notice: notice_html([str(error)], error=True), **clear()}
            return
        yield {
            notice: notice_html(analysis.warnings),
            judgement: verdict_html(analysis, lang),
            grid: handlers.matrix(analysis, FOUND[lang]),
        }
        for name, figure in handlers.figures(analysis, names):
            yield {plots[name]: figure}
        yield {
            table_caption: _table_caption(lang, len(analysis.probes)),
            table: table_html(analysis, names, PAGE[lang]["numbers"]),
        }

    def receive(prompt: Prompt, before: Prompt, lang: str) -> Updates:
        try:
            ready = handlers.received(prompt)
        except ValueError as error:
            sentences = [str(error)] + ([PAGE[lang]["kept"]] if before.image else [])
            return {prompter: before, good: before, notice: notice_html(sentences, error=True)}
        return {prompter: ready, good: ready, lesson: "", notice: notice_html([PAGE[lang]["waiting"]]), **clear()}

    def open_example(event: gr.SelectData, lang: str) -> Updates:
        prompt = handlers.example(event.index)
        return {prompter: prompt, good: prompt, lesson: handlers.lesson(event.index, lang)}

    def choose(event: gr.SelectData) -> list[str]:
        return event.value

    def begin(request: gr.Request) -> Updates:
        accepted = request.headers.get("accept-language", "")
        lang = "zh-CN" if accepted.lower().startswith("zh") else "en"
        first = handlers.example(0)
        return {language: lang, prompter: first, good: first, lesson: handlers.lesson(0, lang)}

    def translated(lang: str) -> Updates:
        words = PAGE[lang]
        chinese = lang == "zh-CN"
        return {
            **{key: value for other in others for key, value in other.translated(lang).items()},
            explore: gr.Tab(label=EXPLORE[lang]),
            heading: _heading(lang),
            method: words["method"],
            gallery: gr.Gallery(label=words["examples"]),
            export: gr.Accordion(label=words["export"]),
            prompter: gr.update(strings=BOX_PROMPTER_ZH if chinese else BOX_STRINGS),
            grid: gr.update(strings=PICTURE_GRID_ZH if chinese else GRID_STRINGS),
            **{button: gr.Button(words[f"export_{kind}"]) for kind, button in downloads.items()},
            **{captions[name]: _caption(name, lang) for name in PANELS},
        }

    results = [used, back, notice, judgement, grid, table_caption, table, *plots.values()]
    texts = [
        *(text for other in others for text in other.texts),
        explore,
        heading,
        method,
        gallery,
        export,
        prompter,
        grid,
        *downloads.values(),
        *captions.values(),
    ]
    analyze: dict[str, Any] = {
        "fn": show, "inputs": [prompter, shown, language, weights], "outputs": results, "show_progress": "minimal",
        "show_progress_on": judgement, "concurrency_id": "analysis", "concurrency_limit": 1,
    }  # fmt: skip
    # Not queued: Gradio closes a session's event stream with its last queued event, and an analysis that joins in that
    # instant, as one chained to a quick event does, would be lost with it.
    hidden: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}

    opened = page.load(begin, outputs=[language, prompter, good, lesson], **hidden)
    opened.then(translated, language, texts, **hidden).then(**analyze, api_visibility="private")
    prompter.input(**analyze, trigger_mode="always_last", api_visibility="private")
    # Queued: a picture is decoded, and only one at a time may take the memory of forty megapixels.
    prompter.upload(receive, [prompter, good, language], [prompter, good, lesson, *results], **hidden | {"queue": True})
    gallery.select(open_example, language, [prompter, good, lesson], **hidden).then(**analyze, api_visibility="private")
    for end, cases in dataset.galleries.items():
        case = cases.select(opened_case(end), [dataset.job, language], [prompter, good, lesson, tabs], **hidden)
        case.success(None, js=TO_TOP, api_visibility="private")
        case.then(**analyze, api_visibility="private")
    grid.select(choose, outputs=shown, **hidden).then(**analyze, api_visibility="private")
    language.input(translated, language, texts, **hidden).then(**analyze, api_visibility="private")
    training.used.success(**analyze, api_visibility="private")
    back.click(lambda: None, None, weights, **hidden).then(**analyze, api_visibility="private")
    page.unload(_left)
    for kind, button in downloads.items():
        written = button.click(
            _exporter(kind), [prompter, weights], download, show_progress_on=button, api_visibility="private"
        )
        written.success(None, js=FETCH, api_visibility="private")


def _left(request: gr.Request) -> None:
    leave(str(request.session_hash))


def _exporter(kind: str) -> Any:  # noqa: ANN401
    def write(prompt: Prompt, trained: handlers.Weights | None) -> str:
        try:
            return handlers.export(prompt, kind, trained)
        except ValueError as error:
            raise gr.Error(str(error)) from error

    return write


def _heading(lang: str) -> str:
    return f"# {PAGE[lang]['title']}\n{PAGE[lang]['subtitle']}"


def _caption(name: str, lang: str) -> str:
    title, read = PANELS_ZH[name] if lang == "zh-CN" else (PANELS[name].title, PANELS[name].how_to_read)
    return f"**{title}** — {read}"


def _table_caption(lang: str, probes: int) -> str:
    return f"**{PAGE[lang]['numbers']}** — {PAGE[lang]['numbers_read'].format(probes=probes)}"
