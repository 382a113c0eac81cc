"""What the commands have in common: bad input in one sentence, outputs checked before any work, versions."""

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
"""Takes parsed options and the arguments that they were parsed from."""


def exit_code(run: Run, options: argparse.Namespace, argv: Sequence[str]) -> int:
    """Run a command and return its exit code: 0, or 2 after one sentence on stderr for bad input, 130 after Ctrl-C."""
    try:
        run(options, argv)
    except (ValueError, FileNotFoundError) as error:
        print(f"sam3viz: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("sam3viz: stopped.", file=sys.stderr)
        return 130
    return 0


@contextmanager
def progress_bar(hidden: bool = False) -> Iterator[ReportProgress]:
    """Show a bar on stderr, named after the phase."""
    with tqdm(file=sys.stderr, disable=hidden, leave=False) as bar:

        def progress(phase: str, done: int, total: int) -> None:
            bar.set_description(phase, refresh=False)
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
            raise ValueError(f"--{name.replace('_', '-')} is {value}: give {low} or more.")


def versions(*packages: str) -> dict[str, str]:
    """Of Python and of what a result hangs on."""
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def write_json(value: dict[str, Any], path: Path) -> None:
    """Readable, and refusing numbers that JSON does not have."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, allow_nan=False) + "\n", encoding="utf-8")
