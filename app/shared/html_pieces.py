"""Small pieces of HTML: notices, the verdict, the table of numbers. Every value is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from app.shared.strings import VERDICT
from app.tabs.explore.backbone_strings import BACKBONE
from sam3viz import VARIANTS, Analysis
from sam3viz.figures.metrics_table import metrics_table
from sam3viz.metrics.verdict import Standing, verdict


def notice_html(sentences: Sequence[str], error: bool = False) -> str:
    """Sentences for the person, as an alert where something could not be done."""
    if not sentences:
        return ""
    role, kind = ("alert", "error") if error else ("status", "note")
    return f'<div class="notice {kind}" role="{role}">' + "<br>".join(map(escape, sentences)) + "</div>"


def verdict_html(analysis: Analysis, language: str, command: str) -> str:
    """The verdict in words, with the numbers behind it; ``command`` trains what it cannot do without."""
    judged, words = verdict(analysis.variants), VERDICT[language]
    if judged is None:
        counts = {name: len(result.detections) for name, result in analysis.variants.items()}
        sentence = f"{escape(BACKBONE[language]['unjudged'])} <code>{escape(command)}</code>"
        return f'<p class="verdict">{sentence}{_found_html(counts, language)}</p>'
    sentence = words[judged.state] + words["numbers"].format(**_numbers(judged.baseline), count=judged.probes)
    if not analysis.variants["baseline"].comparable:
        sentence += words["diagnostic"]
    if judged.nearest is not None:
        sentence += words["nearest"].format(**_numbers(judged.nearest), name=VARIANTS[judged.nearest.name].title)
    return f'<p class="verdict">{escape(sentence)}{_found_html(judged.found, language)}</p>'


def _found_html(counts: Mapping[str, int], language: str) -> str:
    found = ", ".join(f"{name} {count}" for name, count in counts.items())
    return f"<span>{escape(VERDICT[language]['found'].format(found=found))}</span>"


def _numbers(standing: Standing) -> dict[str, float]:
    values = {"matched": standing.matched, "mismatched": standing.mismatched, "rank": standing.rank}
    return {name: round(value, 2) + 0.0 for name, value in values.items()}  # + 0.0: no "-0.00"


def table_html(analysis: Analysis, shown: Sequence[str], heading: str) -> str:
    """Measures as rows, variants as columns like every other row of the page; the best bridge of a row is bold."""
    names = [name for name in analysis.variants if name in shown] or list(analysis.variants)
    head = "".join(f'<th scope="col">{escape(VARIANTS[name].title)}</th>' for name in names)
    body = "".join(
        f'<tr><th scope="row">{escape(row.label)}</th>'
        + "".join(f"<td{' class=best' if name == row.best else ''}>{escape(row.cells[name])}</td>" for name in names)
        + "</tr>"
        for row in metrics_table(analysis)
    )
    return (
        f'<div class="numbers"><table aria-label="{escape(heading)}"><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
