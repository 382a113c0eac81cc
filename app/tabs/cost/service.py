"""What the Cost tab measures and says. No maths and no layout here."""

from __future__ import annotations

import shlex
from pathlib import Path

import plotly.graph_objects as go

from app.services.analyses import ModelSource, analyzer
from app.services.backbones import BackboneChoice
from app.services.exports import ExportedResult
from app.shared.html import table_html
from app.tabs.cost.strings import STRINGS
from sam3viz.encoders import DEFAULT_BACKBONE
from sam3viz.studies.bench.figures import closeness_against_usefulness
from sam3viz.studies.bench.shipped import shipped_dataset, shipped_origin
from sam3viz.studies.cost.figures import draw_pareto
from sam3viz.studies.cost.report import write_report
from sam3viz.studies.cost.result import CostStudy, run_study
from sam3viz.studies.cost.tables import format_claims, format_costs
from sam3viz.utils.jobs import Job
from sam3viz.utils.messages import translate

SIDE, REPETITIONS = (256, 768), (3, 25)
"""Least and most that can be chosen: pixels of the longer side, and times that each figure is measured."""
MeasuredCost = ExportedResult[CostStudy]


def start(side: float, repetitions: float) -> Job[MeasuredCost]:
    """Make the job of a measurement; it is not started.

    Args:
        side: longer side in pixels that pictures are seen at; the nearest within `SIDE` is taken.
        repetitions: of each timing; the nearest within `REPETITIONS` is taken.
    """
    pixels, count = (
        min(max(int(value), low), high) for value, (low, high) in ((side, SIDE), (repetitions, REPETITIONS))
    )
    return Job(lambda progress: ExportedResult.write(run_study(analyzer(), pixels, count, progress), "cost", _write))


def _write(cost: CostStudy, folder: Path) -> None:
    write_report(cost, folder / "cost.html")
    cost.to_json(folder / "cost.json")


def describe_other_backbone(source: ModelSource | None, language: str) -> str:
    """Say what measures a backbone that was chosen on the page: a copy of it is trained, in memory that is everybody's.

    Returns:
        Nothing where none was chosen; weights that were trained here cost what the shipped ones do.
    """
    if not isinstance(source, BackboneChoice):
        return ""
    command = shlex.join(["sam3viz", "cost", "--backbone", source.argument])
    return STRINGS[language]["other"].format(default=DEFAULT_BACKBONE, name=source.label, command=command)


def figure(cost: CostStudy, language: str) -> go.Figure:
    """Draw cost against AP."""
    return draw_pareto(cost.costs, cost.scores, language=language)


def closeness(narrow: bool, language: str) -> go.Figure | None:
    """Draw the shipped gap measures against the shipped AP; None where the report holds no gap.

    Args:
        narrow: whether the window is a phone's.
    """
    dataset = shipped_dataset()
    return closeness_against_usefulness(dataset, narrow, language) if dataset.gap else None


def closeness_caption(language: str) -> str:
    """Say how to read `closeness`, and where it comes from."""
    words, origin = STRINGS[language], shipped_origin()
    made = words["source"].format(dataset=origin.dataset, seeds=origin.seeds)
    return words["closer_read"].format(level=origin.level, source=made)


def claims_html(cost: CostStudy, language: str) -> str:
    """Write a row a claim and variant."""
    words, rows, before = STRINGS[language], [], ""
    for row, claim in zip(format_claims(cost.claims).to_dict("records"), cost.claims["claim"], strict=True):
        text = f"{translate(row['claim'], language)}: {row['claimed']}"
        cells = [row["variant"], row["measured"], row["ratio"], words[row["verdict"]]]
        rows.append(("" if claim == before else text, cells))
        before = claim
    return table_html(words["claims_read"], ["", words["measured"], words["ratio"], words["verdict"]], rows)


def costs_html(cost: CostStudy, language: str) -> str:
    """Write a row for the backbone and for each variant."""
    table = format_costs(cost.costs, language)
    rows = [(str(name), [str(cell) for cell in row]) for name, row in zip(table.index, table.to_numpy(), strict=True)]
    return table_html(STRINGS[language]["costs_read"], list(table.columns), rows)


def source(cost: CostStudy, language: str) -> str:
    """Say where the APs come from."""
    origin = cost.origin
    return STRINGS[language]["source"].format(dataset=origin.dataset, seeds=origin.seeds)
