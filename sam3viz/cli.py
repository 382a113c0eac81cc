"""`sam3viz app | analyze | train | bench | table | gap | robustness | cost | sam3 | push | pull`."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS
from sam3viz.data.images import load_image
from sam3viz.encoders import CHOICES, DEFAULT_BACKBONE
from sam3viz.figures.heat import overlay
from sam3viz.hub import command as sharing
from sam3viz.studies.bench import command as bench
from sam3viz.studies.cost import command as cost
from sam3viz.studies.dataset_gap import command as gap
from sam3viz.studies.detector import command as sam3
from sam3viz.studies.robustness import command as robustness
from sam3viz.training import command as training
from sam3viz.types import Exemplar
from sam3viz.utils.command_line import outcome

BOX = ("X0", "Y0", "X1", "Y1")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Bad input ends in one sentence on stderr and exit code 2."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser().parse_args(words)
    return outcome(options.run, options, words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sam3viz", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    app = commands.add_parser("app", help="serve the page on this machine")
    what = f"offer it on the page; repeat for more ({CHOICES})"
    app.add_argument("--backbone", action="append", default=[], metavar="NAME", help=what)
    app.set_defaults(run=_app)

    analyze = commands.add_parser("analyze", help="one picture, every variant, into a folder")
    analyze.add_argument("image", type=Path)
    box: dict[str, Any] = {"type": float, "nargs": 4, "action": "append", "metavar": BOX, "default": []}
    analyze.add_argument("--box", **box, help="positive exemplar in pixels; repeat for more")
    analyze.add_argument("--negative-box", **box, help="negative exemplar")
    analyze.add_argument("--reference", type=Path, help="the picture that the boxes belong to, if another")
    where = "with --reference: let encoders use where the boxes lie on it, too"
    analyze.add_argument("--placed", action="store_true", help=where)
    analyze.add_argument("--variants", nargs="+", metavar="NAME", help=f"of {', '.join(VARIANTS)}")
    analyze.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    analyze.add_argument("--out", type=Path, required=True, metavar="DIR")
    analyze.set_defaults(run=_analyze)

    train = commands.add_parser(training.NAME, help=training.HELP)
    training.configure(train)
    train.set_defaults(run=training.run)
    bench.add_parsers(commands)
    gap.add_arguments(commands.add_parser("gap", help="the gap over a COCO folder: measures, map, report"))
    robustness.add_arguments(commands.add_parser("robustness", help="disturb the exemplar or the scene, and see"))
    cost.add_parser(commands)
    sam3.add_parser(commands)
    sharing.add_parsers(commands)
    return parser


def _app(options: argparse.Namespace, words: Sequence[str]) -> None:
    importlib.import_module("app.app").serve(options.backbone)  # by name: the library does not know the page


def _analyze(options: argparse.Namespace, words: Sequence[str]) -> None:
    exemplars = [Exemplar(tuple(b), +1) for b in options.box] + [Exemplar(tuple(b), -1) for b in options.negative_box]
    image = load_image(options.image)
    reference = None if options.reference is None else load_image(options.reference)
    analyzer = Analyzer.from_pretrained(options.backbone)
    analysis = analyzer.analyze(image, exemplars, reference, options.variants, options.placed or None)
    options.out.mkdir(parents=True, exist_ok=True)
    analysis.save(options.out / "analysis.npz")
    metrics = analysis.metrics()
    metrics.to_csv(options.out / "metrics.csv")
    analysis.to_html(options.out / "report.html")
    analysis.to_json(options.out / "analysis.json")
    analysis.to_parquet(options.out / "layout.parquet")
    shown = analysis.exemplars if reference is None else ()
    for name, result in analysis.variants.items():
        overlay(image, result.heat_grid, result.detections, shown).save(options.out / f"{name}.png")
    for warning in analysis.warnings:
        print(f"note: {warning}", file=sys.stderr)
    print(metrics.round(3).to_string())
    print(f"wrote {options.out}")
