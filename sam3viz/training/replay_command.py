"""`sam3viz replay`: a training run watched on one picture, for the page's Training tab and for one's own."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from sam3viz.data.examples import load_examples
from sam3viz.data.images import load_image
from sam3viz.encoders import CHOICES, DEFAULT_BACKBONE, load_backbone
from sam3viz.encoders.device import default_device
from sam3viz.training.recording import Recording, read_curves
from sam3viz.training.replay import replay_folder
from sam3viz.types import Exemplar

NAME = "replay"
HELP = "what a training run's bridges made of one picture as they learned"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("folder", type=Path, metavar="RUN_DIR", help="folder of a run of `sam3viz train`")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the replay and its curves go")
    parser.add_argument("--image", type=Path, metavar="FILE", help="the first example by default")
    parser.add_argument(
        "--box", type=float, nargs=4, action="append", metavar=("X0", "Y0", "X1", "Y1"), help="positive, in pixels"
    )
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    parser.add_argument("--seed", type=int, default=0, help="of the run")


def run(options: argparse.Namespace, argv: Sequence[str]) -> None:
    """Replay and write.

    Raises:
        ValueError: the run, the picture or a box cannot be used; one sentence says why.
    """
    if (options.image is None) != (options.box is None):
        raise ValueError("--image and --box belong together: give both or neither.")
    if options.out.is_file():
        raise ValueError(f"{options.out} is a file: name a folder for the replay and its curves.")
    if options.image is None:
        example = next(iter(load_examples().values()))
        image, exemplars = example.image(), example.exemplars
    else:
        image, exemplars = load_image(options.image), tuple(Exemplar(tuple(box)) for box in options.box)
    backbone = load_backbone(options.backbone).to(default_device())
    replay = replay_folder(options.folder, backbone, image, exemplars, options.seed)
    Recording(read_curves(options.folder, replay, options.seed), replay).save(options.out)
    print(f"wrote {options.out}")
