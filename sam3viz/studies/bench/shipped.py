"""The scores that the package ships, as they are told in the README: `assets/bench.json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sam3viz.studies.bench.summary import METRICS
from sam3viz.studies.bench.tables import read_report
from sam3viz.utils.assets import asset_path

Score = dict[str, Any]
"""``mean``, ``low``, ``high`` (None without an interval) and ``n``, the number of episodes."""


@dataclass(frozen=True)
class Origin:
    """What the shipped scores are of."""

    dataset: str
    pictures: int
    episodes: int
    seeds: int
    """Training seeds that are averaged."""
    level: float
    """Of the intervals."""
    backbone: str
    """`Backbone.identity`; scores say nothing of another one."""
    command: str
    """What made the file, its folders by their names alone."""


def shipped_scores(metric: str = "patch_ap") -> dict[str, Score]:
    """Each variant's mean and interval on the photographs, from one positive box.

    Raises:
        ValueError: there is no such metric.
    """
    if metric not in METRICS:
        raise ValueError(f"There is no metric {metric!r}; choose one of {', '.join(METRICS)}.")
    told = read_report(asset_path("bench.json"))
    variants = told["datasets"][told["settings"]["dataset"]]["variants"]
    return {
        name: {key: measured["without_negative"][metric][key] for key in ("mean", "low", "high", "n")}
        for name, measured in variants.items()
        if metric in measured["without_negative"]
    }


def shipped_origin() -> Origin:
    """Where `shipped_scores` come from."""
    told = read_report(asset_path("bench.json"))
    settings = told["settings"]
    dataset = told["datasets"][settings["dataset"]]
    return Origin(
        dataset=settings["dataset"],
        pictures=dataset["pictures"],
        episodes=dataset["episodes"],
        seeds=len(told["seeds"]),
        level=settings["level"],
        backbone=settings["backbone"],
        command=_command(told),
    )


def _command(told: dict[str, Any]) -> str:
    settings = told["settings"]
    words = ["sam3viz", "bench", settings["dataset"]]
    for option, value in (("--composed", settings["composed_scenes"]), ("--limit", settings["limit"])):
        words += [] if value is None else [option, str(value)]
    words += ["--runs", "RUN_DIR"] if told["training"] else []
    folders = [weights.partition(" ")[2] for weights in settings["weights"]]  # "1 weights", "2 seed1"
    return " ".join([*words, "--seed", str(settings["seed"]), "--weights", *folders])
