"""`sam3viz train`: every variant with the same recipe on the same episodes, and weights that say how they were made."""

from __future__ import annotations

import math
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.utils import gather_object
from torch.utils.data import Dataset

from sam3viz.bridges import VARIANTS
from sam3viz.bridges.checkpoints import save_bridge
from sam3viz.data.samples import Sample
from sam3viz.data.sources import TrainingData
from sam3viz.encoders import Backbone
from sam3viz.training.checkpoint import check_origin, load_checkpoint, save_checkpoint
from sam3viz.training.episodes import EncodedScene, EpisodeSampler, encode_scenes
from sam3viz.training.history import HISTORY_FILE, History
from sam3viz.training.loop import Recipe, Trainer
from sam3viz.training.snapshots import forget_snapshots, snapshot_path, snapshot_steps

REPORT_EVERY = 25
PRECISION = "ACCELERATE_MIXED_PRECISION"
Progress = Callable[[str], None]
"""Takes one line."""


@dataclass(frozen=True)
class Preset:
    """How much data and how long."""

    scenes: int
    held_out: int
    """Scenes that decide when to stop early."""
    side: int = 512
    """Pixels of a composed scene."""
    sizes: tuple[int, ...] = (512, 640, 768)
    """Input sizes the scenes are seen at, in turn: the bridges run on grids of any size."""
    checkpoint_every: int = 50
    recipe: Recipe = field(default_factory=Recipe)


DEFAULT, PHOTOGRAPHS, COMPOSED = "default", "photographs", "composed"
"""COCO's photographs that the manifest lists, as the shipped weights were trained; one's own; composed scenes."""
_PHOTOGRAPHS = Preset(scenes=2199, held_out=96, recipe=Recipe(steps=600, validate_every=100, conflict_every=15))
"""Every training photograph of the manifest twice, at two of the sizes, and a part of each. More steps find a little
more and bring the encoders less close: README, "What the recipe gives"."""
PRESETS = {
    DEFAULT: _PHOTOGRAPHS,
    PHOTOGRAPHS: _PHOTOGRAPHS,
    COMPOSED: Preset(scenes=480, held_out=24, recipe=Recipe(steps=240, conflict_every=10)),
    "smoke": Preset(
        scenes=4,
        held_out=2,
        side=256,
        sizes=(256,),
        checkpoint_every=2,
        recipe=Recipe(steps=4, batch=2, conflict_every=2),
    ),
}


@dataclass(frozen=True)
class RunConfig:
    """What a run of `sam3viz train` trains, how, and where the results go."""

    variants: Sequence[str]
    preset: Preset
    out: Path
    """Folder of the weights, ``NAME.safetensors``."""
    run: Path
    """Folder of the run: ``history.jsonl`` and a checkpoint a variant."""
    described: dict[str, str]
    """What reproduces it, for the weights' metadata: command, preset."""
    seed: int = 0
    resume: bool = False
    workers: int = 0
    """Processes that compose scenes; the result does not depend on their number."""
    tensorboard: Path | None = None

    def checkpoint(self, variant: str) -> Path:
        """Return the file that a variant's training goes on from."""
        return self.run / f"{variant}-{self.seed}.pt"


@dataclass(frozen=True)
class EncodedData:
    """Training pictures after the backbone: every run on them sees the same scenes."""

    scenes: Sequence[EncodedScene]
    held_out: Sequence[EncodedScene]
    """Those that decide when to stop early."""
    described: str
    """`TrainingData.described`."""


def train_variants(
    backbone: Backbone, source: TrainingData, config: RunConfig, progress: Progress = print
) -> list[Path]:
    """Train each variant and write its weights; returns the files.

    Every variant sees the same scenes and episodes in the same order, for the same steps. Started by `accelerate
    launch`, every process takes its part of each batch; with ``config.resume`` a run goes on from its last checkpoint.

    Raises:
        ValueError: the data or a checkpoint cannot be used.
    """
    accelerator = make_accelerator()
    data = encode_data(backbone, source, config.preset, config.seed, config.workers, accelerator, progress)
    return train_encoded(backbone, data, config, accelerator, progress)


def make_accelerator() -> Accelerator:
    """Take the devices and processes there are; half precision where there is a GPU.

    `accelerate launch --mixed_precision` has the last word.
    """
    given = PRECISION in os.environ or not torch.cuda.is_available()
    return Accelerator(mixed_precision=None if given else "fp16")


def encode_data(
    backbone: Backbone,
    source: TrainingData,
    preset: Preset,
    seed: int,
    workers: int,
    accelerator: Accelerator,
    progress: Progress,
) -> EncodedData:
    """Make and encode the preset's scenes; each process encodes its part, then all have all.

    Args:
        seed: of the scenes.
        workers: processes that make them.

    Raises:
        ValueError: the data cannot be used.
    """
    backbone.to(accelerator.device)
    say = progress if accelerator.is_main_process else _nothing
    sizing = (preset.side, preset.sizes, backbone.grid, seed)
    scenes = _encoded(source.samples(preset.scenes, *sizing), backbone, workers, accelerator, say, "scene")
    held_out = source.held_out(preset.held_out, *sizing)
    return EncodedData(
        scenes, _encoded(held_out, backbone, workers, accelerator, say, "held-out scene"), source.described
    )


