"""A training run as the page shows it when it opens: its curves, and its replay on one picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sam3viz.inference.replay import Replay
from sam3viz.training.history import HISTORY_FILE, read_history
from sam3viz.training.job import HISTORY_COLUMNS
from sam3viz.utils.assets import asset_path

SHIPPED_RECORDING = "recorded_run"
REPLAY_FILE, CURVES_FILE = "replay.npz", "curves.parquet"
_STORED: dict[str, Any] = {"run": "category", "variant": "category", "schedule": "category", "term": "category"} | {
    "step": "int32", "value": "float32",
}  # fmt: skip
_READ: dict[str, Any] = {"run": str, "variant": str, "schedule": str, "term": str, "step": "int64", "value": "float64"}


@dataclass(frozen=True)
class Recording:
    """What a run was, step by step."""

    curves: pd.DataFrame
    """As `TrainingOutcome.history`."""
    replay: Replay

    def save(self, folder: Path) -> None:
        """Write both: measured values in single precision, places on maps in half, heat in steps of 1/255."""
        folder.mkdir(parents=True, exist_ok=True)
        self.replay.save(folder / REPLAY_FILE)
        self.curves.astype(_STORED).to_parquet(folder / CURVES_FILE, index=False, compression="zstd")

    @classmethod
    def load(cls, folder: Path) -> Recording:
        """Read what `save` wrote.

        Raises:
            ValueError: the folder holds no recording of this version.
        """
        if not (folder / CURVES_FILE).is_file():
            raise ValueError(f"{folder.name} holds no {CURVES_FILE}: give a folder that `sam3viz replay` wrote.")
        try:
            curves = pd.read_parquet(folder / CURVES_FILE)[HISTORY_COLUMNS].astype(_READ)
        except (KeyError, OSError, ValueError) as error:  # pyarrow's own errors are kinds of ValueError
            raise ValueError(f"{CURVES_FILE} holds no curves that this version of sam3viz saved.") from error
        return cls(curves, Replay.load(folder / REPLAY_FILE))


def shipped_recording() -> Recording:
    """Read the recorded training of the shipped weights."""
    return Recording.load(asset_path(SHIPPED_RECORDING))


def read_curves(run: Path, replay: Replay, seed: int = 0) -> pd.DataFrame:
    """Read a run's history as a row a term of a step, as `TrainingOutcome.history` has them.

    Args:
        replay: of the same run; tells its variants, in their order, schedule and alignment weight.

    Raises:
        ValueError: the folder holds no history.
    """
    history = read_history(run / HISTORY_FILE)
    history = history[(history["seed"] == seed) & history["variant"].isin(replay.runs)].drop(columns="seed")
    rows = history.melt(["variant", "step"], var_name="term").dropna(subset="value")
    order = {name: number for number, name in enumerate(replay.runs)}
    rows = rows.assign(
        run=rows["variant"],
        schedule=replay.described.get("schedule", ""),
        alignment_weight=_number(replay.described.get("alignment_weight", "")),
        order=rows["variant"].map(order),
    ).sort_values(["order", "step"], kind="stable")
    return rows[HISTORY_COLUMNS].reset_index(drop=True)


def _number(text: str) -> float:
    """NaN where the runs of a folder differ."""
    try:
        return float(text)
    except ValueError:
        return math.nan
