"""The "Across images" tab: its layout and which event calls what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from app.components.box_prompter.component import BoxPrompter, Prompt
from app.components.box_prompter.strings import STRINGS as BOX_STRINGS
from app.components.picture_grid.component import PictureGrid
from app.components.picture_grid.strings import STRINGS as GRID_STRINGS
from app.services.analyses import received
from app.shared.html_pieces import notice_html
from app.shared.legacy_job_controls import JobControls, JobTab, Updates
from app.tabs.across import inputs as given
from app.tabs.across import service as handlers
from app.tabs.across.cards import PRESSED
from app.tabs.across.inputs import Reference, Target
from app.tabs.across.service import TOGETHER, Searched
from app.tabs.across.strings import ACROSS
from sam3viz.api.cross_image import MAX_TARGETS
from sam3viz.utils.jobs import Job


class PictureFiles(gr.File):
    """A file drop that offers pictures. What comes all the same is let through: the handler says what is wrong."""

    def get_block_name(self) -> str:
        return "file"

    def preprocess(self, payload: Any) -> list[str]:  # noqa: ANN401 Gradio's list of files
        return [] if payload is None else [file.path for file in payload]


def across_tab(language: gr.Radio, weights: gr.State) -> JobTab:
    """Build the tab within the page's tabs.

    Args:
        weights: what the browser session analyses with instead of the shipped weights, which are None.
    """
    words = ACROSS["en"]
    with gr.Tab(words["tab"], id="across", elem_id="across-tab") as tab:
        controls: JobControls[Searched] = JobControls("across", lambda lang: ACROSS[lang]["idle"], "search")
        begun, good, chosen = gr.State(False), gr.State(Prompt()), gr.State(0)
        kept, targets = gr.State(()), gr.State(())
        with gr.Row(elem_classes="explore"):
            with gr.Column(scale=3, min_width=340, elem_classes="side"):
                intro = gr.Markdown(words["intro"])
                first = gr.Markdown(words["references"])
                prompter = BoxPrompter(elem_id="across-prompter")
                told_reference = gr.HTML(elem_id="across-reference-notice")
                add = gr.Button(words["add"], size="sm", elem_id="across-add")
                references = _pressable("across-references")
                second = gr.Markdown(words["targets"].format(most=MAX_TARGETS))
                files = PictureFiles(
                    label=words["files"], file_types=["image"], file_count="multiple", height=84,
                    elem_id="across-drop",
                )  # fmt: skip
                told_target = gr.HTML(elem_id="across-target-notice")
                pictures = _pressable("across-targets")
            with gr.Column(scale=8, min_width=340, elem_classes="result"):
                with gr.Row():
                    with gr.Column(min_width=260):
                        controls.buttons()
                    placed = gr.Checkbox(
                        False, label=words["placed"], info=words["placed_info"], min_width=320, elem_id="across-placed"
                    )
                controls.standing()
                with gr.Column(visible=False) as shown:
                    told = gr.HTML(elem_id="across-told")
                    asked = gr.Radio(
                        [(words["together"], TOGETHER)], value=TOGETHER, label=words["ask"], elem_id="across-asked"
                    )
                    with gr.Column(elem_classes="view"):
                        table_read = gr.Markdown(words["table_read"], elem_classes="caption")
                        overview = _pressable("across-overview")
                # Not in what appears with the first result: words sent to it before that would be lost.
                with gr.Column(elem_classes="view", elem_id=handlers.CLOSER.removeprefix("#")):
                    close_read = gr.Markdown(elem_classes="caption")
                    grid = PictureGrid(strings=_grid_strings("en"), elem_id="across-grid")
                controls.export()

    def look(found: Searched, reference: int, target: int, lang: str, opened: str | None = None) -> Updates:
        name = found.names[target]
        return {
            overview: handlers.overview_html(found, reference, target, lang),
            close_read: ACROSS[lang]["close_read"].format(target=name),
            grid: handlers.matrix(found, reference, target, lang, opened),
        }

    def show(found: Searched, lang: str, reference: int, target: int) -> Updates:
        reference = reference if reference in found.references else TOGETHER
        named = handlers.choices(found, lang)
        return {
            shown: gr.Column(visible=True),
            told: notice_html(handlers.sentences(found, lang)),
            asked: gr.Radio(named, value=reference, label=ACROSS[lang]["ask"], visible=len(named) > 1),
            **look(found, reference, min(target, len(found.names) - 1), lang),
        }

    def press(event: gr.SelectData, job: Job[Searched], lang: str, reference: int) -> Updates:
        found = job.result()
        if found is None or not 0 <= event.index < len(found.names):
            raise gr.Error(ACROSS[lang]["idle"])
        return {chosen: event.index, **look(found, reference, event.index, lang, event.value)}

    def cards(references_kept: Sequence[Reference], targets_given: Sequence[Target], lang: str) -> Updates:
        return {
            references: given.references_html(references_kept, lang),
            pictures: given.targets_html(targets_given, lang),
        }

    def enter(
        entered: bool, references_kept: Sequence[Reference], targets_given: Sequence[Target], lang: str
    ) -> Updates:
        """Fill in the example at the first visit."""
        if entered:
            return cards(references_kept, targets_given, lang)
        prompt, examples = given.opening()
        return {begun: True, prompter: prompt, good: prompt, targets: examples, **cards((), examples, lang)}

    def receive(prompt: Prompt, before: Prompt, lang: str) -> Updates:
        try:
            ready = received(prompt)
        except ValueError as error:
            sentences = [str(error)] + ([ACROSS[lang]["restored"]] if before.image else [])
            return {prompter: before, good: before, told_reference: notice_html(sentences, error=True)}
        return {prompter: ready, good: ready, told_reference: ""}

    def keep(prompt: Prompt, before: Sequence[Reference], lang: str) -> Updates:
        try:
            now = given.keep(prompt, before, lang)
        except ValueError as error:
            return {told_reference: notice_html([str(error)], error=True)}
        return {
            kept: now,
            references: given.references_html(now, lang),
            prompter: Prompt(),
            good: Prompt(),
            told_reference: "",
        }

    def press_reference(event: gr.SelectData, prompt: Prompt, before: Sequence[Reference], lang: str) -> Updates:
        if not 0 <= event.index < len(before):
            return {}
        if event.value == "drop":
            now = (*before[: event.index], *before[event.index + 1 :])
            return {kept: now, references: given.references_html(now, lang)}
        opened, now = given.take_up(event.index, prompt, before)
        return {
            kept: now,
            references: given.references_html(now, lang),
            prompter: opened,
            good: opened,
            told_reference: "",
        }

    def add_targets(paths: Sequence[str], before: Sequence[Target], lang: str) -> Updates:
        now, sentences = given.received(paths, before, lang)
        return {
            targets: now,
            pictures: given.targets_html(now, lang),
            told_target: notice_html(sentences, error=True),
            files: None,
        }

    def drop_target(event: gr.SelectData, before: Sequence[Target], lang: str) -> Updates:
        now = tuple(target for number, target in enumerate(before) if number != event.index)
        return {targets: now, pictures: given.targets_html(now, lang), told_target: ""}

    def translated(lang: str) -> Updates:
        words = ACROSS[lang]
        return {
            tab: gr.Tab(label=words["tab"]),
            intro: words["intro"],
            first: words["references"],
            second: words["targets"].format(most=MAX_TARGETS),
            add: gr.Button(words["add"]),
            files: gr.File(label=words["files"]),
            placed: gr.Checkbox(label=words["placed"], info=words["placed_info"]),
            table_read: words["table_read"],
            prompter: gr.update(strings=dict(BOX_STRINGS[lang])),
            grid: gr.update(strings=_grid_strings(lang)),
            **controls.translated(lang),
        }

    texts = [
        tab, intro, first, second, add, files, placed, table_read, prompter, grid, *controls.texts,
    ]  # fmt: skip
    seen = [overview, close_read, grid]
    controls.connect(
        language, [prompter, kept, targets, placed, weights], handlers.start, [shown, told, asked, *seen], show,
        tab, texts, translated, views=[asked, chosen],
    )  # fmt: skip
    quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    queued = quick | {"queue": True}  # pictures are decoded: one at a time may take the memory of forty megapixels
    shot, lists = [prompter, good, told_reference], [references, pictures]
    tab.select(enter, [begun, kept, targets, language], [begun, prompter, good, targets, *lists], **queued)
    language.input(cards, [kept, targets, language], lists, **quick)
    prompter.upload(receive, [prompter, good, language], shot, **queued)
    add.click(keep, [prompter, kept, language], [kept, references, *shot], **quick)
    references.select(press_reference, [prompter, kept, language], [kept, references, *shot], **quick)
    files.upload(add_targets, [files, targets, language], [targets, pictures, told_target, files], **queued)
    pictures.select(drop_target, [targets, language], [targets, pictures, told_target], **quick)
    overview.select(press, [controls.job, language, asked], [chosen, *seen], **quick)
    return JobTab(texts, translated)


def _grid_strings(language: str) -> dict[str, str]:
    return {**GRID_STRINGS[language], "empty": ACROSS[language]["empty"]}


def _pressable(name: str) -> gr.HTML:
    return gr.HTML(elem_id=name, js_on_load=PRESSED)
