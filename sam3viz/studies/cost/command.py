"""`sam3viz cost`: claim against measured, and what the cost buys."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from sam3viz.api.analyzer import Analyzer
from sam3viz.encoders import CHOICES, DEFAULT_BACKBONE
from sam3viz.studies.cost.result import study
from sam3viz.studies.cost.tables import claims_table, costs_table
from sam3viz.utils.command_line import at_least, checked_outputs, progress_bar

REPETITIONS = 15


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Register the command; it sets ``run(options, words)``."""
    cost = commands.add_parser("cost", help="what every variant costs, beside what the design document claims")
    cost.add_argument("--json", type=Path, metavar="OUT", help="where the figures are written")
    cost.add_argument("--html", type=Path, metavar="OUT", help="where the report is written")
    cost.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    cost.add_argument("--repetitions", type=int, default=REPETITIONS, metavar="N", help="of every timed piece of work")
    cost.add_argument("--side", type=int, metavar="PIXELS", help="longer side of the pictures; the backbone's own")
    cost.set_defaults(run=_cost)


def _cost(options: argparse.Namespace, words: Sequence[str]) -> None:
    at_least(options, repetitions=1, side=1)
    named = options.json is not None or options.html is not None
    outputs = checked_outputs(options.json, options.html) if named else []
    analyzer = Analyzer.from_pretrained(options.backbone)
    with progress_bar() as progress:
        found = study(analyzer, options.side, options.repetitions, progress)
    print(costs_table(found.table).to_string())
    print()
    print(claims_table(found.claims).to_string(index=False))
    for path, write in ((options.json, found.to_json), (options.html, found.to_html)):
        if path is not None:
            write(path)
    for path in outputs:
        print(f"wrote {path}")
