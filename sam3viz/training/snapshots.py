"""A bridge's weights on its way through a training run: what a replay shows is made of them."""

from __future__ import annotations

import copy
import re
from pathlib import Path

from sam3viz.bridges import VARIANTS, Bridge
from sam3viz.utils.messages import InputError

SNAPSHOT_SHARES = (0.0, 0.05, 0.2, 0.5, 1.0)
"""Of a run's steps. At 1 the weights are those that the run ends with, averaged and calibrated; before, as they are."""
FOLDER = "snapshots"
_NAME = re.compile(r"(?P<variant>.+)-(?P<seed>\d+)-(?P<step>\d+)")


def snapshot_steps(steps: int) -> tuple[int, ...]:
    """Return the steps before the last after which a run of ``steps`` keeps its weights; 0 is before the first."""
    return tuple(sorted({round(share * steps) for share in SNAPSHOT_SHARES} - {steps}))


def take_snapshot(bridge: Bridge) -> Bridge:
    """Return a copy as it is now, ready to run, that later steps do not change."""
    return copy.deepcopy(bridge).eval().requires_grad_(False)


def snapshot_path(run: Path, variant: str, seed: int, step: int) -> Path:
    """Return where a run keeps a variant's weights after ``step`` steps."""
    return run / FOLDER / f"{variant}-{seed}-{step:05d}.safetensors"


def forget_snapshots(run: Path, variant: str, seed: int, after: int = -1) -> None:
    """Delete a variant's snapshots of steps beyond ``after``: its run goes on from there, or anew."""
    for path in (run / FOLDER).glob("*.safetensors"):
        match = _NAME.fullmatch(path.stem)
        if match and (match["variant"], int(match["seed"])) == (variant, seed) and int(match["step"]) > after:
            path.unlink()


def find_snapshots(run: Path, seed: int) -> dict[str, dict[int, Path]]:
    """Return the files of a run by variant, in screen order, and step, in rising order.

    Raises:
        InputError: the folder holds none of this seed.
    """
    found: dict[str, dict[int, Path]] = {}
    for path in (run / FOLDER).glob("*.safetensors"):
        match = _NAME.fullmatch(path.stem)
        if match and int(match["seed"]) == seed:
            found.setdefault(match["variant"], {})[int(match["step"])] = path
    if not found:
        raise InputError(
            "{run} holds no snapshots of seed {seed}: give the folder of a run of `sam3viz train` of this version.",
            run=run,
            seed=seed,
        )
    return {name: dict(sorted(found[name].items())) for name in VARIANTS if name in found}
