"""A command by itself: words to options to its run, without the outer command that turns errors into sentences."""

from __future__ import annotations

import argparse
from types import ModuleType


def run_command(command: ModuleType, *words: object) -> None:
    """Raises what the command raises."""
    parser = argparse.ArgumentParser()
    configure = getattr(command, "configure", None) or command.add_arguments
    configure(parser)
    arguments = [str(word) for word in words]
    options = parser.parse_args(arguments)
    command.run(options, arguments)
