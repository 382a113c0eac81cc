"""The options that every command that trains has, and what they choose: data, and how much of it for how long."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

from sam3viz.data.sources import TrainingData, from_coco, from_folders, from_packages
from sam3viz.training.run import COMPOSED, DEFAULT, PHOTOGRAPHS, PRESETS, Preset
from sam3viz.utils.assets import asset_path

MANIFEST = "coco_pictures.csv"
"""The photographs that the shipped weights were trained on; see `sam3viz.data.manifest`."""
CACHE_FOLDER = Path.home() / ".cache" / "sam3viz"
RECIPE_OPTIONS = ("steps", "schedule", "alignment_weight", "conflict_every")
"""Options that replace a setting of the preset's recipe, by its name, where a command has them."""


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Add where training pictures come from, as a group of its own."""
    data = parser.add_argument_group("data (composed scenes out of fetched packages by default)")
    data.add_argument(
        "--coco", type=Path, metavar="DIR", help="annotated photographs in COCO format, or COCO's val2017"
    )
    data.add_argument("--cutouts", type=Path, metavar="DIR", help="your RGBA cut-outs, CLASS/*.png")
    data.add_argument("--backgrounds", type=Path, metavar="DIR", help="your background pictures")
    data.add_argument("--cache", type=Path, default=CACHE_FOLDER, metavar="DIR", help="where fetched packages are kept")
    workers = min(2, (os.cpu_count() or 1) - 1)
    data.add_argument("--workers", type=int, default=workers, help="processes that make pictures (%(default)s)")


def preset_name(options: argparse.Namespace) -> str:
    """Return the preset that was chosen, or the one that suits the data."""
    chosen: str | None = options.preset
    return chosen or (PHOTOGRAPHS if options.coco is not None else COMPOSED)


def adapt_preset(options: argparse.Namespace) -> Preset:
    """Return the chosen preset with what the options replace of it.

    Raises:
        ValueError: a number that cannot be used.
    """
    chosen = PRESETS[preset_name(options)]
    changes = {name: getattr(options, name, None) for name in RECIPE_OPTIONS}
    recipe = replace(chosen.recipe, **{name: value for name, value in changes.items() if value is not None})
    scenes = chosen.scenes if options.scenes is None else options.scenes
    for name, value in (("scenes", scenes), ("workers", options.workers + 1)):
        if value < 1:
            raise ValueError(f"--{name} is {getattr(options, name)}; give {1 if name == 'scenes' else 0} or more.")
    return replace(chosen, recipe=recipe, scenes=scenes)


def training_data(options: argparse.Namespace) -> TrainingData:
    """Open the pictures to train on; those of packages are fetched on first use.

    Raises:
        ValueError: options that do not go together, or a folder that cannot be used.
    """
    shipped = preset_name(options) == DEFAULT
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
