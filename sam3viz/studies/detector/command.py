"""`sam3viz sam3`: what the real SAM 3 makes of boxes on one picture."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sam3viz.api.analyzer import Analyzer
from sam3viz.data.images import load_image
from sam3viz.encoders.sam3 import PREFIX, SAM3
from sam3viz.studies.detector.detector import THRESHOLD
from sam3viz.studies.detector.report import write_report
from sam3viz.studies.detector.study import study
from sam3viz.types import Exemplar
from sam3viz.utils.command_line import checked_outputs, progress_bar

BOX = ("X0", "Y0", "X1", "Y1")


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Register the command."""
    sam3 = commands.add_parser("sam3", help="the real SAM 3: parts of its tokens, attention, did each box matter")
    sam3.add_argument("image", type=Path)
    box: dict[str, Any] = {"type": float, "nargs": 4, "action": "append", "metavar": BOX, "default": []}
    sam3.add_argument("--box", **box, help="positive exemplar in pixels; may be repeated")
    sam3.add_argument("--negative-box", **box, help="negative exemplar")
    sam3.add_argument("--reference", type=Path, help="the picture that the boxes belong to, if another")
    sam3.add_argument("--backbone", default=SAM3, help=f"{SAM3}, or {PREFIX}DIR with the weights")
    sam3.add_argument("--threshold", type=float, default=THRESHOLD, help=f"score that counts, 0..1; {THRESHOLD}")
    sam3.add_argument("--html", type=Path, metavar="OUT", help="where the report is written")
    sam3.add_argument("--json", type=Path, metavar="OUT", help="where the numbers are written")
    sam3.set_defaults(run=run)


def run(options: argparse.Namespace, words: Sequence[str]) -> None:
    """Study and write.

    Raises:
        ValueError: weights, picture, box or option cannot be used; one sentence says why.
    """
    outputs = checked_outputs(options.html, options.json)
    if not 0 <= options.threshold <= 1:
        raise ValueError(f"--threshold is {options.threshold:g}: give a score from 0 to 1.")
    image = load_image(options.image)
    reference = None if options.reference is None else load_image(options.reference)
    drawn = [Exemplar(tuple(b), +1) for b in options.box] + [Exemplar(tuple(b), -1) for b in options.negative_box]
    analyzer = Analyzer.from_pretrained(options.backbone)
    with progress_bar() as progress:
        done = study(analyzer, image, drawn, progress, reference, options.threshold)
    if options.json is not None:
        done.to_json(options.json)
    if options.html is not None:
        write_report(done, options.html)
    print(done.table().round(3).to_string())
    for path in outputs:
        print(f"wrote {path}")
