"""What the Training tab looks like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.shared.html import notice_html
from app.shared.i18n import Localizer
from app.shared.job_panel import JobPanel
from app.tabs.training import service
from app.tabs.training.strings import STRINGS
from sam3viz import VARIANTS
from sam3viz.training.job import TrainingOutcome
from sam3viz.training.objective import ALIGNMENT_WEIGHT
from sam3viz.training.plan import SCENES, STEPS
from sam3viz.training.schedule import SCHEDULES
from sam3viz.training.snapshots import SNAPSHOT_SHARES
from sam3viz.utils.messages import translate, translate_error

DEFAULT_VARIANTS, DEFAULT_SCHEDULES = ["distillation", "unified"], ["progressive"]
"""What is chosen when the page opens: two runs that take about a minute."""
DEFAULT_STEPS, DEFAULT_SCENES = 60, 48
CHECKPOINTS = len(SNAPSHOT_SHARES)
INTERVAL = 1.0
"""Seconds from one look at a training to the next: each draws the curves anew."""


@dataclass(frozen=True)
class TrainingView:
    """The components that events read or change."""

    words: Localizer
    panel: JobPanel[TrainingOutcome]
    narrow: gr.Checkbox
    """Whether the window is a phone's; filled in by the browser, never seen."""
    variants: gr.CheckboxGroup
    schedules: gr.CheckboxGroup
    alignment: gr.CheckboxGroup
    steps: gr.Slider
    scenes: gr.Slider
    expected: gr.HTML
    use: gr.Button
    source: gr.HTML
    """Says so where a recorded run is shown."""
    equal_runs: gr.HTML
    curves: gr.Plot
    numbers: gr.HTML
    checkpoint: gr.Slider
    replay: gr.Plot
    replayed: gr.Number
    """How many of the job's runs have a replay; never seen. Its change draws them."""

    @property
    def settings(self) -> list[Any]:
        """All that a training is made from."""
        return [self.variants, self.schedules, self.alignment, self.steps, self.scenes]

    @property
    def results(self) -> list[Any]:
        """All that an outcome changes."""
        return [self.use, self.source, self.equal_runs, self.curves, self.numbers, self.replayed]

    @property
    def recorded(self) -> list[Any]:
        """All that shows the recorded run where there is no job."""
        return [self.source, self.curves, self.numbers, self.replay]


def build_view() -> TrainingView:
    """Place the tab's components."""
    words = Localizer(STRINGS)
    panel = JobPanel[TrainingOutcome](
        "training", STRINGS, start=STRINGS.english["start"], cancelled=STRINGS.english["cancelled"], interval=INTERVAL
    )
    narrow = gr.Checkbox(visible=False)
    with gr.Row(elem_classes="explore"):
        with gr.Column(scale=3, min_width=340, elem_classes="side"):
            words.bind(gr.Markdown(), value="intro")
            settings = _build_settings(words)
            variants, schedules, alignment, steps, scenes = settings
            expected = gr.HTML(expected_html("en", *(setting.value for setting in settings)), elem_id="expected")
            panel.render_buttons()
        with gr.Column(scale=8, min_width=340, elem_classes="result"):
            panel.render_status()
            source = gr.HTML(elem_id="training-source")
            equal_runs = gr.HTML(elem_id="training-equal-runs")
            use = words.bind(gr.Button(interactive=False, elem_id="training-use"), value="use")
            words.bind(gr.Markdown(elem_classes="caption"), value="replay_read")
            checkpoint = words.bind(
                gr.Slider(1, CHECKPOINTS, value=CHECKPOINTS, step=1, elem_id="training-checkpoint"), label="checkpoint"
            )
            replay = gr.Plot(show_label=False, container=False, elem_id="training-replay")
            replayed = gr.Number(-1, visible="hidden")  # so that a first job's 0 is a change
            words.bind(gr.Markdown(elem_classes="caption"), value="curves_read")
            curves = gr.Plot(show_label=False, container=False, elem_id="training-curves")
            words.bind(gr.Markdown(elem_classes="caption"), value="table_read")
            numbers = gr.HTML(elem_id="training-table")
            panel.render_files()
    return TrainingView(
        words, panel, narrow, variants, schedules, alignment, steps, scenes, expected, use, source, equal_runs, curves,
        numbers, checkpoint, replay, replayed,
    )  # fmt: skip


def expected_html(language: str, *settings: Any) -> str:  # noqa: ANN401 the settings' values
    """Say how long a training will take, or why it cannot start."""
    try:
        plan = service.make_plan(*settings)
    except ValueError as error:
        return notice_html([translate_error(error, language)], error=True)
    return notice_html([service.expectation(plan, language)])


def _build_settings(words: Localizer) -> tuple[Any, ...]:
    variants = words.bind(
        gr.CheckboxGroup(
            [(bridge.title, name) for name, bridge in VARIANTS.items()],
            value=DEFAULT_VARIANTS, elem_id="training-variants",
        ),
        label="variants",
    )  # fmt: skip
    schedules = words.bind(
        gr.CheckboxGroup(value=DEFAULT_SCHEDULES, elem_id="training-schedules"), label="schedules", choices=_schedules
    )
    alignment = words.bind(
        gr.CheckboxGroup(value=[ALIGNMENT_WEIGHT], elem_id="training-alignment"),
        label="alignment",
        info="alignment_info",
        choices=_alignment_weights,
    )
    with words.bind(gr.Accordion(open=False, elem_id="training-more"), label="more"):
        steps = gr.Slider(*STEPS, value=DEFAULT_STEPS, step=10, elem_id="training-steps")
        scenes = gr.Slider(*SCENES, value=DEFAULT_SCENES, step=4, elem_id="training-scenes")
    words.bind(steps, label="steps")
    words.bind(scenes, label="scenes")
    return variants, schedules, alignment, steps, scenes


def _schedules(language: str) -> list[tuple[str, str]]:
    return [(translate(name, language), name) for name in SCHEDULES]


def _alignment_weights(language: str) -> list[tuple[str, float]]:
    words = STRINGS[language]
    return [(words["on"].format(weight=ALIGNMENT_WEIGHT), ALIGNMENT_WEIGHT), (words["off"], 0.0)]
