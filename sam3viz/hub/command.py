"""`sam3viz push | pull`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from sam3viz.encoders import CHOICES, DEFAULT_BACKBONE, load_backbone
from sam3viz.hub.refusal import check_name
from sam3viz.hub.repository import pull, push
from sam3viz.studies.bench.tables import read_report


def add_parsers(commands: argparse._SubParsersAction) -> None:
    """Register the two commands; each sets ``run(options, words)``."""
    give = commands.add_parser("push", help="share the bridges of a backbone on the Hugging Face hub")
    give.add_argument("repo", metavar="REPO", help="NAMESPACE/NAME; made where it is absent")
    give.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    give.add_argument("--weights", type=Path, metavar="DIR", help="folder of the bridges; where `train` leaves them")
    give.add_argument("--bench", type=Path, metavar="JSON", help="report of `bench` on them, for the model card")
    give.add_argument("--private", action="store_true", help="make the repo private")
    give.set_defaults(run=_push)

    take = commands.add_parser("pull", help="take bridges from the Hugging Face hub")
    take.add_argument("repo", metavar="REPO", help="NAMESPACE/NAME")
    take.add_argument("--revision", metavar="NAME", help="branch, tag or commit; the main branch")
    take.add_argument("--out", type=Path, metavar="DIR", help="where they are written; where they are looked for")
    take.add_argument("--backbone", help=f"take its bridges alone: {CHOICES}")
    take.add_argument("--overwrite", action="store_true", help="replace other files of the same name")
    take.set_defaults(run=_pull)


def _push(options: argparse.Namespace, words: Sequence[str]) -> None:
    check_name(options.repo)
    bench = None if options.bench is None else read_report(options.bench)
    identity = load_backbone(options.backbone).identity
    print(f"pushed to {push(options.repo, identity, options.weights, bench, options.private)}")


def _pull(options: argparse.Namespace, words: Sequence[str]) -> None:
    check_name(options.repo)
    identity = None if options.backbone is None else load_backbone(options.backbone).identity
    for taken in pull(options.repo, options.revision, options.out, identity, options.overwrite):
        print(f"{taken.variant} for {taken.backbone}: wrote {taken.path}")
    if options.out is None:
        print("Every command and `Analyzer.from_pretrained` with that backbone use them from now on.")
    else:
        use = f"Analyzer.from_pretrained(BACKBONE, weights={str(options.out)!r})"
        print(f"Use them with `{use}` or `sam3viz bench --backbone BACKBONE --weights {options.out}`.")
