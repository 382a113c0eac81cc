from __future__ import annotations

from pathlib import Path

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from app.components.box_prompter.component import Prompt, PromptBox
from app.services import backbones
from app.services.analyses import ModelSource, analysis_of
from app.services.backbones import AnalyzerPool
from app.services.sessions import cancel_all
from app.tabs.base import Case
from app.tabs.explore.events import (
    accumulate,
    connect,
    export,
    give_up,
    note,
    open_case,
    open_example,
    receive,
    reopen,
    show,
)
from app.tabs.explore.service import example_case
from app.tabs.explore.strings import STRINGS
from app.tabs.explore.view import VIEWS, ExploreView, build_view
from sam3viz.figures import PANELS
from sam3viz.utils.messages import LANGUAGES
from tests.helpers.analyzers import untrained
from tests.helpers.model_sources import trained_here
from tests.helpers.page_context import page_context

POSITIVE, NEGATIVE = PromptBox(10, 10, 60, 50), PromptBox(90, 40, 150, 90, -1)
NAMES = ["raw", "baseline", "unified"]


@pytest.fixture(autouse=True)
def shipped(monkeypatch):
    """A few variants with random weights instead of the shipped ones."""
    analysis_of.cache_clear()
    analyzer = untrained(*NAMES)
    monkeypatch.setattr("app.services.analyses.analyzer", lambda: analyzer)
    monkeypatch.setattr("app.services.backbones.analyzer", lambda: analyzer)
    yield
    analysis_of.cache_clear()


@pytest.fixture
def view() -> ExploreView:
    with gr.Blocks(), gr.Tab() as item:
        built = build_view(page_context())
        connect(built, item)
    return built


@pytest.fixture
def picture(tmp_path) -> str:
    path = tmp_path / "drawn" / "picture.png"
    path.parent.mkdir()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)).save(path)
    return str(path)


def shown(view: ExploreView, prompt: Prompt, language: str = "en", source: ModelSource | None = None) -> list[dict]:
    """All steps of what is shown, for the third source that the visitor chose."""
    return list(show(view, prompt, language, 2.0, source, visitor("me")))


def visitor(session: str) -> gr.Request:
    return gr.Request(session_hash=session)


def select(index: int | None, value: object = None) -> gr.SelectData:
    return gr.SelectData(None, {"index": index, "value": value})


def expect_cleared(view: ExploreView, updates: dict) -> None:
    results = view.results
    assert (updates[results.verdict], updates[results.workbench]) == ("", None)
    assert (updates[results.table], updates[results.table_caption]) == ("", ""), "no caption without a table"
    assert updates[results.status].finished
    assert updates[results.status].shown == dict.fromkeys(VIEWS, "")
    assert all(updates[plot] is None for plot in results.plots.values())


def test_every_step_says_the_earlier_ones_again():
    """Gradio sends differences; its page drops what a step leaves out of an earlier one that arrived with it."""
    steps = accumulate(lambda *values: iter([{"a": values[0]}, {"b": 2}, {"a": 3}]))
    assert list(steps(1)) == [{"a": 1}, {"a": 1, "b": 2}, {"a": 3, "b": 2}]


def test_an_analysis_shows_heat_first_and_the_numbers_last(view, picture):
    results = view.results
    steps = shown(view, Prompt(picture, (POSITIVE, NEGATIVE)))
    assert len(steps) == 2 + len(PANELS) + 1
    assert list(steps[0]) == [results.status], "a banner comes with the results that it speaks of"
    assert results.source in steps[1]
    assert [shown.name for shown in steps[1][results.workbench].variants] == NAMES
    assert "matched cosine" in steps[1][results.verdict]
    for number, name in enumerate(PANELS):
        assert (results.plots[name] in steps[1 + number], results.plots[name] in steps[2 + number]) == (False, True)
    assert results.table not in steps[-2]
    assert steps[-1][results.table].count('<th scope="col">') == len(NAMES)
    assert "probe boxes" in steps[-1][results.table_caption]
    assert steps[-1][view.results.notice] == ""


def test_every_step_bears_the_stamp_of_what_it_was_made_from(view, picture):
    steps = [step[view.results.status] for step in shown(view, Prompt(picture, (POSITIVE,), stamp="1.2"))]
    assert {progress.stamp for progress in steps} == {"1.2.2.en"}
    counts = [len(progress.shown) for progress in steps]
    assert counts == [0, *range(2, len(VIEWS) + 1)], "a view a step, the verdict with the heat"
    assert {**steps[-1].shown} == {name: "" if name == "panel-weights" else "1.2.2.en" for name in VIEWS}
    assert [progress.finished for progress in steps] == [False] * (len(steps) - 1) + [True]
    assert steps[-2].phase == f"Numbers ({len(PANELS) + 1}/{len(PANELS) + 1})"


def test_what_nobody_waits_for_any_more_is_given_up(view, picture):
    prompt = Prompt(picture, (POSITIVE,), stamp="1.2")
    note(prompt, "en", 2.0, visitor("me"))
    steps = show(view, prompt, "en", 2.0, None, visitor("me"))
    next(steps), next(steps)
    note(Prompt(picture, (POSITIVE, NEGATIVE), stamp="1.3"), "en", 2.0, visitor("you"))
    next(steps)
    note(Prompt(picture, (POSITIVE, NEGATIVE), stamp="1.3"), "en", 2.0, visitor("me"))
    assert list(steps) == [], "another of the same visitor's, not of somebody else's"
    steps = show(view, prompt, "en", 2.0, None, visitor("you"))
    next(steps)
    give_up(visitor("you"))
    assert list(steps) == []
    cancel_all("me")
    cancel_all("you")


