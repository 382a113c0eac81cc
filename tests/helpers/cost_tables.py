"""A small table of costs and its scores, made by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from sam3viz.evaluation.estimate import Estimate
from sam3viz.studies.bench.shipped import Origin, shipped_origin
from sam3viz.studies.cost.claims import check_claims
from sam3viz.studies.cost.result import CostStudy

COSTS = {"backbone": 200.0, "raw": 2.0, "baseline": 10.0, "distillation": 12.0, "unified": 20.0, "adaptive": 30.0}
ORIGIN = replace(shipped_origin(), dataset="my <set>", command="sam3viz bench <set>", seeds=2)
AP = {"raw": 0.4, "baseline": 0.1, "distillation": 0.39, "unified": 0.6, "adaptive": 0.5}


def costs() -> pd.DataFrame:
    """Every cost as in `COSTS`, but parameters, which are the other way round; quartiles 1 below and 3 above."""
    seconds = pd.Series(COSTS)
    table = pd.DataFrame(dict.fromkeys(("flops", "forward_s", "train_s", "kept_bytes", "peak_bytes"), seconds))
    table["parameters"] = [200.0, 100.0, 80.0, 60.0, 40.0, 20.0]
    table["forward_low_s"], table["forward_high_s"] = seconds - 1, seconds + 3
    table["train_without_s"] = math.nan
    return table.rename_axis("variant")


def scores() -> dict[str, Estimate]:
    return {name: Estimate(ap, ap - 0.05, ap + 0.07, 9) for name, ap in AP.items()}


def small_study(
    own_scores: Mapping[str, Estimate] | None = None,
    origin: Origin | None = None,
    settings: Mapping[str, str | int] = MappingProxyType({"side": 384}),
) -> CostStudy:
    """A study of `costs`, by default with `scores` that come from where the shipped ones do."""
    table = costs()
    return CostStudy(
        table,
        check_claims(table),
        scores() if own_scores is None else own_scores,
        shipped_origin() if origin is None else origin,
        settings,
    )
