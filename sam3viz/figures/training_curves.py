"""Loss curves of a small training, run against run, and what they say in numbers (design document 4 and 5.1)."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from jaxtyping import Float64
from plotly.subplots import make_subplots

from sam3viz.figures.style import FAINT, clear_background, color_of_variant, heading
from sam3viz.metrics.convergence import smoothed, smoothness, steps_to_target
from sam3viz.utils.messages import DEFAULT_LANGUAGE, translate

GRADIENT_COSINE = "gradient_cosine"
"""Of detection and alignment over a whole bridge; of each of its modules ``gradient_cosine/MODULE``."""
HELD_OUT_AP = "held_out_ap"
"""Average precision on what is not trained on: no loss, higher is better."""
DETECTION = ("patch", "ranking", "identity", "retrieval")
"""The terms that every run has, whatever its variant and its alignment weight: on their sum runs are compared."""
SETTINGS = {"rate": "learning rate, as scheduled", "alignment_weight": "alignment weight, as scheduled"}
"""Terms that are set, not measured: drawn as they are, after the losses."""

_NOTES = {
    "total": "what is minimised",
    "patch": "heat against truth",
    "ranking": "asked cells above the others",
    "identity": "asked cells above other objects",
    "retrieval": "asked cells above those of other pictures",
    "instance": "instances of a class together",
    HELD_OUT_AP: "on held-out pictures, averaged weights",
    GRADIENT_COSINE: "detection against alignment: below 0 they conflict",
}
_DASHES = ("solid", "dash", "dot", "dashdot")
_COLUMNS, _PLOT, _TITLE = 3, 190, 58
"""Plots side by side in a wide window; pixels of a plot and of the room over it."""
_MOST_STEPS = 200
"""Of a line, evenly spread; the moving average is over all of them."""


def training_curves(history: pd.DataFrame, narrow: bool = False, language: str = DEFAULT_LANGUAGE) -> go.Figure:
    """One plot a term, one line a run: smoothed over its faint raw values.

    Colour is the variant, the dash tells schedule and alignment weight apart. A loss is drawn on a log axis where it is
    positive and spans more than a factor of ten. ``narrow`` stacks the plots in one column.

    Args:
        history: as `TrainingOutcome.history` gives it.

    Raises:
        ValueError: there is no step yet.
    """
    terms = _terms(history)
    count = 1 if narrow else min(_COLUMNS, len(terms))
    rows = math.ceil(len(terms) / count)
    height = rows * (_PLOT + _TITLE)
    figure = make_subplots(
        rows,
        count,
        shared_xaxes="all",
        subplot_titles=[heading(term, translate(_note(term), language)) for term in terms],
        vertical_spacing=_TITLE / height,
        horizontal_spacing=0.06,
    )
    runs = history.drop_duplicates("run").set_index("run")
    looks = runs[["schedule", "alignment_weight"]].drop_duplicates().reset_index(drop=True)
    for index, term in enumerate(terms):
        place = {"row": index // count + 1, "col": index % count + 1}
        own = history[history["term"] == term]
        for name, curve in own.groupby("run", sort=False):
            run = runs.loc[name]
            look = (looks == run[["schedule", "alignment_weight"]].to_list()).all(axis=1).idxmax()
            line = {
                "color": color_of_variant(run["variant"]),
                "dash": _DASHES[int(look) % len(_DASHES)],
            }
            for trace in _lines(str(name), curve, line, language, measured=term not in SETTINGS):
                trace.update(showlegend=trace.showlegend is not False and index == 0)
                figure.add_trace(trace, **place)
        if term not in SETTINGS and own["value"].min() > 0 and own["value"].max() > 10 * own["value"].min():
            figure.update_yaxes(type="log", **place)
    legend = 26 * (len(runs) if narrow else 1) + 14
    figure.update_xaxes(gridcolor=FAINT, zeroline=False, showline=True, linecolor=FAINT, mirror=True, nticks=6)
    figure.update_xaxes(range=[0.5, max(history["step"].max(), 2) + 0.5], showticklabels=True, tickfont_size=10)
    figure.update_yaxes(gridcolor=FAINT, zeroline=False, showline=True, linecolor=FAINT, mirror=True, tickfont_size=10)
    clear_background(figure)
    figure.update_layout(
        margin={"l": 44, "r": 8, "t": legend + 44, "b": 40},
        height=height + legend + 64,
        legend={"orientation": "v" if narrow else "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top"},
    )
    figure.update_annotations(font_size=12)
    below = {"text": translate("step", language), "font_size": 11, "standoff": 2}
    for column in range(1, count + 1):
        figure.update_xaxes(title=below, row=rows, col=column)
    return figure


def training_table(history: pd.DataFrame, seconds: Mapping[str, float]) -> pd.DataFrame:
    """A row a finished run: how low, how fast, how smoothly, how long.

    All but the time is measured on the detection loss, the sum of the `DETECTION` terms: the total of two runs cannot
    be compared where their alignment weights differ or change.

    Args:
        seconds: wall time of every finished run, by name.

    Returns:
        Index run, in order; columns ``loss`` (smoothed, at the end), ``steps`` (until the loss stays as low as the
        worst run ends: of the same variant, where it has several, else of all; missing where there is but one run),
        ``smoothness`` (`sam3viz.metrics.convergence.smoothness`), ``conflicts`` (share of steps looked at on which the
        gradients of detection and alignment conflict; missing where there is one of the two) and ``seconds``.
    """
    curves = {name: curve for name, curve in detection_curves(history).items() if name in seconds}
    final = {name: float(smoothed(curve)[-1]) for name, curve in curves.items()}
    variants = history.drop_duplicates("run").set_index("run")["variant"]

    def target(name: str) -> float:
        rivals = [loss for other, loss in final.items() if variants[other] == variants[name]]
        rivals = rivals if len(rivals) > 1 else list(final.values())
        return max(rivals) if len(rivals) > 1 else math.nan

    rows = [
        {
            "run": name,
            "loss": final[name],
            "steps": steps_to_target(curve, target(name)) if math.isfinite(target(name)) else None,
            "smoothness": smoothness(curve),
            "conflicts": _conflicts(history[history["run"] == name]),
            "seconds": seconds[name],
        }
        for name, curve in curves.items()
    ]
    columns = {"loss": float, "steps": "Int64", "smoothness": float, "conflicts": float, "seconds": float}
    return pd.DataFrame(rows, columns=["run", *columns]).set_index("run").astype(columns)


def _conflicts(rows: pd.DataFrame) -> float:
    """Share of the looks at both gradients on which their cosine is below 0; NaN without a look."""
    cosines = rows.loc[rows["term"] == GRADIENT_COSINE, "value"]
    return float((cosines < 0).mean()) if len(cosines) else math.nan


def detection_curves(history: pd.DataFrame) -> dict[str, Float64[np.ndarray, " n"]]:
    """Run -> sum of the `DETECTION` terms at every step, in the order the runs began."""
    detection = history[history["term"].isin(DETECTION)]
    return {
        str(name): own.groupby("step")["value"].sum().to_numpy(np.float64)
        for name, own in detection.groupby("run", sort=False)
    }


def same_curves(history: pd.DataFrame) -> list[list[str]]:
    """Groups of runs whose losses are equal at every step: what sets them apart changed nothing."""
    losses = history[~history["term"].isin(SETTINGS)]
    groups: dict[tuple[object, ...], list[str]] = {}
    for name, own in losses.groupby("run", sort=False):
        key = tuple(own[["variant", "step", "term", "value"]].itertuples(index=False, name=None))
        groups.setdefault(key, []).append(str(name))
    return [names for names in groups.values() if len(names) > 1]


def _terms(history: pd.DataFrame) -> list[str]:
    """Losses in the order they came, then what is set."""
    if history.empty:
        raise ValueError("There is no step of this training yet; wait for the first.")
    found = [term for term in history["term"].unique() if "/" not in term]  # of single modules: in the file alone
    return [term for term in found if term not in SETTINGS] + [term for term in SETTINGS if term in found]


def _note(term: str) -> str:
    return SETTINGS.get(term, _NOTES.get(term, "alignment term"))


def _lines(name: str, own: pd.DataFrame, line: dict[str, str], language: str, measured: bool) -> list[go.Scatter]:
    steps, values = own["step"].to_numpy(np.float32), own["value"].to_numpy(np.float64)
    kept = np.unique(np.linspace(0, len(steps) - 1, min(_MOST_STEPS, len(steps))).round().astype(int))
    shown = {"x": steps[kept], "mode": "lines", "name": name, "legendgroup": name}
    hover = f"{translate('step', language)} %{{x}}: %{{y:.3g}}<extra>{name}</extra>"
    if not measured:
        values = values[kept].astype(np.float32)
        return [go.Scatter(**shown, y=values, line={**line, "width": 2, "shape": "hv"}, hovertemplate=hover)]
    faint = {"color": line["color"], "width": 1}
    raw, mean = (curve[kept].astype(np.float32) for curve in (values, smoothed(values)))
    return [
        go.Scatter(**shown, y=raw, line=faint, opacity=0.4, hoverinfo="skip", showlegend=False),
        go.Scatter(**shown, y=mean, line={**line, "width": 2.2}, hovertemplate=hover),
    ]
