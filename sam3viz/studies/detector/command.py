"""`sam3viz sam3`: what the real SAM 3 makes of boxes on one picture."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sam3viz.api.analyzer import Analyzer
from sam3viz.data.images import load_image
from sam3viz.encoders.sam3 import SAM3
from sam3viz.studies.detector.detector import THRESHOLD
from sam3viz.studies.detector.report import write_report
from sam3viz.studies.detector.result import run_study
from sam3viz.types import Exemplar
from sam3viz.utils.command_line import checked_outputs, progress_bar

NAME = "sam3"
HELP = "the real SAM 3: parts of its tokens, attention, did each box matter"
BOX = ("X0", "Y0", "X1", "Y1")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("image", type=Path)
    box: dict[str, Any] = {"type": float, "nargs": 4, "action": "append", "metavar": BOX, "default": []}
    parser.add_argument("--box", **box, help="positive exemplar in pixels; may be repeated")
    parser.add_argument("--negative-box", **box, help="negative exemplar")
    parser.add_argument("--reference", type=Path, help="the picture that the boxes belong to, if another")
    parser.add_argument("--backbone", default=SAM3, help=f"{SAM3}, or {SAM3}:DIR with the weights")
    parser.add_argument("--threshold", type=float, default=THRESHOLD, help=f"score that counts, 0..1; {THRESHOLD}")
    parser.add_argument("--html", type=Path, metavar="OUT", help="where the report is written")
    parser.add_argument("--json", type=Path, metavar="OUT", help="where the numbers are written")


def run(options: argparse.Namespace, argv: Sequence[str]) -> None:
    """Study and write.

    Raises:
        ValueError: weights, picture, box or option cannot be used; one sentence says why.
    """
    outputs = checked_outputs(options.html, options.json)
    if not 0 <= options.threshold <= 1:
        raise ValueError(f"--threshold is {options.threshold:g}: give a score from 0 to 1.")
    image = load_image(options.image)
    reference = None if options.reference is None else load_image(options.reference)
    exemplars = [Exemplar(tuple(b), +1) for b in options.box] + [Exemplar(tuple(b), -1) for b in options.negative_box]
    analyzer = Analyzer.from_pretrained(options.backbone)
    with progress_bar() as progress:
        study = run_study(analyzer, image, exemplars, progress, reference, options.threshold)
    if options.json is not None:
        study.to_json(options.json)
    if options.html is not None:
        write_report(study, options.html)
    print(study.table().round(3).to_string())
    for path in outputs:
        print(f"wrote {path}")
