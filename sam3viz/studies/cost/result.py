"""A study of cost: every variant measured, the design document's claims beside it, and its files."""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import torch

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges.checkpoints import own_bridges
from sam3viz.evaluation.estimate import Estimate
from sam3viz.studies.bench.shipped import Origin, Score, shipped_origin, shipped_scores
from sam3viz.studies.cost.claims import check_claims
from sam3viz.studies.cost.measure import measure_costs, prepare_workload
from sam3viz.utils.command_line import versions, write_json
from sam3viz.utils.jobs import ReportProgress

FORMAT = 1
"""Of the JSON file; a change of its keys is another number."""


@dataclass(frozen=True)
class CostStudy:
    """Everything that a report shows."""

    costs: pd.DataFrame
    """As `sam3viz.studies.cost.measure.measure_costs` gives it."""
    claims: pd.DataFrame
    """As `sam3viz.studies.cost.claims.check_claims` gives it."""
    scores: Mapping[str, Estimate]
    """Variant -> shipped AP; empty for a backbone that none was measured on."""
    origin: Origin
    """What the scores are of."""
    settings: Mapping[str, str | int]
    """What the costs were measured with."""

    def to_json(self, path: Path) -> None:
        """Write everything as plain JSON values, None where a figure is not defined."""
        costs = {
            str(name): {key: None if pd.isna(value) else float(value) for key, value in row.items()}
            for name, row in self.costs.iterrows()
        }
        claims = self.claims.to_dict("records")
        write_json({"format": FORMAT, "settings": dict(self.settings), "costs": costs, "claims": claims}, path)


def run_study(analyzer: Analyzer, side: int | None, repetitions: int, progress: ReportProgress) -> CostStudy:
    """Measure every variant of an analyzer but those that its backbone brings with it: they take real pictures' tokens
    alone, and nothing of them is trained here.

    Args:
        side: longer side in pixels that pictures are encoded at; the backbone's own by default.
        repetitions: of every timed piece of work.
        progress: counts variants, then turns of forward passes and of training steps; may raise to stop.
    """
    work = prepare_workload(analyzer.backbone, side)
    own = own_bridges(analyzer.backbone)
    bridges = {name: bridge for name, bridge in analyzer.bridges.items() if name not in own}
    costs = measure_costs(analyzer.backbone, bridges, work, repetitions, progress)
    settings: dict[str, str | int] = {
        "backbone": analyzer.backbone.identity,
        "side": work.side,
        "repetitions": repetitions,
        "device": str(next(analyzer.backbone.parameters()).device),
        "threads": torch.get_num_threads(),
        "processor": platform.processor() or platform.machine(),
        **({"not measured": ", ".join(own)} if own else {}),
        **versions("torch"),
    }
    return CostStudy(costs, check_claims(costs), scores_on(analyzer.backbone.identity), shipped_origin(), settings)


def scores_on(backbone: str) -> dict[str, Estimate]:
    """Return the shipped patch AP of each variant, where it was measured on a backbone of this identity."""
    if shipped_origin().backbone != backbone:
        return {}
    return {name: _as_estimate(score) for name, score in shipped_scores().items()}


def _as_estimate(score: Score) -> Estimate:
    mean = math.nan if score["mean"] is None else score["mean"]
    return Estimate(mean, score["low"], score["high"], score["n"])
