"""The robustness report as one HTML file that opens offline."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sam3viz.report import write_page
from sam3viz.robustness import PERTURBATIONS
from sam3viz.robustness.figures import Strip, curves

TEMPLATE = "robustness/report.html.j2"
_READ = {
    "patch_ap": (
        "AP against severity",
        "How well the other things are found. A flat line does not care; the undisturbed level is one of the points.",
    ),
    "similarity": (
        "similarity against severity",
        "Cosine of the exemplar's token with the region of its own thing on the searched picture.",
    ),
}


def write_report(
    summarised: Mapping[str, Any], strips: Mapping[str, Strip], settings: Mapping[str, str], path: Path
) -> None:
    """Write the report; it makes no network request, and every text in it is escaped.

    Args:
        strips: perturbation -> its small pictures.
    """
    parts = [
        {
            "title": f"Disturbed {disturbed}: {title}",
            "how_to_read": how_to_read,
            "areas": [(PERTURBATIONS[name].label, list(ranked.items())) for name, ranked in areas[metric].items()],
            "figure": Markup(
                curves(summarised, disturbed, metric, strips).to_html(full_html=False, include_plotlyjs=False)
            ),
        }
        for disturbed, areas in summarised["areas"].items()
        for metric, (title, how_to_read) in _READ.items()
        if metric in areas
    ]
    write_page(path, TEMPLATE, told=summarised, parts=parts, settings=settings)
