"""A command by itself: arguments to options to its run, without what turns errors into sentences."""

from __future__ import annotations

import argparse
from types import ModuleType


def run_command(command: ModuleType, *words: object) -> None:
    """Run a command; raises what it raises."""
    parser = argparse.ArgumentParser()
    command.configure(parser)
    arguments = [str(word) for word in words]
    options = parser.parse_args(arguments)
    command.run(options, arguments)
