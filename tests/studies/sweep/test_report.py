from __future__ import annotations

import re

import pytest

from sam3viz.studies.sweep.report import write_report
from sam3viz.training.plan import TrainingRun
from tests.helpers.sweep_studies import schedule_study, small_result, small_study, weight_study


@pytest.fixture
def page(tmp_path):
    """Writes the report and reads what follows plotly's script."""

    def written(study, language: str = "en") -> str:
        path = tmp_path / "new" / "sweep.html"
        write_report(study, path, language)
        text = path.read_text("utf-8")
        assert 'src="http' not in text
        head, body = text.split("<script>", 1)[0], text.split("</script>", 1)[1]
        # plotly.com is a setting of a button that is not shown
        assert not re.search(r"https?://(?!plotly.com)|@import|url\(|<link", head + body)
        assert f'lang="{language}"' in head
        return body

    return written


def test_the_page_shows_figure_tables_sentences_and_settings_escaped(page):
    body = page(weight_study())
    assert body.count("plotly-graph-div") == 1
    assert body.count("<tr>") == (1 + 3) + (1 + 3) + 2
    assert "<h1>What the training recipe gives on &lt;set&gt;</h1>" in body
    assert "<td>0.550 [0.500, 0.620] ± 0.010</td>" in body
    assert "Pareto-optimal by contrast and patch AP" in body
    assert "Conflicts of detection" in body
    assert "&lt;made&gt; &amp; up" in body
    assert "<set>" not in body
    assert "<made>" not in body


def test_conflicts_are_told_beside_their_modules_where_there_were_looks(page):
    body = page(schedule_study())
    assert body.count('class="said"') == 3
    body = page(small_study(small_result(TrainingRun("raw", "one-cycle", 0.3), 1.0, 0.5)))
    assert "Conflicts of detection" not in body


def test_the_page_speaks_chinese(page):
    body = page(weight_study(), "zh-CN")
    text = re.sub(r"<script.*?</script>|<[^>]*>", " ", body, flags=re.DOTALL)
    assert "训练方案在 &lt;set&gt; 上的效果" in text
    for english in ("How to read", "Mean with", "Pareto", "Settings", "alignment weight", "one-cycle"):
        assert english not in text
