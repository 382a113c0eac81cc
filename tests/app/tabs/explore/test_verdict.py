from __future__ import annotations

from dataclasses import replace

import pytest

from app.tabs.explore import verdict
from app.tabs.explore.strings import VERDICT
from app.tabs.explore.verdict import numbers_html, verdict_html
from app.tabs.explore.view import table_caption
from sam3viz.api.analysis import Analysis
from sam3viz.figures.metrics_table import MetricRow
from sam3viz.types import Exemplar
from sam3viz.utils.messages import LANGUAGES
from tests.helpers.analyzers import untrained
from tests.helpers.noise import noise_image


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    picture = noise_image(96, 64, 80)
    return untrained("raw", "baseline", "unified").analyze(picture, [Exemplar((10, 10, 40, 40))])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cosine_that_the_model_does_not_go_by_is_called_a_diagnostic(analysis, language):
    baseline = replace(analysis.variants["baseline"], comparable=False)
    diagnostic = replace(analysis, variants={**analysis.variants, "baseline": baseline})
    sentences = [verdict_html(each, language, "train") for each in (analysis, diagnostic)]
    assert [VERDICT[language]["diagnostic"] in each for each in sentences] == [False, True]


def test_the_verdict_gives_the_numbers_behind_it(analysis):
    html, baseline = verdict_html(analysis, "en", "train"), analysis.variants["baseline"]
    assert f"matched cosine {round(baseline.metrics['matched_cosine'], 2) + 0.0:.2f}" in html
    assert "Unified comes nearest" in html
    assert f"Things found: Raw ROI {len(analysis.variants['raw'].detections)}, Baseline" in html
    assert "<code>" not in html


def test_where_nothing_can_be_judged_the_command_that_trains_is_written_out(analysis):
    alone = replace(analysis, variants={"raw": analysis.variants["raw"]})
    html = verdict_html(alone, "en", "sam3viz train --backbone <b>")
    assert "<code>sam3viz train --backbone &lt;b&gt;</code>" in html
    assert "matched cosine" not in html


ROWS = [
    MetricRow("cosine ↑", {"raw": "1", "baseline": "0.1", "unified": "0.4"}, ("unified",)),
    MetricRow("rank ↓", {"raw": "1", "baseline": "2", "unified": "2"}, ()),
    MetricRow("time ms ↓", {"raw": "1", "baseline": "3", "unified": "4"}, ("baseline",)),
]


def test_the_best_value_of_a_row_is_bold_and_none_where_none_is_better(analysis, monkeypatch):
    monkeypatch.setattr(verdict, "metrics_table", lambda analysis, language: ROWS)
    html = numbers_html(analysis, "Numbers", "en")
    rows = html.partition("<tbody>")[2].split("</tr>")
    assert [row.count('class="best"') for row in rows[:3]] == [1, 0, 1]
    assert '<td class="best">0.4</td>' in rows[0]
    assert '<td class="best">3</td>' in rows[2]


@pytest.mark.parametrize(
    ("language", "row", "column"), [("en", "bridge of a row is bold", "column"), ("zh-CN", "每行最优的桥接加粗", "列")]
)
def test_the_caption_says_that_bold_is_the_best_of_a_row(language, row, column):
    caption = table_caption(24, language)
    assert row in caption
    assert column not in caption
    assert "24" in caption
