"""The verdict on a picture in words, and its measures as a table."""

from __future__ import annotations

from collections.abc import Mapping

from app.shared.html import render, table_html
from app.tabs.explore.strings import VERDICT
from sam3viz import VARIANTS, Analysis
from sam3viz.bridges import UNBRIDGED
from sam3viz.figures.metrics_table import metrics_table
from sam3viz.metrics.verdict import Standing, Verdict, verdict
from sam3viz.utils.messages import translate


def verdict_html(analysis: Analysis, language: str, command: str) -> str:
    """Say what the picture shows, with the numbers behind it.

    Args:
        command: trains the variants without which there is nothing to judge.
    """
    judged = verdict(analysis.variants)
    if judged is None:
        counts = {name: len(result.detections) for name, result in analysis.variants.items()}
        sentence, detections = VERDICT[language]["untrained"], _detections(counts, language)
        return render("verdict", sentence=sentence, command=command, detections=detections)
    sentence = _judgement(judged, analysis.variants[UNBRIDGED].comparable, language)
    return render("verdict", sentence=sentence, command="", detections=_detections(judged.found, language))


def numbers_html(analysis: Analysis, label: str, language: str) -> str:
    """Write measures as rows, variants as columns; the best bridge of a row is bold where one is better.

    Args:
        label: what the table is, for those who cannot see it.
    """
    names = list(analysis.variants)
    rows = metrics_table(analysis, language)
    return table_html(
        label,
        [translate(VARIANTS[name].title, language) for name in names],
        [(row.label, [row.cells[name] for name in names]) for row in rows],
        {(number, names.index(name)) for number, row in enumerate(rows) for name in row.best},
    )


def _judgement(judged: Verdict, comparable: bool, language: str) -> str:
    words = VERDICT[language]
    sentence = words[judged.state] + words["numbers"].format(**_numbers(judged.baseline), count=judged.probes)
    if not comparable:
        sentence += words["diagnostic"]
    if judged.nearest is not None:
        sentence += words["nearest"].format(
            **_numbers(judged.nearest), name=translate(VARIANTS[judged.nearest.name].title, language)
        )
    return sentence


def _detections(counts: Mapping[str, int], language: str) -> str:
    found = [f"{translate(VARIANTS[name].title, language)} {count}" for name, count in counts.items()]
    return VERDICT[language]["detections"].format(found=", ".join(found))


def _numbers(standing: Standing) -> dict[str, float]:
    values = {"matched": standing.matched, "mismatched": standing.mismatched, "rank": standing.rank}
    return {name: round(value, 2) + 0.0 for name, value in values.items()}  # + 0.0: no "-0.00"
