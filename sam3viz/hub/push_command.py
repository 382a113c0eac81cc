"""`sam3viz push`: bridges to the Hugging Face hub."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from sam3viz.encoders import CHOICES, DEFAULT_BACKBONE, load_backbone
from sam3viz.hub.refusal import check_name
from sam3viz.hub.repository import push
from sam3viz.studies.bench.report import read_report

NAME = "push"
HELP = "share the bridges of a backbone on the Hugging Face hub"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("repo", metavar="REPO", help="NAMESPACE/NAME; made where it is absent")
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    parser.add_argument("--weights", type=Path, metavar="DIR", help="folder of the bridges; where `train` leaves them")
    parser.add_argument("--bench", type=Path, metavar="JSON", help="report of `bench` on them, for the model card")
    parser.add_argument("--private", action="store_true", help="make the repo private")


def run(options: argparse.Namespace, argv: Sequence[str]) -> None:
    """Push the bridges and print the repo's address.

    Raises:
        ValueError: a name, a file or the hub refuses; one sentence says why.
    """
    check_name(options.repo)
    bench = None if options.bench is None else read_report(options.bench)
    identity = load_backbone(options.backbone).identity
    print(f"pushed to {push(options.repo, identity, options.weights, bench, options.private)}")
