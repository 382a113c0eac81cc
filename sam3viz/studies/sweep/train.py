"""The trainings of a sweep: scenes are encoded once for all of them, and each one that ends is kept in a folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from sam3viz.bridges import Bridge
from sam3viz.bridges.checkpoints import bridge_metadata, load_bridge
from sam3viz.data.sources import TrainingData
from sam3viz.encoders import Backbone
from sam3viz.studies.sweep.plan import SweepPlan, SweepRun
from sam3viz.training.history import HISTORY_FILE, read_history
from sam3viz.training.run import Preset, Progress, RunConfig, encode_data, make_accelerator, train_encoded

SCENE_SEED = 0
"""Of the training scenes, which all runs share; a run with this seed is the one that `sam3viz train` makes."""


@dataclass(frozen=True)
class RunFolder:
    """Where the runs of a sweep are kept, a folder each: weights and history. Weights are there once a run is done."""

    path: Path
    preset: Preset
    """What all runs have in common."""
    described: dict[str, str]
    """What reproduces the sweep, for the weights' metadata."""
    resume: bool = False
    workers: int = 0

    def config(self, run: SweepRun) -> RunConfig:
        """Return how a run is trained: the preset's recipe, with the run's own schedule and alignment weight."""
        setting, own = run.setting, self.path / run.name
        recipe = replace(self.preset.recipe, schedule=setting.schedule, alignment_weight=setting.alignment_weight)
        preset = replace(self.preset, recipe=recipe)
        return RunConfig([setting.variant], preset, own, own, self.described, run.seed, self.resume, self.workers)

    def weights(self, run: SweepRun) -> Path:
        """Return the file of a run's weights."""
        return self.path / run.name / f"{run.setting.variant}.safetensors"

    def is_finished(self, run: SweepRun, backbone: str, data: str) -> bool:
        """Return whether a run's weights are there.

        Args:
            backbone: its identity.
            data: `TrainingData.described`.

        Raises:
            ValueError: they are of another recipe, backbone or data.
        """
        path = self.weights(run)
        if not path.is_file():
            return False
        found = bridge_metadata(path)
        recipe = str(self.config(run).preset)
        wanted = {"recipe": recipe, "backbone": backbone, "data": data, "seed": str(run.seed)}
        other = [name for name, value in wanted.items() if found.get(name) != value]
        if other:
            raise ValueError(f"{path.parent} was trained with another {', '.join(other)}: give another --run-dir.")
        return True

    def finished_count(self, plan: SweepPlan) -> int:
        """Return how many of a plan's runs are kept."""
        return sum(self.weights(run).is_file() for run in plan.runs)

    def bridge(self, run: SweepRun, backbone: Backbone) -> Bridge:
        """Load the bridge of a finished run, on the backbone's device."""
        return load_bridge(self.weights(run), backbone.identity).to(next(backbone.parameters()).device)

    def history(self, run: SweepRun) -> pd.DataFrame:
        """Read a run's history, a row a step."""
        return read_history(self.path / run.name / HISTORY_FILE)


def train_runs(
    backbone: Backbone, source: TrainingData, plan: SweepPlan, folder: RunFolder, progress: Progress
) -> None:
    """Train every run that is not finished; with ``folder.resume`` one that was begun goes on from its checkpoint.

    Raises:
        ValueError: there are finished runs and ``folder.resume`` is not set, or they or the data cannot be used.
    """
    accelerator = make_accelerator()
    if accelerator.num_processes > 1:
        raise ValueError(
            "A sweep trains in one process, which compares gradients: start it without `accelerate launch`."
        )
    missing = [run for run in plan.runs if not folder.is_finished(run, backbone.identity, source.described)]
    finished = len(plan.runs) - len(missing)
    if finished and not folder.resume:
        raise ValueError(
            f"{folder.path} holds {finished} finished runs of this sweep: give --resume, or another --run-dir."
        )
    backbone.to(accelerator.device)
    if not missing:
        return
    data = encode_data(backbone, source, folder.preset, SCENE_SEED, folder.workers, accelerator, progress)
    for number, run in enumerate(missing, finished + 1):
        progress(f"run {number}/{len(plan.runs)}: {run.name}")
        config = folder.config(run)
        train_encoded(backbone, data, config, accelerator, progress)
        config.checkpoint(run.setting.variant).unlink(missing_ok=True)  # of no use beside the weights, and large
