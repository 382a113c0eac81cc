from __future__ import annotations

import pandas as pd
import pytest
from sam3viz.training.session import Status

from app.tabs.training.status import duration, status_html, training_table_html
from sam3viz.training.plan import Plan

PLAN = Plan(("raw", "unified"), steps=40, scenes=24)


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "5 s", "5 秒"),
        (11, "15 s", "15 秒"),
        (89, "90 s", "90 秒"),
        (100, "2 min", "2 分钟"),
        (600, "10 min", "10 分钟"),
    ],
)
def test_a_duration_is_rounded_and_up_in_seconds(seconds, english, chinese):
    assert duration(seconds, "en") == english
    assert duration(seconds, "zh-CN") == chinese


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (Status("waiting", ahead=2), "trainings that go first: 2."),
        (Status("composing", 0.1, 30.0), "Composing 24 scenes. About 30 s left."),
        (Status("training", 0.5, 20.0, run="unified", step=7), "Training unified: step 7 of 40. About 20 s left."),
        (Status("done", 1.0, 0.0), "Done."),
        (Status("cancelled", 0.4), "Finished runs keep"),
    ],
)
def test_every_state_has_its_sentence_and_its_bar(status, sentence):
    shown = status_html(status, PLAN, "en")
    assert sentence in shown
    assert f'data-state="{status.state}"' in shown
    assert f'aria-valuenow="{status.progress * 100:.0f}"' in shown
    assert f"width: {status.progress * 100:.0f}%" in shown
    assert ("left" in shown) == (status.alive and status.seconds_left is not None)


def test_a_failure_is_an_alert_and_escaped():
    shown = status_html(Status("failed", error="<b>It</b> broke"), PLAN, "zh-CN")
    assert 'role="alert"' in shown
    assert "&lt;b&gt;It&lt;/b&gt; broke" in shown


def frame(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["run", "loss", "steps", "smoothness", "seconds"]).set_index("run")
    return table.astype({"steps": "Int64"})


def test_the_best_of_each_column_is_bold_and_the_missing_a_dash():
    shown = training_table_html(frame(("raw", 1.5, None, 0.5, 9.0), ("<unified>", 0.5, 12, 0.25, 20.0)), "en")
    assert "&lt;unified&gt;" in shown
    assert "<unified>" not in shown
    for cell in ("<td>1.500</td>", "<td class=best>0.500</td>", "<td>–</td>", "<td class=best>12</td>"):
        assert cell in shown
    assert "<td class=best>0.50</td>" in shown
    assert "<td class=best>9</td>" in shown
    assert "final loss ↓" in shown


def test_one_run_is_not_called_the_best():
    shown = training_table_html(frame(("raw", 1.5, None, 0.5, 9.0)), "zh-CN")
    assert "class=best" not in shown
    assert "最终损失" in shown
