"""One look for every figure. It must read on a white page and on a dark one, so nothing is painted behind it.

`INK` has the same contrast, 4.4 : 1, against white and against #0b0f19; hues differ in lightness or shape as well.
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sam3viz.bridges import VARIANTS
from sam3viz.types import Exemplar

INK = "#797979"
FAINT = "rgba(121, 121, 121, 0.22)"
VISUAL = "rgba(133, 138, 146, 0.5)"
PROBE = "#3f7fd1"
POSITIVE, NEGATIVE = "#14803f", "#d02a22"
PARTS = ("#3f7fd1", "#9a6f00", "#a0559c", "#14803f", "#b5543c", "#0f8a94")
"""Shares of one whole; the first three are distinct with every common kind of colour blindness."""
_HUES = (
    "#797979", "#b5543c", "#a0559c", "#9a6f00", "#14803f", "#3f7fd1", "#0f8a94",
    "#7a6fd0", "#c2416b", "#64842a", "#b8652a", "#5d7fa3", "#8d7366", "#b04fc4",
)  # fmt: skip
_SYMBOLS = (
    "circle", "square", "diamond", "triangle-up", "circle-open", "square-open", "diamond-open", "cross", "x",
)  # fmt: skip
"""One a variant in screen order, distinct on white and on near-black; then they begin again. Their numbers have no
common divisor, so that colour and marker together stay distinct for 126 variants."""

SIDE = 6
"""Pixels left and right of the plots. The same in every figure, so that the variants' columns line up."""
MARGIN, NARROW_MARGIN = {"t": 76, "b": 44}, {"t": 124, "b": 58}
"""Pixels. A single column is drawn on a phone, where the legend and the footnote take more lines."""
_FRAME = {"showgrid": True, "gridcolor": FAINT, "zeroline": False, "showline": True, "linecolor": FAINT, "mirror": True}
"""Of every axis; set once as the template: Plotly takes milliseconds for each attribute of each axis."""


def color_of_label(label: int) -> str:
    """Return the colour of a positive or a negative exemplar."""
    return POSITIVE if label > 0 else NEGATIVE


def color_of_variant(name: str) -> str:
    """Return a variant's colour, the same in every figure: that of its place in the registry."""
    return _HUES[list(VARIANTS).index(name) % len(_HUES)]


def symbol_of_variant(name: str) -> str:
    """Return a variant's marker: where two variants meet in one point, their shapes differ."""
    return _SYMBOLS[list(VARIANTS).index(name) % len(_SYMBOLS)]


def clear_background(figure: go.Figure) -> None:
    """Paint nothing behind, and write in the page's own letters."""
    figure.update_layout(
        template=None,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "var(--font, system-ui), sans-serif", "size": 12, "color": INK},
        hoverlabel={"font_size": 12},
        uirevision="keep",
    )


def tag(number: int, exemplar: Exemplar) -> str:
    """Name a drawn exemplar, as everywhere: its sign and its number in drawn order, from 1."""
    return f"{'+' if exemplar.label > 0 else '−'}{number}"


def columns(headings: Sequence[str], height: int, row_heights: Sequence[float] = (1.0,), gap: float = 0.0) -> go.Figure:
    """Make equal columns, one a heading, with linked axes; ``height`` is the plots' own, in pixels."""
    count = len(headings)
    margin = NARROW_MARGIN if count == 1 else MARGIN
    figure = make_subplots(
        rows=len(row_heights),
        cols=count,
        shared_xaxes="all",
        shared_yaxes="rows",
        row_heights=list(row_heights),
        vertical_spacing=gap,
        horizontal_spacing=0.0 if count == 1 else min(0.012, 0.5 / count),
    )
    domains = [figure.get_subplot(1, column).xaxis.domain for column in range(1, count + 1)]
    titles = [
        go.layout.Annotation(
            text=heading, x=sum(domain) / 2, y=1, xref="paper", yref="paper", xanchor="center", yanchor="bottom",
            showarrow=False,
        )
        for heading, domain in zip(headings, domains, strict=True)
    ]  # fmt: skip
    clear_background(figure)
    figure.update_layout(
        template={
            "layout": {"xaxis": _FRAME | {"tickfont": {"size": 10}}, "yaxis": _FRAME | {"showticklabels": False}}
        },
        annotations=titles,
        margin={"l": SIDE, "r": SIDE, **margin},
        height=height + sum(margin.values()),
        legend={"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top", "itemsizing": "constant"},
        dragmode="lasso",
    )
    return figure


def footnote(figure: go.Figure, *parts: str) -> None:
    """Say under the plots what the axes are. Two parts a line, which is as wide as a page; in a single column one."""
    each = 1 if figure.layout.margin.b == NARROW_MARGIN["b"] else 2
    lines = [" · ".join(parts[start : start + each]) for start in range(0, len(parts), each)]
    figure.add_annotation(
        text="<br>".join(lines), x=0, y=0, yshift=4 - figure.layout.margin.b,
        xref="paper", yref="paper", xanchor="left", yanchor="bottom", align="left", showarrow=False, font_size=11,
    )  # fmt: skip


def heading(name: str, note: str) -> str:
    """Write a column's heading: a variant's name and a note under it."""
    return f"<b>{name}</b><br>{note}"


def plot_height(count: int) -> int:
    """Return the plots' height in pixels: fewer columns are wider, hence taller."""
    return 360 if count == 1 else 280 if count < 5 else 200
