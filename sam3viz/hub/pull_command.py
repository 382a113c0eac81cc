"""`sam3viz pull`: bridges from the Hugging Face hub."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from sam3viz.encoders import CHOICES, load_backbone
from sam3viz.hub.refusal import check_name
from sam3viz.hub.repository import pull

NAME = "pull"
HELP = "take bridges from the Hugging Face hub"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("repo", metavar="REPO", help="NAMESPACE/NAME")
    parser.add_argument("--revision", metavar="NAME", help="branch, tag or commit; the main branch")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where they are written; where they are looked for")
    parser.add_argument("--backbone", help=f"take its bridges alone: {CHOICES}")
    parser.add_argument("--overwrite", action="store_true", help="replace other files of the same name")


def run(options: argparse.Namespace, argv: Sequence[str]) -> None:
    """Pull the bridges and print what was written and how to use it.

    Raises:
        ValueError: a name, a file or the hub refuses; one sentence says why.
    """
    check_name(options.repo)
    identity = None if options.backbone is None else load_backbone(options.backbone).identity
    for pulled in pull(options.repo, options.revision, options.out, identity, options.overwrite):
        print(f"{pulled.variant} for {pulled.backbone}: wrote {pulled.path}")
    if options.out is None:
        print("Every command and `Analyzer.from_pretrained` with that backbone use them from now on.")
    else:
        use = f"Analyzer.from_pretrained(BACKBONE, weights={str(options.out)!r})"
        print(f"Use them with `{use}` or `sam3viz bench --backbone BACKBONE --weights {options.out}`.")
