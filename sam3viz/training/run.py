"""`sam3viz train`: scenes, every variant with the same recipe on the same episodes, weights that say how."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import torch

from sam3viz.bridges import VARIANTS
from sam3viz.encoders import Backbone
from sam3viz.model import save_bridge
from sam3viz.training.data import Pictures
from sam3viz.training.episodes import EncodedScene, EpisodeSampler, encode_scenes
from sam3viz.training.loop import Recipe, train

REPORT_EVERY = 25


@dataclass(frozen=True)
class Preset:
    """How much data and how long."""

    scenes: int
    scene_size: int = 512
    sizes: tuple[int, ...] = (512, 640, 768)
    """Input sizes the scenes are seen at, in turn: the bridges run on grids of any size."""
    recipe: Recipe = field(default_factory=Recipe)


PRESETS = {
    "default": Preset(scenes=600, recipe=Recipe(steps=300)),
    "smoke": Preset(scenes=4, scene_size=256, sizes=(256,), recipe=Recipe(steps=2, batch=2)),
}


def train_variants(
    backbone: Backbone,
    pictures: Pictures,
    preset: str,
    variants: Sequence[str],
    out: Path,
    command: str,
    seed: int = 0,
    progress: Callable[[str], None] = print,
) -> list[Path]:
    """Train each variant and write ``out/NAME.safetensors``; returns the files.

    Every variant sees the same scenes, episodes, steps and schedule.
    """
    chosen = PRESETS[preset]
    scenes = _scenes(backbone, pictures, chosen, seed, progress)
    metadata = {
        "command": command,
        "preset": preset,
        "recipe": str(chosen),
        "seed": str(seed),
        "data": pictures.described,
        "commit": _commit(),
        "versions": " ".join(f"{name} {version(name)}" for name in ("torch", "torchvision", "timm")),
    }
    written = []
    for name in variants:
        torch.manual_seed(seed)
        bridge = VARIANTS[name](backbone.dim)
        recipe = chosen.recipe
        start = time.perf_counter()
        for step, terms in enumerate(train(bridge, EpisodeSampler(scenes, recipe.batch, seed), recipe), 1):
            if step % REPORT_EVERY == 0 or step == recipe.steps:
                left = (time.perf_counter() - start) / step * (recipe.steps - step)
                losses = "  ".join(f"{term} {value:.3f}" for term, value in terms.items())
                progress(f"{name:13s} step {step}/{recipe.steps}  {losses}  {left:.0f} s left")
        path = out / f"{name}.safetensors"
        save_bridge(bridge, path, backbone.identity, metadata)
        written.append(path)
    return written


def _scenes(
    backbone: Backbone, pictures: Pictures, preset: Preset, seed: int, progress: Callable[[str], None]
) -> list[EncodedScene]:
    composer = pictures.composer(preset.scene_size, seed)
    start = time.perf_counter()

    def report(done: int, total: int) -> None:
        if done % REPORT_EVERY == 0 or done == total:
            left = (time.perf_counter() - start) / done * (total - done)
            progress(f"scene {done}/{total}  {left:.0f} s left")

    return encode_scenes(composer.scene, preset.scenes, backbone, pictures.class_ids, preset.sizes, report)


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
