"""The cost report as one HTML file that opens offline."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from sam3viz.bridges import UNBRIDGED
from sam3viz.export.html import write_page
from sam3viz.studies.cost.figures import draw_pareto, find_frontier, place_variants
from sam3viz.studies.cost.result import CostStudy
from sam3viz.studies.cost.tables import format_claims, format_costs

TEMPLATE = "studies/cost/report.html.j2"
MARKS = {"below": "↓", "within": "✓", "above": "↑"}
"""Of the verdicts, so that colour is not needed."""


@dataclass(frozen=True)
class ClaimGroup:
    """What was measured for one claim."""

    text: str
    claimed: str
    rows: Sequence[dict[Hashable, str]]
    """One a variant."""


def write_report(study: CostStudy, path: Path) -> None:
    """Write the report; it makes no network request, and every text in it is escaped."""
    picture = ""
    if place_variants(study.costs, study.scores):
        config = {"displayModeBar": False}  # it would lie on the buttons
        picture = draw_pareto(study.costs, study.scores).to_html(config, full_html=False, include_plotlyjs=False)
    write_page(
        path,
        TEMPLATE,
        sentences=summary_sentences(study),
        claims=group_claims(study.claims),
        costs=format_costs(study.costs),
        picture=Markup(picture),
        marks=MARKS,
        origin=study.origin,
        reference=UNBRIDGED,
        settings=study.settings,
    )


def summary_sentences(study: CostStudy) -> list[str]:
    """Say what the numbers say: how the claims fare, and which variants are on the Pareto frontier."""
    sentences, claims = [], study.claims
    if len(claims):
        count = claims["verdict"].value_counts()
        within, below, above = (int(count.get(verdict, 0)) for verdict in ("within", "below", "above"))
        sentences.append(
            f"{len(claims)} overheads measured against {claims['claim'].nunique()} claims of the design document: "
            f"{within} within the claimed range, {below} below (cheaper), {above} above (dearer)."
        )
    points = place_variants(study.costs, study.scores)
    if points:
        best = [
            f"{name} ({points[name].cost:+.1f}% time, AP {points[name].score:.3f})" for name in find_frontier(points)
        ]
        sentences.append(f"Nothing is both faster and better than {', '.join(best)}: the Pareto frontier.")
    return sentences


def group_claims(claims: pd.DataFrame) -> list[ClaimGroup]:
    """Group the rows of every claim that something was measured for."""
    return [
        ClaimGroup(str(text), str(rows["claimed"].iloc[0]), rows.to_dict("records"))
        for text, rows in format_claims(claims).groupby("claim", sort=False)
    ]
