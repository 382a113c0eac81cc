"""One analysis as one HTML file that opens offline: pictures, interactive maps, numbers, settings."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from sam3viz.bridges import VARIANTS
from sam3viz.data.images import webp_uri
from sam3viz.figures import PANELS
from sam3viz.figures.heat import overlay
from sam3viz.figures.metrics_table import metrics_table
from sam3viz.inference.analysis import AnalysisData
from sam3viz.types import VariantResult

TEMPLATE = "export/templates/analysis.html.j2"


def write_report(analysis: AnalysisData, path: Path) -> None:
    """Write the report; it makes no network request, and every text in it is escaped."""
    panels = [
        {
            "title": panel.title,
            "how_to_read": panel.how_to_read,
            "html": panel.build(analysis).to_html(full_html=False, include_plotlyjs=False),
        }
        for panel in PANELS.values()
        if panel.available(analysis)
    ]
    write_page(
        path,
        TEMPLATE,
        analysis=analysis,
        pictures=[_picture(analysis, result) for result in analysis.variants.values()],
        panels=panels,
        numbers=metrics_table(analysis),
    )


def write_page(path: Path, template: str, **values: object) -> None:
    """Fill a template of the package with ``values`` and plotly's own script: one file that opens offline."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(rendered(template, plotly=Markup(get_plotlyjs()), **values), encoding="utf-8")


def rendered(template: str, **values: object) -> str:
    """A template of the package filled with ``values``; every text is escaped."""
    environment = Environment(loader=PackageLoader("sam3viz", ""), autoescape=select_autoescape(["j2"]))
    return environment.get_template(template).render(**values)


def _picture(analysis: AnalysisData, result: VariantResult) -> dict[str, str | int]:
    exemplars = analysis.exemplars if analysis.scene.reference is None else ()
    painted = overlay(analysis.image, result.heat_grid, result.detections, exemplars)
    return {
        "uri": webp_uri(painted),
        "title": VARIANTS[result.name].title,
        "summary": result.summary,
        "found": len(result.detections),
    }
