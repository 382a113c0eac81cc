"""Start, cancel, a bar and the files of one kind of job in the background: what the tabs with jobs share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import gradio as gr

from app.services.sessions import track
from app.shared.html import notice_html, progress_html
from app.shared.i18n import Localizer, Strings
from app.shared.job_strings import JOB
from sam3viz.utils.jobs import Job, JobStatus, TimeLimit
from sam3viz.utils.messages import InputError, Message, translate, translate_error

Updates = dict[Any, Any]
T = TypeVar("T")
MAX_MINUTES = 30
"""Of a job: others wait for it, and a visitor may choose slow encoders."""
QUICK: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}


@dataclass(frozen=True)
class JobWiring(Generic[T]):
    """What a job is made from and where its result goes."""

    settings: Sequence[Any]
    """Components whose values ``make`` takes."""
    make: Callable[..., Job[T]]
    """Returns a job that is not started; raises ValueError with a sentence for the person."""
    results: Sequence[Any]
    """Components that ``show`` updates."""
    show: Callable[..., Updates]
    """Takes a job's latest result, the language and the values of ``views``."""
    files: Callable[[T], Sequence[str]] = lambda result: ()
    """Paths of a finished result's files."""
    views: Sequence[Any] = ()
    """Components that choose what of a result is shown; a `gr.State` or hidden component among them is only read."""
    javascript: str | None = None
    """Runs in the browser before every event, over the values of job, language, settings (of a start) and views."""


