"""The page's layout and which event calls what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import gradio as gr

from app.components.box_prompter.component import BoxPrompter, Prompt
from app.components.box_prompter.strings import STRINGS as BOX_STRINGS
from app.components.picture_grid.component import PictureGrid
from app.components.picture_grid.strings import STRINGS as GRID_STRINGS
from app.services import analyses as handlers
from app.services.backbones import Offer, back_words, in_use, train_command
from app.services.sessions import cancel_all as leave
from app.shared.html_pieces import notice_html, table_html, verdict_html
from app.shared.legacy_job_controls import JobTab
from app.shared.strings import FOUND, PAGE
from app.tabs.across.view import across_tab
from app.tabs.cost.view import cost_tab
from app.tabs.dataset.view import dataset_tab
from app.tabs.dataset.view import opened as opened_case
from app.tabs.explore.backbone_picker import backbone_choice
from app.tabs.robustness.view import robustness_tab
from app.tabs.sam3.view import sam3_tab
from app.tabs.training.strings import EXPLORE
from app.tabs.training.view import training_tab
from sam3viz import VARIANTS
from sam3viz.figures import PANELS
from sam3viz.utils.messages import LANGUAGES, translate

CSS = (Path(__file__).parent / "shared" / "page.css").read_text(encoding="utf-8")
ALL = list(VARIANTS)
FETCH = "() => setTimeout(() => document.querySelector('#download').click(), 300)"
"""A download button hands out the file it had before the click; so another button writes it and then presses this."""
TO_TOP = "() => window.scrollTo({top: 0})"
Updates = dict[Any, Any]


def build(backbones: Sequence[str] = ()) -> gr.Blocks:
    """The whole page, not launched; ``backbones`` are offered beside the library's own.

    Raises:
        ValueError: a name that is no backbone's.
    """
    offer = Offer(backbones)
    with gr.Blocks(title="sam3viz", fill_width=True, analytics_enabled=False, delete_cache=(3600, 86400)) as page:
        _page(page, offer)
    return page


def _page(page: gr.Blocks, offer: Offer) -> None:
    good = gr.State(Prompt())  # the last picture that could be read, to go back to
    shown = gr.State(ALL)
    weights = gr.State()  # what this visitor chose to use instead of the shipped ones, which are None
    words = PAGE["en"]

    with gr.Row(elem_classes="head"):
        heading = gr.Markdown(_heading("en"), elem_classes="heading")
        language = gr.Radio(
            [(label, key) for key, label in LANGUAGES.items()],
            value="en", show_label=False, container=False, elem_classes="language", min_width=160, scale=0,
        )  # fmt: skip
    with gr.Tabs(selected="explore", elem_id="tabs") as tabs:
        explore = gr.Tab(EXPLORE["en"], id="explore", elem_id="explore-tab")
        across = across_tab(language, weights)
        training = training_tab(language, weights, tabs)
        dataset = dataset_tab(language, weights)
        robustness, cost = robustness_tab(language, weights), cost_tab(language, weights)
        others: list[JobTab] = [across, training, dataset, robustness, cost]
    with explore, gr.Row(elem_classes="explore"):
        with gr.Column(scale=3, min_width=340, elem_classes="side"):
            prompter = BoxPrompter(elem_id="prompter")
            notice = gr.HTML(elem_id="notice")
            lesson = gr.Markdown(elem_id="lesson")
            gallery = gr.Gallery(
                handlers.thumbnails(), label=words["examples"], columns=4, height="auto", allow_preview=False,
                interactive=False, object_fit="cover", elem_id="examples", buttons=[],
            )  # fmt: skip
            choice = backbone_choice(offer, language, weights)
            with gr.Accordion(words["export"], open=False) as export:
                downloads = {
                    kind: gr.Button(words[f"export_{kind}"], size="sm", elem_id=f"export-{kind}")
                    for kind in handlers.EXPORTS
                }
                download = gr.DownloadButton(elem_id="download", elem_classes="offscreen")
        with gr.Column(scale=8, min_width=340, elem_classes="result"):
            used = gr.HTML(elem_id="weights-in-use")
            back = gr.Button(size="sm", visible=False, elem_id="shipped-weights")
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
    with tabs:  # last: it takes its picture and boxes from Explore
        others.append(sam3_tab(language, prompter, weights))

    def clear() -> Updates:
        return {judgement: "", grid: None, table: "", **dict.fromkeys(plots.values())}

    @_with_all_before
    def show(prompt: Prompt, names: list[str], lang: str, source: handlers.Source | None) -> Iterator[Updates]:
        """Whose weights, heat, then the panels as they get ready."""
        try:
            button = gr.Button(back_words(source, lang), visible=source is not None)
            yield {used: notice_html(in_use(source, lang)), back: button, **choice.told(source, lang)}
            if prompt.image is None or not prompt.boxes:
                yield {notice: notice_html([PAGE[lang]["waiting"]]), **clear()}
                return
            analysis = handlers.analysis_of(prompt.image, prompt.boxes, source)
        except ValueError as error:
            yield {notice: notice_html([str(error)], error=True), **clear()}
            return
        yield {
            notice: notice_html(analysis.warnings),
            judgement: verdict_html(analysis, lang, train_command(source)),
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

    def choose(event: gr.SelectData, before: list[str], source: handlers.Source | None) -> list[str]:
        return ALL if event.index is None else handlers.still_shown(event.value, before, source)

    def begin(request: gr.Request) -> Updates:
        accepted = request.headers.get("accept-language", "")
        lang = "zh-CN" if accepted.lower().startswith("zh") else "en"
        first = handlers.example(0)
        return {language: lang, prompter: first, good: first, lesson: handlers.lesson(0, lang)}

    def translated(lang: str) -> Updates:
        words = PAGE[lang]
        return {
            **{key: value for other in [*others, choice] for key, value in other.translated(lang).items()},
            explore: gr.Tab(label=EXPLORE[lang]),
            heading: _heading(lang),
            method: words["method"],
            gallery: gr.Gallery(label=words["examples"]),
            export: gr.Accordion(label=words["export"]),
            prompter: gr.update(strings=dict(BOX_STRINGS[lang])),
            grid: gr.update(strings=dict(GRID_STRINGS[lang])),
            **{button: gr.Button(words[f"export_{kind}"]) for kind, button in downloads.items()},
            **{captions[name]: _caption(name, lang) for name in PANELS},
        }

    results = [used, back, notice, judgement, grid, table_caption, table, *plots.values(), *choice.results]
    texts = [
        *(text for other in [*others, choice] for text in other.texts),
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
    grid.select(choose, [shown, weights], shown, **hidden).then(**analyze, api_visibility="private")
    language.input(translated, language, texts, **hidden).then(**analyze, api_visibility="private")
    for event in (training.used, back.click(lambda: None, None, weights, **hidden)):
        choice.displaced_by(event)
        event.success(**analyze, api_visibility="private")
    choice.arrived.change(**analyze, api_visibility="private")
    page.unload(_left)
    for kind, button in downloads.items():
        written = button.click(
            _exporter(kind), [prompter, weights], download, show_progress_on=button, api_visibility="private"
        )
        written.success(None, js=FETCH, api_visibility="private")


def _with_all_before(steps: Callable[..., Iterator[Updates]]) -> Callable[..., Iterator[Updates]]:
    """Each step says all earlier ones again: only what differs is sent, and where two arrive together Gradio's page
    turns what the later one leaves out into nothing before it is shown."""

    @wraps(steps)
    def said(*values: object) -> Iterator[Updates]:
        updates: Updates = {}
        for step in steps(*values):
            updates = {**updates, **step}
            yield updates

    return said


def _left(request: gr.Request) -> None:
    leave(str(request.session_hash))


def _exporter(kind: str) -> Any:  # noqa: ANN401
    def write(prompt: Prompt, source: handlers.Source | None) -> str:
        try:
            return handlers.export(prompt, kind, source)
        except ValueError as error:
            raise gr.Error(str(error)) from error

    return write


def _heading(lang: str) -> str:
    return f"# {PAGE[lang]['title']}\n{PAGE[lang]['subtitle']}"


def _caption(name: str, lang: str) -> str:
    title, read = (translate(text, lang) for text in (PANELS[name].title, PANELS[name].how_to_read))
    return f"**{title}** — {read}"


def _table_caption(lang: str, probes: int) -> str:
    return f"**{PAGE[lang]['numbers']}** — {PAGE[lang]['numbers_read'].format(probes=probes)}"
