"""`sam3viz train`, which `accelerate launch -m sam3viz.training` starts in several processes."""

from __future__ import annotations

import argparse
import os
import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sam3viz.bridges import VARIANTS
from sam3viz.bridges.checkpoints import own_bridges, weights_folder
from sam3viz.data.sources import TrainingData, from_coco, from_folders, from_packages
from sam3viz.encoders import CHOICES, DEFAULT_BACKBONE, load_backbone
from sam3viz.training.run import COMPOSED, DEFAULT, PHOTOGRAPHS, PRESETS, Preset, RunConfig, train_variants
from sam3viz.training.schedule import SCHEDULES
from sam3viz.utils.assets import asset_path

NAME = "train"
HELP = "train the bridges on photographs or on composed scenes"
MANIFEST = "coco_pictures.csv"
"""The photographs that the shipped weights were trained on; see `sam3viz.data.manifest`."""
CACHE_FOLDER = Path.home() / ".cache" / "sam3viz"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    explained = (
        "default: the shipped weights anew, from COCO; without --preset photographs where --coco is given, composed"
    )
    parser.add_argument("--preset", choices=PRESETS, help=explained)
    parser.add_argument("--variants", nargs="+", metavar="NAME", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the weights go; found there again by default")
    parser.add_argument("--seed", type=int, default=0)

    data = parser.add_argument_group("data (composed scenes out of fetched packages by default)")
    data.add_argument(
        "--coco", type=Path, metavar="DIR", help="annotated photographs in COCO format, or COCO's val2017"
    )
    data.add_argument("--cutouts", type=Path, metavar="DIR", help="your RGBA cut-outs, CLASS/*.png")
    data.add_argument("--backgrounds", type=Path, metavar="DIR", help="your background pictures")
    data.add_argument("--cache", type=Path, default=CACHE_FOLDER, metavar="DIR", help="where fetched packages are kept")
    workers = min(2, (os.cpu_count() or 1) - 1)
    data.add_argument("--workers", type=int, default=workers, help="processes that make pictures (%(default)s)")

    recipe = parser.add_argument_group("recipe (the preset's by default)")
    recipe.add_argument("--steps", type=int)
    recipe.add_argument("--scenes", type=int)
    recipe.add_argument("--schedule", choices=SCHEDULES)
    recipe.add_argument("--alignment-weight", type=float)

    run = parser.add_argument_group("run")
    where = "history and checkpoints (CACHE/runs/PRESET-SEED)"
    run.add_argument("--run-dir", type=Path, metavar="DIR", help=where)
    run.add_argument("--resume", action="store_true", help="go on from the run's last checkpoints")
    run.add_argument("--tensorboard", type=Path, metavar="DIR", help="write TensorBoard events as well")


def run(options: argparse.Namespace, argv: Sequence[str]) -> None:
    """Train, and print the files of the weights.

    Args:
        argv: what the user typed after ``sam3viz``; the weights tell how they were made.

    Raises:
        ValueError: options, data or checkpoints that cannot be used.
    """
    name = options.preset or (PHOTOGRAPHS if options.coco is not None else COMPOSED)
    preset = _preset(options, PRESETS[name])
    source = _source(options, shipped=name == DEFAULT)
    backbone = load_backbone(options.backbone)
    own = own_bridges(backbone)
    for variant in own:
        if variant in options.variants:
            print(f"{variant:13s} is not trained: {backbone.identity} brings its own")
    config = RunConfig(
        [variant for variant in options.variants if variant not in own],
        preset,
        options.out or weights_folder(backbone.identity),
        options.run_dir or options.cache / "runs" / f"{name}-{options.seed}",
        {"command": shlex.join(["sam3viz", *map(without_folder, argv)]), "preset": name},
        options.seed,
        options.resume,
        options.workers,
        options.tensorboard,
    )
    for path in train_variants(backbone, source, config):
        print(f"wrote {path}")


def without_folder(word: str) -> str:
    """A word of a command with the last part of a path alone: shared weights tell nothing of a machine's folders."""
    return re.sub(r"(^|[=:])[^=:]*[/\\]([^/\\=:]+)[/\\]*$", r"\1\2", word)


def _source(options: argparse.Namespace, shipped: bool) -> TrainingData:
    if (options.cutouts is None) != (options.backgrounds is None):
        raise ValueError("--cutouts and --backgrounds belong together: give both or neither.")
    if options.coco is not None:
        if options.cutouts is not None:
            raise ValueError("--coco and --cutouts are two sources: give one.")
        return from_coco(options.coco, asset_path(MANIFEST) if shipped else None)
    if options.cutouts is not None:
        return from_folders(options.cutouts, options.backgrounds)
    if shipped:
        raise ValueError(
            "--preset default trains on photographs of COCO: give the folder of val2017 and its annotations by --coco, "
            "or compose scenes by --preset composed."
        )
    return from_packages(options.cache, print)


def _preset(options: argparse.Namespace, chosen: Preset) -> Preset:
    changes = {name: getattr(options, name) for name in ("steps", "schedule", "alignment_weight")}
    recipe = replace(chosen.recipe, **{name: value for name, value in changes.items() if value is not None})
    scenes = chosen.scenes if options.scenes is None else options.scenes
    for name, value in (("scenes", scenes), ("workers", options.workers + 1)):
        if value < 1:
            raise ValueError(f"--{name} is {getattr(options, name)}; give {1 if name == 'scenes' else 0} or more.")
    return replace(chosen, recipe=recipe, scenes=scenes)
