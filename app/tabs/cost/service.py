"""What the Cost tab's events do. No maths and no layout here."""

from __future__ import annotations

import shlex
import tempfile
from dataclasses import dataclass
from pathlib import Path

import plotly.graph_objects as go
from gradio.utils import get_upload_folder

from app.services.analyses import Source, analyzer
from app.services.backbones import Chosen
from app.shared.number_table import numbers_html
from app.tabs.cost.strings import COST
from sam3viz.encoders import DEFAULT_BACKBONE
from sam3viz.studies.cost.figures import draw_pareto
from sam3viz.studies.cost.report import write_report
from sam3viz.studies.cost.result import CostStudy, run_study
from sam3viz.studies.cost.tables import format_claims, format_costs
from sam3viz.utils.jobs import Job, ReportProgress
from sam3viz.utils.messages import translate

SIDE, REPETITIONS = (256, 768), (3, 25)


@dataclass(frozen=True)
class Measured:
    """A finished measurement and its files; they go when nobody holds it any more."""

    found: CostStudy
    folder: tempfile.TemporaryDirectory[str]

    @property
    def files(self) -> list[str]:
        return [str(path) for path in sorted(Path(self.folder.name).iterdir())]


def start(side: float, repetitions: float, language: str) -> Job[Measured]:
    """A job, not started."""
    low, high = SIDE
    least, most = REPETITIONS
    seen, turns = min(max(int(side), low), high), min(max(int(repetitions), least), most)
    return Job(lambda progress: _measured(seen, turns, progress))


def _measured(side: int, repetitions: int, progress: ReportProgress) -> Measured:
    found = run_study(analyzer(), side, repetitions, progress)
    kept = tempfile.TemporaryDirectory(prefix="cost-", dir=get_upload_folder())
    write_report(found, Path(kept.name) / "cost.html")
    found.to_json(Path(kept.name) / "cost.json")
    return Measured(found, kept)


def figure(found: CostStudy, language: str) -> go.Figure:
    """Cost against AP."""
    return draw_pareto(found.costs, found.scores, language=language)


def another_backbone(source: Source | None, language: str) -> str:
    """What measures a backbone that was chosen on the page: a copy of it is trained, in memory that is everybody's.

    Empty where none was chosen; weights that were trained here cost what the shipped ones do.
    """
    if not isinstance(source, Chosen):
        return ""
    command = shlex.join(["sam3viz", "cost", "--backbone", source.argument])
    return COST[language]["other"].format(default=DEFAULT_BACKBONE, name=source.label, command=command)


def claims_html(found: CostStudy, language: str) -> str:
    """A row a claim and variant."""
    words, rows, before = COST[language], [], ""
    for told, claim in zip(format_claims(found.claims).to_dict("records"), found.claims["claim"], strict=True):
        text = f"{translate(told['claim'], language)}: {told['claimed']}"
        cells = [told["variant"], told["measured"], told["ratio"], words[told["verdict"]]]
        rows.append(("" if claim == before else text, cells))
        before = claim
    return numbers_html(words["claims_read"], ["", words["measured"], words["ratio"], words["verdict"]], rows)


def costs_html(found: CostStudy, language: str) -> str:
    """A row for the backbone and for each variant."""
    table = format_costs(found.costs)
    rows = [(str(name), [str(cell) for cell in row]) for name, row in zip(table.index, table.to_numpy(), strict=True)]
    return numbers_html(COST[language]["costs_read"], list(table.columns), rows)


def source(found: CostStudy, language: str) -> str:
    """Where the APs come from."""
    origin = found.origin
    return COST[language]["source"].format(dataset=origin.dataset, seeds=origin.seeds)
