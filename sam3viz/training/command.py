"""`sam3viz train`, which `accelerate launch -m sam3viz.training` starts in several processes."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from sam3viz.bridges import VARIANTS
from sam3viz.bridges.checkpoints import own_bridges, weights_folder
from sam3viz.encoders import CHOICES, DEFAULT_BACKBONE, load_backbone
from sam3viz.training.options import adapt_preset, add_data_options, preset_name, training_data
from sam3viz.training.run import PRESETS, RunConfig, train_variants
from sam3viz.training.schedule import SCHEDULES

NAME = "train"
HELP = "train the bridges on photographs or on composed scenes"


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

    add_data_options(parser)

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
    name, preset = preset_name(options), adapt_preset(options)
    source = training_data(options)
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
