"""What the commands have in common: bad input in one sentence, outputs checked before any work, versions told."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tqdm import tqdm

from sam3viz.utils.jobs import ReportProgress

Run = Callable[[argparse.Namespace, Sequence[str]], object]
"""Parsed options and the words they were parsed from."""


def outcome(run: Run, options: argparse.Namespace, words: Sequence[str]) -> int:
    """Exit code of a command: 0, or 2 after one sentence on stderr for bad input, or 130 after Ctrl-C."""
    try:
        run(options, words)
    except (ValueError, FileNotFoundError) as error:
        print(f"sam3viz: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("sam3viz: stopped.", file=sys.stderr)
        return 130
    return 0


def launched(command: str, add_arguments: Callable[[argparse.ArgumentParser], None], run: Run) -> int:
    """One command by itself, for `accelerate launch -m sam3viz.PACKAGE`: what follows are the command's options."""
    parser = argparse.ArgumentParser(prog=f"sam3viz {command}")
    add_arguments(parser)
    words = sys.argv[1:]
    return outcome(run, parser.parse_args(words), [command, *words])


@contextmanager
def progress_bar(hidden: bool = False) -> Iterator[ReportProgress]:
    """A bar on stderr, named after what is told of."""
    with tqdm(file=sys.stderr, disable=hidden, leave=False) as bar:

        def progress(what: str, done: int, total: int) -> None:
            bar.set_description(what, refresh=False)
            bar.total, bar.n = total, done
            bar.refresh()

        yield progress


def checked_outputs(*paths: Path | None) -> list[Path]:
    """Those that were named.

    Raises:
        ValueError: there is none, or one is a folder.
    """
    named = [path for path in paths if path is not None]
    if not named:
        raise ValueError("Nothing would be written: name --json, --html or --csv.")
    for path in named:
        if path.is_dir():
            raise ValueError(f"{str(path)!r} is a folder: name the file that the result goes to.")
    return named


def at_least(options: argparse.Namespace, **least: int) -> None:
    """Raise ValueError for an option that is given and less than it may be."""
    for name, low in least.items():
        value = getattr(options, name)
        if value is not None and value < low:
            raise ValueError(f"--{name} is {value}: give {low} or more.")


def versions(*packages: str) -> dict[str, str]:
    """Of Python and of what a result hangs on."""
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def write_json(value: dict[str, Any], path: Path) -> None:
    """Readable, and refusing numbers that JSON does not have."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, allow_nan=False) + "\n", encoding="utf-8")
