from __future__ import annotations

import re
from dataclasses import replace

from sam3viz.studies.bench.html_report import write_report
from sam3viz.studies.bench.result import BenchSummary
from tests.helpers.bench_reports import SETTINGS, random_gaps, random_scores, summary_of


def page(summary: BenchSummary, path) -> str:
    """Writes the report and reads what follows plotly's script."""
    write_report(summary, path)
    head, body = path.read_text("utf-8").split("<script>", 1)[0], path.read_text("utf-8").split("</script>", 1)[1]
    assert not re.search(r"https?://(?!plotly.com)|@import|url\(|<link|src=", head + body)
    return body


def test_the_page_shows_the_figure_for_wide_and_narrow_windows_and_every_table(tmp_path):
    names = ("raw", "unified", "adaptive")
    summary = summary_of(random_scores(variants=names), gaps=random_gaps(variants=names))
    body = page(summary, tmp_path / "new" / "bench.html")
    assert body.count('class="plotly-graph-div"') == 2
    assert "<h2>set: closer and more useful?</h2>" in body
    assert "<h2>set: closer and more useful</h2>" in body
    assert "<p>16 episodes on 12 pictures</p>" in body
    assert body.count('<th scope="row">adaptive</th>') == 2
    mean = summary.datasets["set"].gap["raw"]["contrast"].mean
    assert f"<td>{mean:.3f}<small>[".replace("0.", ".", 1) in body
    assert "<code>unified</code> and <code>adaptive</code> (" in body


def test_without_a_gap_there_is_no_figure_and_names_are_escaped(tmp_path):
    summary = replace(summary_of(random_scores()), settings=replace(SETTINGS, dataset="<set>"))
    body = page(summary, tmp_path / "bench.html")
    assert "plotly-graph-div" not in body
    assert "&lt;set&gt;" in body
    assert "<set>" not in body
