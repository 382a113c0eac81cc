"""The cost report as one HTML file that opens offline."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from sam3viz.evaluation.estimate import Estimate
from sam3viz.export.html import write_page
from sam3viz.studies.bench.shipped import Origin
from sam3viz.studies.cost.claims import REFERENCE
from sam3viz.studies.cost.figures import frontier, pareto, points
from sam3viz.studies.cost.tables import claims_table, costs_table

TEMPLATE = "studies/cost/report.html.j2"
MARKS = {"below": "↓", "within": "✓", "above": "↑"}
"""Of the verdicts, so that colour is not needed."""


def write_report(
    table: pd.DataFrame,
    claims: pd.DataFrame,
    scores: Mapping[str, Estimate],
    origin: Origin,
    settings: Mapping[str, Any],
    path: Path,
) -> None:
    """Write the report; it makes no network request, and every text in it is escaped.

    Args:
        table: of `sam3viz.studies.cost.measure.measure`.
        claims: of `sam3viz.studies.cost.claims.against_claims`.
        scores: variant -> its patch AP; none where the backbone is another than theirs.
        origin: what the scores are of.
        settings: what the costs were measured with.
    """
    drawn = ""
    if points(table, scores):
        config = {"displayModeBar": False}  # it would lie on the buttons
        drawn = pareto(table, scores).to_html(config, full_html=False, include_plotlyjs=False)
    write_page(
        path,
        TEMPLATE,
        sentences=summary_sentences(table, claims, scores),
        claims=claim_groups(claims),
        costs=costs_table(table),
        picture=Markup(drawn),
        marks=MARKS,
        origin=origin,
        reference=REFERENCE,
        settings=settings,
    )


def summary_sentences(table: pd.DataFrame, claims: pd.DataFrame, scores: Mapping[str, Estimate]) -> list[str]:
    """What the numbers say, computed: how the claims fare, and which variants are on the Pareto frontier."""
    sentences = []
    if len(claims):
        count = claims["verdict"].value_counts()
        within, below, above = (int(count.get(verdict, 0)) for verdict in ("within", "below", "above"))
        sentences.append(
            f"{len(claims)} overheads measured against {claims['claim'].nunique()} claims of the design document: "
            f"{within} within the claimed range, {below} below (cheaper), {above} above (dearer)."
        )
    placed = points(table, scores)
    if placed:
        told = [f"{name} ({placed[name][0]:+.1f}% time, AP {placed[name][1]:.3f})" for name in frontier(placed)]
        sentences.append(f"Nothing is both faster and better than {', '.join(told)}: the Pareto frontier.")
    return sentences


def claim_groups(claims: pd.DataFrame) -> list[tuple[str, str, list[dict[Hashable, str]]]]:
    """(claim, claimed range, a row a variant) of every claim that something was measured for."""
    return [
        (str(text), str(rows["claimed"].iloc[0]), rows.to_dict("records"))
        for text, rows in claims_table(claims).groupby("claim", sort=False)
    ]
