"""What every variant costs: its figures, the claims beside them, and the files of them."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import torch

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges.checkpoints import own_bridges
from sam3viz.studies.bench.shipped import Origin, Score, shipped_origin, shipped_scores
from sam3viz.studies.cost.claims import against_claims
from sam3viz.studies.cost.figures import pareto
from sam3viz.studies.cost.measure import measure, workload
from sam3viz.studies.cost.report import write_report
from sam3viz.utils.command_line import versions, write_json
from sam3viz.utils.jobs import ReportProgress

FORMAT = 1


@dataclass(frozen=True)
class Cost:
    """Everything a report shows."""

    table: pd.DataFrame
    """As `sam3viz.studies.cost.measure.measure` gives it."""
    claims: pd.DataFrame
    """As `sam3viz.studies.cost.claims.against_claims` gives it."""
    scores: Mapping[str, Score]
    """Variant -> shipped AP; empty for a backbone that none was measured on."""
    origin: Origin
    settings: dict[str, Any]

    @cached_property
    def pareto(self) -> go.Figure:
        """Cost against AP."""
        return pareto(self.table, self.scores)

    def to_json(self, path: Path) -> None:
        """Everything as plain JSON values, None where a figure is not defined."""
        costs = {
            str(name): {key: None if pd.isna(value) else float(value) for key, value in row.items()}
            for name, row in self.table.iterrows()
        }
        claims = self.claims.to_dict("records")
        write_json({"format": FORMAT, "settings": self.settings, "costs": costs, "claims": claims}, path)

    def to_html(self, path: Path) -> None:
        """One file that opens offline."""
        write_report(self.table, self.claims, self.scores, self.origin, self.settings, path)


def study(analyzer: Analyzer, side: int | None, repetitions: int, progress: ReportProgress) -> Cost:
    """Measure every variant of an analyzer but those that its backbone brings with it: they take real pictures' tokens
    alone, and nothing of them is trained here.

    Args:
        side: longer side in pixels that pictures are seen at; the backbone's own by default.
        progress: called with (phase, done, total); may raise to stop.
    """
    work = workload(analyzer.backbone, side)
    own = own_bridges(analyzer.backbone)
    bridges = {name: bridge for name, bridge in analyzer.bridges.items() if name not in own}
    table = measure(analyzer.backbone, bridges, work, repetitions, progress)
    origin = shipped_origin()
    settings = {
        "backbone": analyzer.backbone.identity,
        "side": work.side,
        "repetitions": repetitions,
        "device": str(next(analyzer.backbone.parameters()).device),
        "threads": torch.get_num_threads(),
        "processor": platform.processor() or platform.machine(),
        **({"not measured": ", ".join(own)} if own else {}),
        **versions("torch"),
    }
    scores = shipped_scores() if origin.backbone == analyzer.backbone.identity else {}
    return Cost(table, against_claims(table), scores, origin, settings)
