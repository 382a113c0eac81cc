"""`sam3viz cost`: claim against measured."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from tqdm import tqdm

from sam3viz.cost.claims import against_claims
from sam3viz.cost.run import BACKBONE, measure, workload
from sam3viz.encoders import BACKBONES, DEFAULT_BACKBONE
from sam3viz.pipeline import Analyzer

FORMAT = 1
REPETITIONS = 15


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Register the command; it sets ``run(options, words)``."""
    cost = commands.add_parser("cost", help="what every variant costs, beside what the design document claims")
    cost.add_argument("--json", type=Path, metavar="OUT", help="where the figures are written")
    cost.add_argument("--backbone", default=DEFAULT_BACKBONE, help=f"one of {', '.join(BACKBONES)}")
    cost.add_argument("--repetitions", type=int, default=REPETITIONS, metavar="N", help="of every timed piece of work")
    cost.add_argument("--side", type=int, metavar="PIXELS", help="longer side of the pictures; the backbone's own")
    cost.set_defaults(run=_cost)


def _cost(options: argparse.Namespace, words: Sequence[str]) -> None:
    for name in ("repetitions", "side"):
        value = getattr(options, name)
        if value is not None and value < 1:
            raise ValueError(f"--{name} is {value}: give 1 or more.")
    if options.json is not None and options.json.is_dir():
        raise ValueError(f"{str(options.json)!r} is a folder: name the file that the figures go to.")
    analyzer = Analyzer.from_pretrained(options.backbone)
    work = workload(analyzer.backbone, options.side)
    with tqdm(unit="turn", file=sys.stderr) as bar:

        def progress(what: str, done: int, total: int) -> None:
            bar.set_description(what)
            bar.total, bar.n = total, done
            bar.refresh()

        table = measure(analyzer.backbone, analyzer.bridges, work, options.repetitions, progress)
    claims = against_claims(table)
    print(costs_text(table))
    print()
    print(claims_text(claims))
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        result = as_report(table, claims, settings(analyzer, work.side, options.repetitions))
        options.json.write_text(json.dumps(result, indent=1, allow_nan=False) + "\n", "utf-8")
        print(f"wrote {options.json}")


def settings(analyzer: Analyzer, side: int, repetitions: int) -> dict[str, Any]:
    """What the figures hang on."""
    return {
        "backbone": analyzer.backbone.identity,
        "side": side,
        "repetitions": repetitions,
        "device": str(next(analyzer.backbone.parameters()).device),
        "threads": torch.get_num_threads(),
        "processor": platform.processor() or platform.machine(),
        "torch": version("torch"),
        "python": platform.python_version(),
    }


def as_report(table: pd.DataFrame, claims: pd.DataFrame, described: dict[str, Any]) -> dict[str, Any]:
    """Everything as plain JSON values, None where a figure is not defined."""
    costs = {
        str(name): {key: None if pd.isna(value) else float(value) for key, value in row.items()}
        for name, row in table.iterrows()
    }
    return {"format": FORMAT, "settings": described, "costs": costs, "claims": claims.to_dict("records")}


def costs_text(table: pd.DataFrame) -> str:
    """The costs of one picture and one training step, in units a person reads."""
    backbone = table.loc[BACKBONE]
    shown = pd.DataFrame(
        {
            "parameters": table["parameters"].map("{:,.0f}".format),
            "GFLOP": (table["flops"] / 1e9).map("{:.2f}".format),
            "forward ms": (table["forward_s"] * 1e3).map("{:.1f}".format),
            "of backbone": (table["forward_s"] / backbone["forward_s"]).map("{:.1%}".format),
            "train step ms": (table["train_s"] * 1e3).map("{:.1f}".format),
            "without alignment": (table["train_without_s"] * 1e3).map(lambda v: "-" if pd.isna(v) else f"{v:.1f}"),
            "kept MB": (table["kept_bytes"] / 1e6).map("{:.1f}".format),
            "peak MB": (table["peak_bytes"] / 1e6).map("{:.1f}".format),
        }
    )
    return shown.to_string()


def claims_text(claims: pd.DataFrame) -> str:
    """Claim against measured, a line each."""
    shown = pd.DataFrame(
        {
            "claim": claims["text"],
            "variant": claims["variant"],
            "claimed": [f"+{low:.0%} to +{high:.0%}" for low, high in zip(claims["low"], claims["high"], strict=True)],
            "measured": claims["measured"].map("{:+.1%}".format),
            "ratio": claims["ratio"].map("{:.2f}".format),
            "verdict": claims["verdict"],
        }
    )
    return shown.to_string(index=False)
