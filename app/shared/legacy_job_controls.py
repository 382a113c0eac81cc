"""Start, cancel, a bar and the files of one kind of job in the background: what the tabs with jobs share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import gradio as gr

from app.services.sessions import track as watched
from app.shared.html_pieces import notice_html
from app.shared.job_strings import JOB
from app.tabs.training.status import bar_html, duration
from sam3viz.utils.jobs import Job, JobStatus, TimeLimit
from sam3viz.utils.messages import Message, translate

Updates = dict[Any, Any]
MAX_MINUTES = 30
"""Of a job: others wait for it, and a visitor may choose slow encoders."""


class Exported(Protocol):
    """A result that can be taken along."""

    @property
    def files(self) -> list[str]: ...


T = TypeVar("T", bound=Exported)


@dataclass(frozen=True)
class JobTab:
    """What the page needs to know of a tab."""

    texts: list[Any]
    """Components whose words follow the language."""
    translated: Callable[[str], Updates]
    """Language -> the updates of `texts`."""


@dataclass
class JobControls(Generic[T]):
    """Built piece by piece where the tab's layout has its place for each; then `connect` makes them work.

    Args:
        name: of the tab, at the beginning of its elements' ids.
        idle: language -> what is said before anything was started.
        word: key in `JOB` of what the start button says.
    """

    name: str
    idle: Callable[[str], str]
    word: str = "start"
    job: gr.State = field(init=False)
    timer: gr.Timer = field(init=False)

    def __post_init__(self) -> None:
        self.job = gr.State()
        self.timer = gr.Timer(0.5, active=False)

    def buttons(self) -> None:
        """Start and cancel, in a row."""
        words = JOB["en"]
        with gr.Row():
            self.start = gr.Button(words[self.word], variant="primary", elem_id=f"{self.name}-start", min_width=120)
            self.cancel = gr.Button(words["cancel"], interactive=False, elem_id=f"{self.name}-cancel", min_width=90)

    def standing(self) -> None:
        """The bar with its sentence, and a notice below it."""
        self.status = gr.HTML(notice_html([self.idle("en")]), elem_id=f"{self.name}-status")
        self.notice = gr.HTML(elem_id=f"{self.name}-notice")

    def export(self) -> None:
        """The result's files, once there are some."""
        self.files = gr.File(
            label=JOB["en"]["files"], file_count="multiple", interactive=False, visible=False,
            elem_id=f"{self.name}-files",
        )  # fmt: skip

    @property
    def texts(self) -> list[Any]:
        return [self.start, self.cancel, self.files]

    def translated(self, language: str) -> Updates:
        words = JOB[language]
        return {
            self.start: gr.Button(words[self.word]),
            self.cancel: gr.Button(words["cancel"]),
            self.files: gr.File(label=words["files"]),
        }

    def connect(
        self,
        language: gr.Radio,
        settings: Sequence[Any],
        make: Callable[..., Job[T]],
        results: Sequence[Any],
        show: Callable[..., Updates],
        tab: gr.Tab,
        texts: Sequence[Any],
        translated: Callable[[str], Updates],
        views: Sequence[Any] = (),
    ) -> None:
        """Wire the buttons, the timer, and the tab's words.

        Args:
            settings: components whose values, and then the language, ``make`` takes; it may raise ValueError with a
                sentence for the person.
            results: components that ``show`` updates from a job's result, the language and the values of ``views``.
            texts: components that ``translated`` updates from the language.
            views: components that choose what of a result is shown; a `gr.State` among them is only read.
        """
        standing = [self.timer, self.start, self.cancel, self.status, self.files]

        def watch(job: Job[T] | None, lang: str, *chosen: object) -> Updates:
            if job is None:
                return {self.status: notice_html([self.idle(lang)])}
            now, result = job.status(), job.result()
            told = {
                self.timer: gr.Timer(active=now.alive),
                self.start: gr.Button(interactive=not now.alive),
                self.cancel: gr.Button(interactive=now.alive),
                self.status: status_html(now, lang, self.name),
            }
            if result is not None:
                told |= {self.files: gr.File(result.files, visible=True), **show(result, lang, *chosen)}
            return told

        def begin(request: gr.Request, *values: Any) -> Updates:  # noqa: ANN401 the components' values
            (running, lang, *rest), count = values, len(settings)
            try:
                if running is not None and running.status().alive:
                    raise ValueError(JOB[lang]["busy"])
                job = make(*rest[:count], lang)
                job.start(TimeLimit(60 * MAX_MINUTES, Message(JOB.english["overdue"], minutes=MAX_MINUTES)))
            except ValueError as error:
                return {self.notice: notice_html([str(error)], error=True)}
            watched(job, str(request.session_hash))
            return {self.job: job, self.notice: "", **watch(job, lang, *rest[count:])}

        def stop(job: Job[T] | None, lang: str, *chosen: object) -> Updates:
            if job is not None:
                job.cancel()
            return watch(job, lang, *chosen)

        quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
        shown, watched_by = [*standing, *results], [self.job, language, *views]
        self.timer.tick(watch, watched_by, shown, **quick)
        self.start.click(begin, [self.job, language, *settings, *views], [self.job, self.notice, *shown], **quick)
        self.cancel.click(stop, watched_by, shown, **quick)
        for view in views:
            if not isinstance(view, gr.State):
                view.input(watch, watched_by, shown, **quick)
        # What was sent to the tab while another one was open may not have arrived.
        opened = tab.select(translated, language, list(texts), **quick)
        for changed in (opened, language.input(None, **quick)):
            changed.then(watch, watched_by, shown, **quick)


def status_html(status: JobStatus, language: str, name: str) -> str:
    """Show a bar with a sentence: what is going on, how far it is, and how long this part will take."""
    words, progress = JOB[language], status.progress
    if status.state == "failed":
        return notice_html([translate(status.error, language)], error=True)
    if status.state == "running":
        sentence = words["beginning"]
        if progress.total:
            values = {"what": translate(progress.phase, language), "done": progress.done, "total": progress.total}
            sentence = words["running"].format(**values)
        if progress.seconds_left is not None:
            sentence += " " + words["left"].format(time=duration(progress.seconds_left, language))
    else:
        sentence = words[status.state].format(ahead=status.queue_position)
    share = 1.0 if status.state == "done" else progress.done / max(progress.total, 1)
    return bar_html(share, sentence, status.state, name)