def test_the_results_speak_the_visitors_language(view, picture):
    last = shown(view, Prompt(picture, (POSITIVE,)), "zh-CN", trained_here("raw", "baseline"))[-1]
    assert "样例编码器" in last[view.results.verdict]
    assert last[view.results.workbench].variants[0].note.startswith("找到")
    assert "These results" not in last[view.results.source]


@pytest.mark.parametrize("prompt", [Prompt(), Prompt("never read.png")])
def test_without_a_picture_or_a_box_the_visitor_is_asked_for_one(view, prompt):
    last = shown(view, prompt)[-1]
    assert STRINGS["en"]["waiting"] in last[view.results.notice]
    expect_cleared(view, last)


def test_negative_boxes_alone_are_refused_with_a_sentence(view, picture):
    last = shown(view, Prompt(picture, (NEGATIVE,)))[-1]
    assert 'role="alert"' in last[view.results.notice]
    assert "positive" in last[view.results.notice]
    expect_cleared(view, last)


def test_what_the_visitor_trained_is_used_and_can_be_left(view, picture):
    _, first, *_, last = shown(view, Prompt(picture, (POSITIVE,)), source=trained_here("raw"))
    assert "weights that you trained here (Raw ROI)" in first[view.results.source]
    assert first[view.results.shipped].visible
    assert first[view.results.shipped].value == "Back to the shipped weights"
    assert [shown.name for shown in last[view.results.workbench].variants] == ["raw"]
    (shipped,) = shown(view, Prompt())
    assert not shipped[view.results.shipped].visible
    assert shipped[view.results.source] == ""


def test_another_backbone_is_told_and_can_be_left(view, picture, local_choice):
    _, first, *_ = shown(view, Prompt(picture, (POSITIVE,)), source=local_choice)
    assert f"backbone {local_choice.label} (Raw ROI)" in first[view.results.source]
    assert first[view.results.shipped].value == "Back to efficientnet-lite0"
    assert local_choice.analyzer.backbone.identity in first[view.inputs.picker.facts]


def test_a_backbone_that_cannot_be_loaded_again_empties_the_results(view, picture, local_choice, monkeypatch):
    def fail(name: str) -> None:
        raise ValueError("The hub is away.")

    monkeypatch.setattr(backbones, "POOL", AnalyzerPool(fail))
    last = shown(view, Prompt(picture, (POSITIVE,)), source=local_choice)[-1]
    assert "The hub is away." in last[view.results.notice]
    expect_cleared(view, last)


def test_a_new_picture_is_opened_to_be_drawn_on(view, picture):
    updates = receive(view, Prompt(picture), Prompt("old.png", (POSITIVE,)), "en")
    opened = updates[view.context.prompter]
    assert (opened.image, opened.width, opened.height, opened.boxes) == (picture, 160, 120, ())
    assert Path(opened.preview).exists()
    assert updates[view.readable] == opened
    assert updates[view.inputs.lesson] == ""
    assert updates[view.inputs.notice] == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_is_no_picture_brings_the_one_before_back(view, tmp_path, language):
    broken, before = tmp_path / "broken.png", Prompt("old.png", (POSITIVE,))
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnot a picture")
    updates = receive(view, Prompt(str(broken)), before, language)
    assert updates[view.context.prompter] == updates[view.readable] == before
    assert "broken.png" in updates[view.inputs.notice]
    assert str(tmp_path) not in updates[view.inputs.notice]
    assert STRINGS[language]["restored"] in updates[view.inputs.notice]
    assert view.results.workbench not in updates, "what is there stays"
    assert (
        STRINGS[language]["restored"] not in receive(view, Prompt(str(broken)), Prompt(), language)[view.inputs.notice]
    )


def test_a_press_on_an_example_opens_it_with_its_lesson(view):
    updates = open_example(view, select(2), "en")
    case = example_case(2, "en")
    assert updates[view.context.prompter] == updates[view.readable] == case.prompt
    assert updates[view.inputs.lesson] == case.lesson


def test_a_picture_that_is_gone_back_to_brings_its_own_lesson(view):
    case = example_case(2, "zh-CN")
    updates = reopen(view, case.prompt, "zh-CN")
    assert updates == {view.readable: case.prompt, view.inputs.lesson: case.lesson, view.inputs.notice: ""}
    assert reopen(view, Prompt("own.png"), "en")[view.inputs.lesson] == ""


def test_the_page_opens_with_the_first_example_and_another_tab_with_its_case(view):
    first = open_case(view, None, "zh-CN")
    assert first[view.context.prompter] == example_case(0, "zh-CN").prompt
    assert first[view.inputs.lesson] == example_case(0, "zh-CN").lesson
    case = Case(Prompt("case.png", (POSITIVE,)), "A case.")
    updates = open_case(view, case, "en")
    assert updates[view.context.prompter] == updates[view.readable] == case.prompt
    assert updates[view.inputs.lesson] == "A case."


def test_an_export_is_a_file_and_without_a_picture_a_sentence(view, picture):
    assert Path(export("json", Prompt(picture, (POSITIVE,)), "en", None)).name == "analysis.json"
    with pytest.raises(gr.Error, match="没有"):
        export("json", Prompt(), "zh-CN", None)


def test_the_words_follow_the_language(view):
    updates = view.words.updates("zh-CN")
    assert updates[view.inputs.gallery]["label"] == "示例"
    assert updates[view.context.prompter]["strings"]["positive"] == "正框"
    assert updates[view.inputs.picker.accordion]["label"] == "骨干网络"
    assert {view.results.workbench, *view.inputs.exports.values()} <= set(updates)
