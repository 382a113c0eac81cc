"""`sam3viz cost`: claim against measured, and what the cost buys."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from sam3viz.api.analyzer import Analyzer
from sam3viz.encoders import CHOICES, DEFAULT_BACKBONE
from sam3viz.studies.cost.report import write_report
from sam3viz.studies.cost.result import run_study
from sam3viz.studies.cost.tables import format_claims, format_costs
from sam3viz.utils.command_line import at_least, checked_outputs, progress_bar

NAME = "cost"
HELP = "what every variant costs, beside what the design document claims"
DEFAULT_REPETITIONS = 15


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    repetitions = "of every timed piece of work"
    parser.add_argument("--json", type=Path, metavar="OUT", help="where the figures are written")
    parser.add_argument("--html", type=Path, metavar="OUT", help="where the report is written")
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    parser.add_argument("--repetitions", type=int, default=DEFAULT_REPETITIONS, metavar="N", help=repetitions)
    parser.add_argument("--side", type=int, metavar="PIXELS", help="longer side of the pictures; the backbone's own")


def run(options: argparse.Namespace, argv: Sequence[str]) -> None:
    """Measure, print, and write what was named.

    Raises:
        ValueError: an option cannot be used; one sentence says why.
    """
    at_least(options, repetitions=1, side=1)
    named = options.json is not None or options.html is not None
    outputs = checked_outputs(options.json, options.html) if named else []
    analyzer = Analyzer.from_pretrained(options.backbone)
    with progress_bar() as progress:
        study = run_study(analyzer, options.side, options.repetitions, progress)
    print(format_costs(study.costs).to_string())
    print()
    print(format_claims(study.claims).to_string(index=False))
    if options.json is not None:
        study.to_json(options.json)
    if options.html is not None:
        write_report(study, options.html)
    for path in outputs:
        print(f"wrote {path}")
