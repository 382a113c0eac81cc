from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from app.services.sessions import cancel_all
from app.shared import job_panel
from app.shared.i18n import Localizer, Strings
from app.shared.job_panel import JobPanel, JobWiring, duration, status_html
from sam3viz.utils.jobs import Job, JobContext, JobStatus, Progress
from sam3viz.utils.messages import InputError

STRINGS = Strings({"idle": "Nothing is searched yet: press Search.", "intro": "Pictures"})
PATIENCE = 10
VISITOR = SimpleNamespace(session_hash="visitor")


@pytest.mark.parametrize(
    ("status", "sentence", "percent"),
    [
        (JobStatus("new"), "Beginning.", 0),
        (JobStatus("waiting", queue_position=2), "jobs that go first: 2.", 0),
        (JobStatus("running"), "Beginning.", 0),
        (
            JobStatus("running", Progress("Pictures read", 3, 12, 0.25, 40.0)),
            "Pictures read: 3 of 12. About 40 s left for this.",
            25,
        ),
        (
            JobStatus("running", Progress("Targets searched", 1, 3, 1 / 3, 4.0)),
            "Targets searched: 1 of 3. About 5 s left for this.",
            33,
        ),
        (JobStatus("running", Progress("Pictures read", 0, 12)), "Pictures read: 0 of 12.", 0),
        (JobStatus("done", Progress("Maps drawn", 7, 7, 1.0, 0.0)), "Done.", 100),
        (JobStatus("cancelled", Progress("Pictures read", 3, 12, 0.25)), "Cancelled", 25),
    ],
)
def test_every_state_has_its_sentence_and_its_bar(status, sentence, percent):
    shown = status_html(status, "en", "dataset")
    assert sentence in shown
    assert f'data-state="{status.state}"' in shown
    assert f"width: {percent}%" in shown


def test_a_failure_is_an_alert_and_escaped():
    shown = status_html(JobStatus("failed", error="<b>It</b> broke"), "zh-CN", "dataset")
    assert 'role="alert"' in shown
    assert "&lt;b&gt;It&lt;/b&gt; broke" in shown


def test_a_phase_without_words_in_a_language_is_told_in_english():
    shown = status_html(JobStatus("running", Progress("{Stars} <counted>", 1, 2, 0.5, 9.0)), "zh-CN", "dataset")
    assert "{Stars} &lt;counted&gt;：1，共 2。" in shown
    assert "约剩 10 秒" in shown


def test_a_phase_is_told_in_the_language():
    shown = status_html(JobStatus("running", Progress("Pictures read", 1, 2, 0.5)), "zh-CN", "dataset")
    assert "已读取的图片：1，共 2。" in shown


def test_one_that_is_asked_to_stop_says_so_until_it_has_stopped():
    running = JobStatus("running", Progress("Pictures read", 3, 12, 0.25, 40.0))
    shown = status_html(running, "en", "dataset", cancelling=True)
    assert "Cancelling" in shown
    assert "left" not in shown
    assert 'data-state="running"' in shown


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "5 s"), (5, "5 s"), (12, "15 s"), (89, "90 s"), (90, "2 min"), (600, "10 min")]
)
def test_times_are_round(seconds, text):
    assert duration(seconds, "en") == text


class Page:
    """A page with one panel, whose events are called as the browser would."""

    def __init__(self, make: Callable[..., Job[str]], **wiring: Any) -> None:
        self.words = Localizer(STRINGS)
        with gr.Blocks() as self.blocks:
            self.language = gr.Radio(["en", "zh-CN"], value="en")
            with gr.Tab("Across") as item:
                self.words.bind(gr.Markdown(), value="intro")
                self.setting, self.output, self.view = gr.Number(), gr.Textbox(), gr.Radio(["a", "b"])
                self.panel = JobPanel[str]("across", STRINGS, start="Search")
                self.panel.render_buttons()
                self.panel.render_status()
                self.panel.render_files()
                self.panel.connect(
                    self.language,
                    item,
                    self.words,
                    JobWiring(
                        settings=[self.setting],
                        make=make,
                        results=[self.output],
                        show=lambda result, lang, *views: {self.output: f"{result} {lang} {views}"},
                        **{"views": [self.view], **wiring},
                    ),
                )
        self.item = item
        self.job: Job[str] | None = None

    def press(self, component: Any, event: str, *values: object) -> dict[Any, Any]:
        (fn,) = [fn for fn in self.blocks.fns.values() if (component._id, event) in fn.targets and fn.fn is not None]
        return fn.fn(*values)

    def start(self, setting: float = 1, lang: str = "en") -> dict[Any, Any]:
        updates = self.press(self.panel.start, "click", VISITOR, self.job, lang, setting, "a")
        self.job = updates.get(self.panel.job, self.job)
        return updates

    def tick(self, lang: str = "en", view: str = "a") -> dict[Any, Any]:
        return self.press(self.panel.timer, "tick", self.job, lang, view)

    def cancel(self, lang: str = "en") -> dict[Any, Any]:
        return self.press(self.panel.cancel, "click", self.job, lang, "a")


def named(setting: float) -> Job[str]:
    return Job(lambda progress: f"result {setting}")


class Stepwise:
    """A job that goes on when it is let."""

    def __init__(self) -> None:
        self.let, self.at = threading.Event(), threading.Event()

    def __call__(self, setting: float) -> Job[str]:
        def work(context: JobContext[str]) -> str:
            context.emit("so far")
            context("Pictures read", 1, 2)
            self.at.set()
            self.let.wait(PATIENCE)
            context("Pictures read", 2, 2)
            return "all"

        return Job(work)


