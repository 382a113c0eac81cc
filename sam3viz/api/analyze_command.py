"""`sam3viz analyze`: one picture, every variant, into a folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sam3viz.api.analysis import Analysis
from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS
from sam3viz.data.images import load_image
from sam3viz.encoders import CHOICES, DEFAULT_BACKBONE
from sam3viz.figures.heat import overlay
from sam3viz.types import Exemplar

NAME = "analyze"
HELP = "one picture, every variant, into a folder"
BOX = ("X0", "Y0", "X1", "Y1")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("image", type=Path)
    box: dict[str, Any] = {"type": float, "nargs": 4, "action": "append", "metavar": BOX, "default": []}
    parser.add_argument("--box", **box, help="positive exemplar in pixels; repeat for more")
    parser.add_argument("--negative-box", **box, help="negative exemplar")
    parser.add_argument("--reference", type=Path, help="the picture that the boxes belong to, if another")
    where = "with --reference: let encoders use where the boxes lie on it, too"
    parser.add_argument("--placed", action="store_true", help=where)
    parser.add_argument("--variants", nargs="+", metavar="NAME", help=f"of {', '.join(VARIANTS)}")
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")


def run(options: argparse.Namespace, argv: Sequence[str]) -> None:
    """Analyse the picture and write everything into the folder.

    Raises:
        ValueError: the picture, a box or a variant cannot be used; one sentence says why.
    """
    exemplars = [Exemplar(tuple(b), +1) for b in options.box] + [Exemplar(tuple(b), -1) for b in options.negative_box]
    image = load_image(options.image)
    reference = None if options.reference is None else load_image(options.reference)
    analyzer = Analyzer.from_pretrained(options.backbone)
    analysis = analyzer.analyze(image, exemplars, reference, options.variants, options.placed or None)
    write_folder(analysis, options.out)
    for warning in analysis.warnings:
        print(f"note: {warning}", file=sys.stderr)
    print(analysis.metrics().round(3).to_string())
    print(f"wrote {options.out}")


def write_folder(analysis: Analysis, folder: Path) -> None:
    """Write an analysis in every format, and one picture a variant."""
    folder.mkdir(parents=True, exist_ok=True)
    analysis.save(folder / "analysis.npz")
    analysis.metrics().to_csv(folder / "metrics.csv")
    analysis.to_html(folder / "report.html")
    analysis.to_json(folder / "analysis.json")
    analysis.to_parquet(folder / "layout.parquet")
    exemplars = analysis.exemplars if analysis.scene.reference is None else ()
    for name, result in analysis.variants.items():
        overlay(analysis.image, result.heat_grid, result.detections, exemplars).save(folder / f"{name}.png")
