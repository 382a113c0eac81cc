"""The robustness report as one HTML file that opens offline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sam3viz.bridges import VARIANTS
from sam3viz.export.html import write_page
from sam3viz.figures.style import color_of_variant
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.consistency import MEASURES, PATHS
from sam3viz.studies.robustness.figures import Strip, curves
from sam3viz.studies.robustness.summary import METRICS, REFERENCE

TEMPLATE = "studies/robustness/report.html.j2"
FEW = "not enough samples"
MEASURE_LABELS = {"same": "same", "strangers": "strangers", "contrast": "contrast", "recall": "recall at 1"}
"""Of `sam3viz.studies.robustness.consistency.MEASURES`."""
COMPARED = ("contrast",)
"""Measures that are marked: "same" and "strangers" mean nothing alone, recall is too coarse."""
MARKS = (
    f"* the paired difference to {REFERENCE}, over the same pictures, has an interval without 0. Each is judged by "
    "itself: where none differed, one of twenty would still be starred. Bold: the highest of its row, and starred; no "
    f"bold, no clear winner over {REFERENCE}."
)
_TITLES = {"patch_ap": "patch AP", "similarity": "similarity"}
_READ = {
    "patch_ap": (
        "Up: the heat finds the other things of the picture; flat: it does not care how strongly it was disturbed; 1 "
        "is perfect. Dotted: chance, an answer that knows nothing. It moves as things leave the picture or fill it, so "
        "read the height above the dots."
    ),
    "similarity": (
        "Up: the exemplar's token lies near the region of its own thing on the searched picture (cosine). High alone "
        "says nothing: an encoder that gives everything one token is flat at 1; recall at 1 above tells."
    ),
}


def write_report(
    summarised: Mapping[str, Any], strips: Mapping[str, Strip], settings: Mapping[str, str], path: Path
) -> None:
    """Write the report; it makes no network request, and every text in it is escaped.

    Args:
        strips: perturbation -> its small pictures.
    """
    write_page(
        path,
        TEMPLATE,
        told=summarised,
        story=story(summarised),
        names=[name for name in VARIANTS if name in next(iter(summarised["consistency"].values()))[MEASURES[0]]],
        colours={name: color_of_variant(name) for name in VARIANTS},
        consistency=[
            (
                PATHS[path].label,
                MEASURE_LABELS[measure],
                {name: written(number) for name, number in ranked.items()},
                winner(ranked),
            )
            for path, measure, ranked in consistency_rows(summarised)
        ],
        marks=MARKS,
        parts=[
            _part(summarised, disturbed, metric, strips)
            for disturbed in summarised["curves"]
            for metric in METRICS
            if metric in summarised["areas"][disturbed]
        ],
        absent=absent_sentences(summarised),
        settings=settings,
    )


def story(summarised: Mapping[str, Any]) -> list[str]:
    """What the numbers say, computed: who has the largest areas of AP, and who finds a thing by another path."""
    sentences = []
    for disturbed, areas in summarised["areas"].items():
        if "patch_ap" not in areas:
            continue
        first = Counter(next(iter(ranked)) for ranked in areas["patch_ap"].values())
        clear = sum(winner(ranked) is not None for ranked in areas["patch_ap"].values())
        told = ", ".join(f"{name} ({count})" for name, count in first.most_common())
        sentences.append(
            f"Disturbed {disturbed}, {len(areas['patch_ap'])} perturbations: largest area of patch AP by {told}; "
            f"clearly above {REFERENCE} under {clear or 'none'}."
        )
    found = []
    for path, measures in summarised["consistency"].items():
        recall = {name: number["mean"] for name, number in measures["recall"].items()}
        highest = next(iter(recall.values()))
        if highest is not None:
            best = [name for name, share in recall.items() if share == highest]
            found.append(f"{PATHS[path].label} {highest:.0%} ({_enumerated(best, list(recall))})")
    if found:
        sentences.append(f"By another path, recall at 1 of the best: {'; '.join(found)}.")
    return sentences


def _enumerated(best: Sequence[str], names: Sequence[str]) -> str:
    """The best by name, or whom they are all but."""
    if len(best) == len(names):
        return "all alike"
    others = [name for name in names if name not in best]
    return ", ".join(best) if len(best) <= len(others) else f"all but {', '.join(others)}"


def absent_sentences(summarised: Mapping[str, Any]) -> list[str]:
    """What has no curve, and why."""
    return [
        f"Disturbed {place['disturbed']}, {PERTURBATIONS[place['perturbation']].label}, {_TITLES[place['metric']]}: no "
        "curve, as no picture has an answer at every level."
        for place in summarised["absent"]
    ]


def winner(ranked: Mapping[str, Any]) -> str | None:
    """The highest, where its paired interval lies above that of `REFERENCE`."""
    best = next(iter(ranked))
    return best if ranked[best]["apart"] and ranked[best]["to_raw"]["mean"] > 0 else None


def written(number: Mapping[str, Any], few: str = FEW) -> str:
    """``mean* [low, high]``: a star where the paired interval to `REFERENCE` leaves out 0; ``few`` where it is None."""
    if number["mean"] is None:
        return few
    star = "*" if number["apart"] else ""
    mean, *ends = (None if number[key] is None else _rounded(number[key]) for key in ("mean", "low", "high"))
    return f"{mean}{star}" if ends[0] is None else f"{mean}{star} [{ends[0]}, {ends[1]}]"


def _rounded(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}"  # + 0.0: no "-0.00"


def consistency_rows(summarised: Mapping[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Path, measure, and variants as they were ranked, unmarked where none is better than another (`COMPARED`)."""
    return [
        (
            path,
            measure,
            ranked if measure in COMPARED else {name: number | {"apart": False} for name, number in ranked.items()},
        )
        for path, measures in summarised["consistency"].items()
        for measure, ranked in measures.items()
    ]


def _part(summarised: Mapping[str, Any], disturbed: str, metric: str, strips: Mapping[str, Strip]) -> dict[str, object]:
    areas = summarised["areas"][disturbed][metric]
    figure = curves(summarised, disturbed, metric, strips)
    return {
        "title": f"Disturbed {disturbed}: {_TITLES[metric]} against severity",
        "how_to_read": _READ[metric],
        "areas": [
            (
                PERTURBATIONS[name].label,
                next(iter(ranked.values()))["n"],
                [(variant, written(number), variant == winner(ranked)) for variant, number in ranked.items()],
            )
            for name, ranked in areas.items()
        ],
        "figure": Markup(figure.to_html(full_html=False, include_plotlyjs=False)),
    }
