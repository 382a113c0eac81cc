"""Files that are whole or not there: a killed run must never leave half a checkpoint behind."""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch


def save_checkpoint(state: dict[str, Any], path: Path) -> None:
    """Write tensors, numbers, strings and containers of them, so that ``path`` always holds a whole checkpoint.

    It is written beside its place, flushed to the disk and then renamed, which file systems do at once or not at all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        try:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            os.unlink(file.name)
            raise
    os.replace(file.name, path)


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """What `save_checkpoint` wrote, or None where there is no such file. Only tensors and plain values are unpickled.

    Raises:
        ValueError: the file is no checkpoint.
    """
    if not path.exists():
        return None
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        raise ValueError(f"{path} is no checkpoint of a training run: delete it or start without --resume.") from error
    if not isinstance(state, dict):
        raise ValueError(f"{path} is no checkpoint of a training run: delete it or start without --resume.")
    return state


def check_origin(state: Mapping[str, Any], origin: Mapping[str, str]) -> None:
    """Refuse to go on from another training's checkpoint: a run that changes its data half-way is none of the two.

    Args:
        state: of the checkpoint; its ``origin`` is what it was trained on.
        origin: what would be trained on now, by name.

    Raises:
        ValueError: they differ.
    """
    before = state.get("origin", {})
    changed = [name for name, value in origin.items() if before.get(name) != value]
    if changed:
        raise ValueError(f"The checkpoint differs in its {', '.join(changed)}: start without --resume.")
