"""What happened at every step, as JSON lines (and on request as TensorBoard events)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

Row = Mapping[str, float | int | str]

HISTORY_FILE = "history.jsonl"
"""Of a run's folder."""


class History:
    """Appends a row a step to ``path``: ``variant``, ``seed``, ``step`` (from 1), the loss terms, ``rate`` and so on.

    Args:
        tensorboard: folder for TensorBoard's event files; none by default.

    Raises:
        ValueError: TensorBoard is asked for and not installed.
    """

    def __init__(self, path: Path, tensorboard: Path | None = None) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = None if tensorboard is None else _writer(tensorboard)

    def forget(self, variant: str, seed: int, after: int = 0) -> None:
        """Drop the rows of a run from step ``after`` + 1 on: it goes on from there, or anew."""
        kept = [row for row in _rows(self.path) if not _is_later(row, variant, seed, after)]
        beside = self.path.with_suffix(".new")
        beside.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")
        os.replace(beside, self.path)

    def append(self, row: Row) -> None:
        """Add a row. A line goes out in one write, so a killed run leaves at most its last line cut short."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(dict(row)) + "\n")
        if self._writer is not None:
            for term, value in row.items():
                if isinstance(value, float):
                    self._writer.add_scalar(f"{row['variant']}/{term}", value, int(row["step"]))
            self._writer.flush()


def read_history(path: Path) -> pd.DataFrame:
    """A row a step in the order they were written; a last line that was cut short is left out.

    Raises:
        ValueError: the file is missing or holds something else.
    """
    if not path.is_file():
        raise ValueError(f"{path} is not a file: give the history.jsonl that a training run wrote.")
    frame = pd.DataFrame(_rows(path))
    if not frame.empty and not {"variant", "seed", "step", "total"} <= set(frame.columns):
        raise ValueError(f"{path} is no training history: its rows lack variant, seed, step or total.")
    return frame


def _rows(path: Path) -> Iterator[dict[str, float | int | str]]:
    if not path.exists():
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        try:
            yield json.loads(line)
        except json.JSONDecodeError as error:
            if number < len(lines):
                raise ValueError(f"Line {number} of {path} is not JSON: this is no training history.") from error


def _is_later(row: Row, variant: str, seed: int, after: int) -> bool:
    return row.get("variant") == variant and row.get("seed") == seed and int(row.get("step", 0)) > after


def _writer(folder: Path) -> SummaryWriter:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise ValueError(
            "TensorBoard is not installed: `pip install tensorboard`, or leave --tensorboard out."
        ) from error
    return SummaryWriter(str(folder))
