"""`sam3viz table`: a bench report as a Markdown table."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from sam3viz.studies.bench.report import markers, read_report
from sam3viz.studies.bench.tables import markdown_table
from sam3viz.utils.readme import write_between_markers

NAME = "table"
HELP = "a bench report as a Markdown table"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("report", type=Path, metavar="JSON")
    parser.add_argument("--readme", type=Path, metavar="FILE", help="write it between the file's markers for it")


def run(options: argparse.Namespace, argv: Sequence[str]) -> None:
    """Print the table, or write it to a README.

    Raises:
        ValueError: a file cannot be used; one sentence says why.
    """
    report = read_report(options.report)
    text = markdown_table(report)
    if options.readme is None:
        print(text)
    else:
        write_between_markers(options.readme, text, markers(report))
        print(f"wrote {options.readme}")