def train_encoded(
    backbone: Backbone, data: EncodedData, config: RunConfig, accelerator: Accelerator, progress: Progress = print
) -> list[Path]:
    """Train each variant on scenes that are encoded already; as `train_variants`.

    ``config.seed`` draws the first weights and the episodes.

    Raises:
        ValueError: too few scenes, or a checkpoint that cannot be used.
    """
    say = progress if accelerator.is_main_process else _nothing
    preset, part = config.preset, (accelerator.process_index, accelerator.num_processes)
    batches = EpisodeSampler(data.scenes, preset.recipe.batch, config.seed, part)
    validation = EpisodeSampler(data.held_out, preset.recipe.batch, config.seed)
    looks = [validation(index) for index in range(max(1, preset.held_out // preset.recipe.batch))]

    origin = {"backbone": backbone.identity, "data": data.described, "number of scenes": str(len(data.scenes))}
    metadata = _metadata(config, data)  # once: the first weights that are written may change the checkout
    history = History(config.run / HISTORY_FILE, config.tensorboard if accelerator.is_main_process else None)
    written = []
    for name in config.variants:
        torch.manual_seed(config.seed)
        trainer = Trainer(VARIANTS[name](backbone.dim), batches, preset.recipe, looks, accelerator)

        def keep(path: Path, more: Mapping[str, str] = {}, trainer: Trainer = trainer) -> None:
            if accelerator.is_main_process:
                save_bridge(trainer.bridge, path, backbone.identity, {"steps": str(trainer.step), **metadata, **more})

        _run(trainer, name, config, origin, history, say, keep)
        path = config.out / f"{name}.safetensors"
        keep(path, {"held_out_ap": f"{trainer.held_out_ap:.4f}"} if math.isfinite(trainer.held_out_ap) else {})
        written.append(path)
        accelerator.free_memory()
    return written


def _run(
    trainer: Trainer,
    name: str,
    config: RunConfig,
    origin: Mapping[str, str],
    history: History,
    say: Progress,
    keep: Callable[[Path], None],
) -> None:
    """One variant from its checkpoint, if it may go on from one, to its end.

    Args:
        origin: what it is trained on; the checkpoint to go on from must have the same.
        keep: writes the weights as they are, for a replay.
    """
    main, steps = trainer.accelerator.is_main_process, config.preset.recipe.steps
    path = config.checkpoint(name)
    state = load_checkpoint(path) if config.resume else None
    if state is not None:
        check_origin(state, origin)
        trainer.load_state_dict(state)
        say(f"{name:13s} goes on after step {trainer.step}")
    if main:
        history.forget(name, config.seed, after=trainer.step)
        forget_snapshots(config.run, name, config.seed, after=-1 if state is None else trainer.step)
    begun, start = trainer.step, time.perf_counter()
    kept = snapshot_steps(steps)
    if begun == 0:
        keep(snapshot_path(config.run, name, config.seed, 0))
    for terms in trainer.run():
        step = trainer.step
        if step in kept:
            keep(snapshot_path(config.run, name, config.seed, step))
        if main:
            history.append({"variant": name, "seed": config.seed, "step": step, **terms})
            if step % config.preset.checkpoint_every == 0 or step == steps:
                save_checkpoint({**trainer.state_dict(), "origin": dict(origin)}, path)
        if step % REPORT_EVERY == 0 or step == steps:
            left = (time.perf_counter() - start) / (step - begun) * (steps - step)
            losses = "  ".join(f"{term} {value:.3f}" for term, value in terms.items() if term != "rate")
            say(f"{name:13s} step {step}/{steps}  {losses}  {left:.0f} s left")
    keep(snapshot_path(config.run, name, config.seed, trainer.step))


def _encoded(
    samples: Dataset[Sample],
    backbone: Backbone,
    workers: int,
    accelerator: Accelerator,
    say: Progress,
    what: str,
) -> list[EncodedScene]:
    """Each process encodes its part, then all have all: a batch may hold any scenes."""
    start = time.perf_counter()

    def report(done: int, total: int) -> None:
        if done % REPORT_EVERY == 0 or done == total:
            left = (time.perf_counter() - start) / done * (total - done)
            say(f"{what} {done}/{total}  {left:.0f} s left")

    part = (accelerator.process_index, accelerator.num_processes)
    own = encode_scenes(samples, backbone, workers, report, part)
    everyone = own if accelerator.num_processes == 1 else gather_object(own)
    return [scene for _, scene in sorted(everyone, key=lambda numbered: numbered[0])]


def _nothing(line: str) -> None:
    """Only one of several processes reports."""


def _metadata(config: RunConfig, data: EncodedData) -> dict[str, str]:
    versions = ("torch", "torchvision", "timm", "accelerate")
    return {
        **config.described,
        "recipe": str(config.preset),
        "schedule": config.preset.recipe.schedule,
        "alignment_weight": f"{config.preset.recipe.alignment_weight:g}",
        "seed": str(config.seed),
        "data": data.described,
        "commit": _commit(),
        "versions": " ".join(f"{name} {version(name)}" for name in versions),
    }


def _commit() -> str:
    """The checkout's commit, marked where files differ from it; "released" outside a checkout."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return "released"
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.strip() or "released"
    except FileNotFoundError:
        return "released"
