from __future__ import annotations

import pytest

from app.shared.legacy_job_controls import status_html
from sam3viz.utils.jobs import Standing


@pytest.mark.parametrize(
    ("standing", "sentence", "percent"),
    [
        (Standing("waiting", ahead=2), "jobs that go first: 2.", 0),
        (Standing("running"), "Beginning.", 0),
        (Standing("running", "pictures", 3, 12, 40.0), "Pictures read: 3 of 12. About 40 s left for this.", 25),
        (Standing("running", "picture", 1, 3, 4.0), "Targets searched: 1 of 3. About 5 s left for this.", 33),
        (Standing("done", "maps", 7, 7, 0.0), "Done.", 100),
        (Standing("cancelled", "pictures", 3, 12), "Cancelled", 25),
    ],
)
def test_every_state_has_its_sentence_and_its_bar(standing, sentence, percent):
    shown = status_html(standing, "en", "dataset")
    assert sentence in shown
    assert f'data-state="{standing.state}"' in shown
    assert f"width: {percent}%" in shown


def test_a_failure_is_an_alert_and_escaped():
    shown = status_html(Standing("failed", error="<b>It</b> broke"), "zh-CN", "dataset")
    assert 'role="alert"' in shown
    assert "&lt;b&gt;It&lt;/b&gt; broke" in shown
