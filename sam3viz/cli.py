"""The command line. `COMMANDS` is the one place where a command is registered; its order is that of the help."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Protocol

from sam3viz.api import analyze_command, app_command
from sam3viz.hub import pull_command, push_command
from sam3viz.studies.ablation import command as ablation_command
from sam3viz.studies.bench import command as bench_command
from sam3viz.studies.bench import table_command
from sam3viz.studies.cost import command as cost_command
from sam3viz.studies.dataset_gap import command as gap_command
from sam3viz.studies.detector import command as detector_command
from sam3viz.studies.robustness import command as robustness_command
from sam3viz.studies.sweep import command as sweep_command
from sam3viz.training import command as train_command
from sam3viz.training import replay_command
from sam3viz.utils.command_line import exit_code


class Command(Protocol):
    """A module that is a command."""

    @property
    def NAME(self) -> str: ...  # noqa: N802 a module's constant

    @property
    def HELP(self) -> str: ...  # noqa: N802

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""

    def run(self, options: argparse.Namespace, argv: Sequence[str]) -> object:
        """Do it; ``argv`` is what the options were parsed from. Bad input raises ValueError with one sentence."""


COMMANDS: tuple[Command, ...] = (
    app_command,
    analyze_command,
    train_command,
    replay_command,
    bench_command,
    table_command,
    gap_command,
    ablation_command,
    sweep_command,
    robustness_command,
    cost_command,
    detector_command,
    push_command,
    pull_command,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code. Bad input ends in one sentence on stderr and exit code 2."""
    argv = sys.argv[1:] if arguments is None else list(arguments)
    options = build_parser().parse_args(argv)
    return exit_code(options.run, options, argv)


def build_parser() -> argparse.ArgumentParser:
    """Make the parser of all commands."""
    parser = argparse.ArgumentParser(prog="sam3viz", description="See and measure the gap, and what bridges it.")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        subparser = subparsers.add_parser(command.NAME, help=command.HELP)
        command.configure(subparser)
        subparser.set_defaults(run=command.run)
    return parser