class JobPanel(Generic[T]):
    """Builds its parts unrendered: a tab renders each where it belongs, then connects them once.

    Args:
        name: of the tab, at the beginning of its elements' ids.
        idle: key in ``strings`` of what is said before anything was started.
        start: English text of the start button.
        cancelled: English text of what is said once it was cancelled.
        interval: seconds from one look at the job to the next.
    """

    def __init__(
        self,
        name: str,
        strings: Strings,
        idle: str = "idle",
        start: str = JOB.english["start"],
        cancelled: str = JOB.english["cancelled"],
        interval: float = 0.5,
    ) -> None:
        self.name, self._strings, self._idle, self._cancelled = name, strings, idle, cancelled
        self.words = Localizer(JOB)
        self.job = gr.State()
        self.timer = gr.Timer(interval, active=False)
        bind = self.words.bind
        self.start = bind(
            gr.Button(variant="primary", elem_id=f"{name}-start", min_width=120, render=False),
            value=lambda language: translate(start, language),
        )
        self.cancel = bind(
            gr.Button(interactive=False, elem_id=f"{name}-cancel", min_width=90, render=False), value="cancel"
        )
        self.status = gr.HTML(self._idle_html("en"), elem_id=f"{name}-status", render=False)
        self.notice = gr.HTML(elem_id=f"{name}-notice", render=False)
        self.files = bind(
            gr.File(file_count="multiple", interactive=False, visible=False, elem_id=f"{name}-files", render=False),
            label="files",
        )

    def render_buttons(self) -> None:
        """Place start and cancel, in a row."""
        with gr.Row():
            self.start.render()
            self.cancel.render()

    def render_status(self) -> None:
        """Place the bar with its sentence, and a notice below it."""
        self.status.render()
        self.notice.render()

    def render_files(self) -> None:
        """Place the result's files, which are seen once there are some."""
        self.files.render()

    def connect(self, language: gr.Radio, item: gr.Tab, words: Localizer, wiring: JobWiring[T]) -> None:
        """Wire the buttons, the timer, and the tab's words.

        Args:
            item: the tab, whose selection brings everything up to date: what was sent to it while another one was open
                may not have arrived.
            words: of the whole tab; they adopt the panel's own.
        """
        words.adopt(self.words)
        outputs = [self.timer, self.start, self.cancel, self.status, self.files, *wiring.results]
        inputs = [self.job, language, *wiring.views]
        quick = QUICK | {"js": wiring.javascript}

        def watch(job: Job[T] | None, lang: str, *views: object) -> Updates:
            return self._updates(wiring, job, lang, *views)

        def tick(job: Job[T] | None, lang: str, *views: object) -> Updates:
            # Only a tick ends the ticking: another look at the last job may arrive after the next one has begun.
            return {self.timer: gr.Timer(active=False), **watch(job, lang, *views)}

        def begin(request: gr.Request, job: Job[T] | None, lang: str, *values: object) -> Updates:
            settings, views = values[: len(wiring.settings)], values[len(wiring.settings) :]
            try:
                started = self._begin(wiring, job, settings)
            except ValueError as error:
                return {self.notice: notice_html([translate_error(error, lang)], error=True)}
            track(started, str(request.session_hash))
            return {self.job: started, self.notice: "", **watch(started, lang, *views)}

        def stop(job: Job[T] | None, lang: str, *views: object) -> Updates:
            if job is not None:
                job.cancel()
            return watch(job, lang, *views)

        self.timer.tick(tick, inputs, outputs, **quick)
        self.start.click(
            begin, [self.job, language, *wiring.settings, *wiring.views], [self.job, self.notice, *outputs], **quick
        )
        self.cancel.click(stop, inputs, outputs, **quick)
        for view in wiring.views:
            if not isinstance(view, gr.State) and view.visible is True:
                view.input(watch, inputs, outputs, **quick)
        selected = item.select(words.updates, language, words.components, **QUICK)
        for changed in (selected, language.input(None, **QUICK)):
            changed.then(watch, inputs, outputs, **quick)

    def _begin(self, wiring: JobWiring[T], job: Job[T] | None, settings: Sequence[object]) -> Job[T]:
        if job is not None and job.status().alive:
            raise InputError(JOB.english["busy"])
        started = wiring.make(*settings)
        started.start(TimeLimit(60 * MAX_MINUTES, Message(JOB.english["overdue"], minutes=MAX_MINUTES)))
        return started

    def _updates(self, wiring: JobWiring[T], job: Job[T] | None, lang: str, *views: object) -> Updates:
        if job is None:
            return {self.status: self._idle_html(lang)}
        status, latest, result = job.status(), job.latest(), job.result()  # in this order: the last step is shown
        updates: Updates = {
            self.start: gr.Button(interactive=not status.alive),
            self.cancel: gr.Button(interactive=status.alive and not job.cancelling),
            self.status: status_html(status, lang, self.name, job.cancelling, self._cancelled),
        }
        if status.alive:
            updates[self.timer] = gr.Timer(active=True)
        if result is not None:
            updates[self.files] = gr.File(list(wiring.files(result)), visible=bool(wiring.files(result)))
        if latest is not None:
            updates |= wiring.show(latest, lang, *views)
        return updates

    def _idle_html(self, language: str) -> str:
        return notice_html([self._strings[language][self._idle].replace("*", "")])


def status_html(
    status: JobStatus, language: str, name: str, cancelling: bool = False, cancelled: str = JOB.english["cancelled"]
) -> str:
    """Show a bar with a sentence: what is going on, how far it is, and how long it will take.

    Args:
        name: what is under way, for those who cannot see the bar.
        cancelling: whether somebody asked to stop and it has not stopped yet.
        cancelled: English text of what is said once it has.
    """
    words, progress = JOB[language], status.progress
    if status.state == "failed":
        return notice_html([translate(status.error, language)], error=True)
    if cancelling:
        sentence = words["cancelling"]
    elif status.state in ("new", "running"):
        sentence = words["beginning"]
        if progress.total:
            values = {"what": translate(progress.phase, language), "done": progress.done, "total": progress.total}
            sentence = words["running"].format(**values)
        if progress.seconds_left is not None:
            sentence += " " + words["left"].format(time=duration(progress.seconds_left, language))
    elif status.state == "cancelled":
        sentence = translate(cancelled, language)
    else:
        sentence = words[status.state].format(ahead=status.queue_position)
    return progress_html(progress.share, sentence, status.state, name)


def duration(seconds: float, language: str) -> str:
    """Say a time in seconds, from a minute and a half on in minutes."""
    words = JOB[language]
    if seconds < 90:
        return words["seconds"].format(count=max(math.ceil(seconds / 5) * 5, 5))
    return words["minutes"].format(count=round(seconds / 60))