def test_before_anything_was_started_the_idle_sentence_is_told():
    page = Page(named)
    (only,) = page.cancel("zh-CN").items()
    assert only == (page.panel.status, page.panel._idle_html("zh-CN"))
    assert "尚未检索" in only[1]
    updates = page.tick("zh-CN")
    assert not updates.pop(page.panel.timer).active
    assert updates == dict([only])


def test_a_job_is_started_and_its_result_shown_with_the_views(tmp_path):
    (tmp_path / "result.csv").write_text("1")
    page = Page(named, files=lambda result: [str(tmp_path / "result.csv")])
    page.start(3)
    assert page.job is not None
    page.job.wait(PATIENCE)
    updates = page.tick(view="b")
    assert updates[page.output] == "result 3 en ('b',)"
    assert (updates[page.panel.timer].active, updates[page.panel.start].interactive) == (False, True)
    assert not updates[page.panel.cancel].interactive
    assert "Done." in updates[page.panel.status]
    assert updates[page.panel.files].visible
    assert page.press(page.view, "input", page.job, "zh-CN", "a")[page.output] == "result 3 zh-CN ('a',)"


def test_a_look_at_the_last_job_does_not_stop_the_watch_over_the_next():
    """Selecting the tab and pressing the button at once: the answers may come in either order."""
    stepwise = Stepwise()
    jobs = iter([named(1), stepwise(2)])
    page = Page(lambda setting: next(jobs))
    page.start()
    last = page.job
    assert last is not None
    last.wait(PATIENCE)
    page.start()
    assert page.job is not last
    updates = page.press(page.view, "input", last, "en", "a")
    assert page.panel.timer not in updates
    assert page.tick()[page.panel.timer].active
    stepwise.let.set()


def test_without_files_there_is_nothing_to_export():
    page = Page(named)
    page.start()
    assert page.job is not None
    page.job.wait(PATIENCE)
    assert not page.tick()[page.panel.files].visible


def test_what_there_is_so_far_is_shown_and_cancel_answers_at_once():
    stepwise = Stepwise()
    page = Page(stepwise)
    page.start()
    assert page.job is not None
    assert stepwise.at.wait(PATIENCE)
    updates = page.tick()
    assert updates[page.output].startswith("so far")
    assert page.panel.files not in updates
    assert (updates[page.panel.timer].active, updates[page.panel.cancel].interactive) == (True, True)
    updates = page.cancel("zh-CN")
    assert "正在取消" in updates[page.panel.status]
    assert (updates[page.panel.cancel].interactive, updates[page.panel.start].interactive) == (False, False)
    stepwise.let.set()
    assert page.job.wait(PATIENCE).state == "cancelled"
    updates = page.tick()
    assert "Cancelled" in updates[page.panel.status]
    assert updates[page.panel.start].interactive


def test_one_job_at_a_time():
    stepwise = Stepwise()
    page = Page(stepwise)
    page.start()
    first = page.job
    assert first is not None
    (only,) = page.start(lang="zh-CN").items()
    assert only[0] is page.panel.notice
    assert "上一个任务仍在进行" in only[1]
    assert page.job is first
    stepwise.let.set()
    first.wait(PATIENCE)
    assert page.start()[page.panel.notice] == ""
    assert page.job is not first


def test_what_cannot_be_started_is_said_in_the_language_and_changes_nothing_else():
    def refuse(setting: float) -> Job[str]:
        raise InputError("There is no zip yet: upload one, or take the built-in sample.")

    (only,) = Page(refuse).start(lang="zh-CN").items()
    assert 'role="alert"' in only[1]
    assert "还没有 zip" in only[1]


def test_a_job_that_takes_too_long_says_so_in_the_language(monkeypatch):
    monkeypatch.setattr(job_panel, "MAX_MINUTES", 0)
    stepwise = Stepwise()
    page = Page(stepwise)
    page.start()
    stepwise.let.set()
    assert page.job is not None
    assert page.job.wait(PATIENCE).state == "failed"
    assert "已在 0 分钟后停止" in page.tick("zh-CN")[page.panel.status]


def test_a_visitor_who_leaves_stops_the_job():
    stepwise = Stepwise()
    page = Page(stepwise)
    page.start()
    cancel_all(VISITOR.session_hash)
    stepwise.let.set()
    assert page.job is not None
    assert page.job.wait(PATIENCE).state == "cancelled"


def test_the_words_of_the_tab_are_those_of_the_panel_too():
    page = Page(named)
    updates = page.words.updates("zh-CN")
    assert updates[page.panel.start]["value"] == "检索"
    assert updates[page.panel.cancel]["value"] == "取消"
    assert updates[page.panel.files]["label"] == "导出"
    assert page.press(page.item, "select", "zh-CN") == updates


def test_a_view_that_is_only_read_has_no_event():
    with gr.Blocks():
        hidden, state = gr.Number(visible=False), gr.State()
    page = Page(named, views=[])
    assert not [fn for fn in page.blocks.fns.values() if (page.view._id, "input") in fn.targets]
    with page.blocks:
        panel = JobPanel[str]("other", STRINGS)
        wiring = JobWiring([], named, [], lambda *values: {}, views=[hidden, state])
        panel.connect(page.language, page.item, Localizer(STRINGS), wiring)
    assert not [fn for fn in page.blocks.fns.values() if hidden._id in {target for target, _ in fn.targets}]


def test_javascript_runs_before_every_event_of_the_job():
    page = Page(named, javascript="values => values")
    own = {page.panel.start._id, page.panel.cancel._id, page.panel.timer._id, page.view._id}
    fns = [fn for fn in page.blocks.fns.values() if own & {target for target, _ in fn.targets}]
    assert len(fns) == 4
    assert {fn.js for fn in fns} == {"values => values"}
