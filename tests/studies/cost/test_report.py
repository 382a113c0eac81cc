from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sam3viz.studies.cost.claims import check_claims
from sam3viz.studies.cost.report import group_claims, summary_sentences, write_report
from tests.helpers.cost_tables import ORIGIN, costs, scores, small_study


@pytest.fixture
def page(tmp_path):
    """Writes the report and reads what follows plotly's script."""

    def written(own_scores: dict) -> str:
        path = tmp_path / "new" / "cost.html"
        write_report(small_study(own_scores, ORIGIN, {"processor": "<fast> & new", "side": 384}), path)
        text = path.read_text("utf-8")
        assert 'src="http' not in text
        head, body = text.split("<script>", 1)[0], text.split("</script>", 1)[1]
        # plotly.com is a setting of a button that is not shown
        assert not re.search(r"https?://(?!plotly.com)|@import|url\(|<link", head + body)
        return body

    return written


def test_the_summary_counts_verdicts_and_names_the_frontier():
    study = small_study()
    counted, best = summary_sentences(study)
    claims = study.claims
    within, below, above = (int((claims["verdict"] == verdict).sum()) for verdict in ("within", "below", "above"))
    assert within + below + above == len(claims) > 0
    assert counted.startswith(f"{len(claims)} overheads measured against 5 claims")
    assert f"{within} within the claimed range, {below} below (cheaper), {above} above (dearer)" in counted
    assert "raw (+1.0% time, AP 0.400), unified (+10.0% time, AP 0.600): the Pareto frontier" in best


def test_the_summary_leaves_out_what_was_not_measured():
    study = small_study({})
    assert len(summary_sentences(study)) == 1
    assert summary_sentences(replace(study, claims=study.claims.iloc[:0])) == []


def test_claims_are_grouped_with_their_range_and_a_row_a_variant():
    claims = check_claims(costs())
    groups = group_claims(claims)
    assert [group.text for group in groups] == list(dict.fromkeys(claims["text"]))
    assert sum(len(group.rows) for group in groups) == len(claims)
    rows = groups[0].rows
    assert (groups[0].text, groups[0].claimed) == ("feature alignment loss, training time", "+5% to +8%")
    assert [row["variant"] for row in rows] == ["distillation", "unified", "adaptive"]
    assert rows[1]["measured"] == f"{220 / 210 - 1:+.1%}"


def test_the_page_shows_picture_claims_costs_origin_and_settings(page):
    body = page(scores())
    assert body.count("plotly-graph-div") == 1
    assert body.count("<tr>") == 1 + len(check_claims(costs())) + 1 + len(costs()) + 2
    assert "↑ above" in body
    assert "↓ below" in body
    assert '<th scope="row">distillation</th><td>60</td>' in body
    assert "my &lt;set&gt;, 67 questions of one box on" in body
    assert "mean over 2 training seeds" in body
    assert "<code>sam3viz bench &lt;set&gt;</code>" in body
    assert "&lt;fast&gt; &amp; new" in body
    assert "<set>" not in body
    assert "<fast>" not in body


def test_scores_of_another_backbone_are_not_drawn(page):
    body = page({})
    assert "plotly-graph-div" not in body
    assert f"the shipped AP is of {ORIGIN.backbone}, another backbone" in body
    assert "Where the AP comes from" not in body
