"""A training run on the tiny backbone, to be started as a program of its own: killed, resumed, or in two processes."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from sam3viz.data.sources import from_folders
from sam3viz.training.run import PRESETS, RunConfig, train_variants
from tests.helpers.tiny import TinyBackbone


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("pictures", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--variants", nargs="+", default=["unified"])
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    preset = PRESETS["smoke"]
    recipe = replace(preset.recipe, steps=options.steps, batch=options.batch, validate_every=5)
    preset = replace(preset, scenes=8, held_out=4, recipe=recipe, checkpoint_every=2)
    source = from_folders(options.pictures / "cutouts", options.pictures / "backgrounds")
    config = RunConfig(options.variants, preset, options.out, options.out, {"command": "tiny"}, 0, options.resume)
    train_variants(TinyBackbone(), source, config, lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
