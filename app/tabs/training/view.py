"""The Training tab: its layout and which event calls what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.events import Dependency

from app.shared.html_pieces import notice_html
from app.shared.legacy_job_controls import JobTab, Updates
from app.tabs.training import service as handlers
from app.tabs.training.status import status_html
from app.tabs.training.strings import TRAINING
from sam3viz import VARIANTS
from sam3viz.training.objective import ALIGNMENT_WEIGHT
from sam3viz.training.plan import SCENES, STEPS, Plan
from sam3viz.training.schedule import SCHEDULES
from sam3viz.training.session import TrainingSession
from sam3viz.utils.messages import translate

VARIANTS_FIRST, SCHEDULES_FIRST = ["distillation", "unified"], ["progressive"]
"""What is chosen when the page opens: two runs that take about a minute."""
NARROW = "(...values) => [...values.slice(0, -1), window.innerWidth < 700]"
"""Whether the window is a phone's goes in as the last input."""


@dataclass(frozen=True)
class TrainingTab(JobTab):
    """Weights that were trained here can be used in Explore."""

    used: Dependency
    """Trained weights have gone into the page's state, and Explore is open."""


def training_tab(language: gr.Radio, weights: gr.State, tabs: gr.Tabs) -> TrainingTab:
    """Build the tab within ``tabs``.

    Args:
        weights: of the browser session; None or the `app.services.analyses.Weights` it trained and chose to use.
    """
    words = TRAINING["en"]
    with gr.Tab(words["tab"], id="training", elem_id="training-tab") as tab:
        training = gr.State()
        timer = gr.Timer(1.0, active=False)
        narrow = gr.Checkbox(visible=False)
        with gr.Row(elem_classes="explore"):
            with gr.Column(scale=3, min_width=340, elem_classes="side"):
                intro = gr.Markdown(words["intro"])
                variants = gr.CheckboxGroup(
                    [(bridge.title, name) for name, bridge in VARIANTS.items()], value=VARIANTS_FIRST,
                    label=words["variants"], elem_id="training-variants",
                )  # fmt: skip
                schedules = gr.CheckboxGroup(
                    list(SCHEDULES), value=SCHEDULES_FIRST, label=words["schedules"], elem_id="training-schedules"
                )
                alignment = gr.CheckboxGroup(
                    _alignment("en"), value=[ALIGNMENT_WEIGHT], label=words["alignment"],
                    info=words["alignment_info"], elem_id="training-alignment",
                )  # fmt: skip
                with gr.Accordion(words["more"], open=False, elem_id="training-more") as more:
                    steps = gr.Slider(*STEPS, value=60, step=10, label=words["steps"], elem_id="training-steps")
                    scenes = gr.Slider(*SCENES, value=48, step=4, label=words["scenes"], elem_id="training-scenes")
                controls: list[Any] = [variants, schedules, alignment, steps, scenes]
                expected = gr.HTML(_expected("en", *(control.value for control in controls)), elem_id="expected")
                with gr.Row():
                    start = gr.Button(words["start"], variant="primary", elem_id="training-start", min_width=120)
                    cancel = gr.Button(words["cancel"], interactive=False, elem_id="training-cancel", min_width=90)
            with gr.Column(scale=8, min_width=340, elem_classes="result"):
                status = gr.HTML(notice_html([words["idle"].replace("*", "")]), elem_id="training-status")
                notice = gr.HTML(elem_id="training-notice")
                use = gr.Button(words["use"], interactive=False, elem_id="training-use")
                curves_read = gr.Markdown(words["curves_read"], elem_classes="caption")
                curves = gr.Plot(show_label=False, container=False, elem_id="training-curves")
                table_read = gr.Markdown(words["table_read"], elem_classes="caption")
                table = gr.HTML(elem_id="training-table")

    def show(running: TrainingSession | None, lang: str, phone: bool) -> Updates:
        """Everything as it stands now; the timer goes on while there is more to come."""
        if running is None:
            return {status: notice_html([TRAINING[lang]["idle"].replace("*", "")])}
        now = running.status()  # before the curves, so that an ended training is shown with its last step
        return {
            timer: gr.Timer(active=now.alive),
            start: gr.Button(interactive=not now.alive),
            cancel: gr.Button(interactive=now.alive),
            use: gr.Button(interactive=bool(running.bridges())),
            status: status_html(now, running.plan, lang),
            curves: handlers.curves(running, phone),
            table: handlers.table(running, lang),
            notice: notice_html(handlers.without_effect(running, lang)),
        }

    def begin(
        names: list[str], plans: list[str], aligned: list[float], length: float, amount: float,
        running: TrainingSession | None, lang: str, phone: bool, request: gr.Request,
    ) -> Updates:  # fmt: skip
        try:
            if running is not None and running.status().alive:
                raise ValueError(TRAINING[lang]["busy"])
            fresh = handlers.start(handlers.planned(names, plans, aligned, length, amount), str(request.session_hash))
        except ValueError as error:
            return {notice: notice_html([str(error)], error=True)}
        return {training: fresh, **show(fresh, lang, phone)}

    def stop(running: TrainingSession | None, lang: str, phone: bool) -> Updates:
        if running is not None:
            running.cancel()
        return show(running, lang, phone)

    def take(running: TrainingSession | None, lang: str) -> Updates:
        try:
            return {weights: handlers.weights(running, lang), tabs: gr.Tabs(selected="explore")}
        except ValueError as error:
            raise gr.Error(str(error)) from error

    def translated(lang: str) -> Updates:
        words = TRAINING[lang]
        named = [(translate(name, lang), name) for name in SCHEDULES]
        return {
            tab: gr.Tab(label=words["tab"]),
            intro: words["intro"],
            variants: gr.CheckboxGroup(label=words["variants"]),
            schedules: gr.CheckboxGroup(named, label=words["schedules"]),
            alignment: gr.CheckboxGroup(_alignment(lang), label=words["alignment"], info=words["alignment_info"]),
            more: gr.Accordion(label=words["more"]),
            steps: gr.Slider(label=words["steps"]),
            scenes: gr.Slider(label=words["scenes"]),
            start: gr.Button(words["start"]),
            cancel: gr.Button(words["cancel"]),
            use: gr.Button(words["use"]),
            curves_read: words["curves_read"],
            table_read: words["table_read"],
        }

    shown = [timer, start, cancel, use, status, curves, table, notice]
    # Not queued: a training answers while a picture is being analysed, and its ticks never close an analysis' stream.
    quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    watch: dict[str, Any] = {
        "fn": show,
        "inputs": [training, language, narrow],
        "outputs": shown,
        "js": NARROW,
        **quick,
    }

    timer.tick(**watch)
    start.click(begin, [*controls, training, language, narrow], [training, *shown], js=NARROW, **quick)
    cancel.click(stop, [training, language, narrow], shown, js=NARROW, **quick)
    used = use.click(take, [training, language], [weights, tabs], **quick)
    # One event for all: the answers of several may come in another order than they were asked.
    gr.on(
        [tab.select, language.input, *(control.change for control in controls)], _expected, [language, *controls],
        expected, trigger_mode="always_last", **quick,
    )  # fmt: skip
    texts = [
        tab, intro, variants, schedules, alignment, more, steps, scenes, start, cancel, use, curves_read, table_read,
    ]  # fmt: skip
    # What was sent to the tab while another one was open may not have arrived.
    opened = tab.select(translated, language, texts, **quick)
    for changed in (opened, language.input(None, **quick)):
        changed.then(**watch)
    return TrainingTab(texts, translated, used)


def _expected(lang: str, *chosen: Any) -> str:  # noqa: ANN401 the controls' values
    """How long it will take, or why it cannot start."""
    try:
        plan: Plan = handlers.planned(*chosen)
    except ValueError as error:
        return notice_html([str(error)], error=True)
    return notice_html([handlers.expectation(plan, lang)])


def _alignment(lang: str) -> list[tuple[str, float]]:
    return [(TRAINING[lang]["on"].format(weight=ALIGNMENT_WEIGHT), ALIGNMENT_WEIGHT), (TRAINING[lang]["off"], 0.0)]
