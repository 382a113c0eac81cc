"""`sam3viz ablate`: what each mechanism of a bridge is worth, on annotated photographs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from sam3viz.api.analyzer import Analyzer
from sam3viz.data.coco import read_coco
from sam3viz.encoders import CHOICES, DEFAULT_BACKBONE
from sam3viz.evaluation.episodes import photo_tasks
from sam3viz.studies.ablation.result import run_study
from sam3viz.studies.ablation.tables import format_agreements, format_changes, markdown_table, sentences
from sam3viz.utils.command_line import at_least, progress_bar
from sam3viz.utils.readme import markers_of, write_between_markers

NAME = "ablate"
MARKERS = markers_of("ablation")
HELP = "replace each mechanism of each bridge by its neutral form, and see"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("dataset", type=Path, metavar="DATASET_DIR", help="folder in COCO format, with outlines")
    parser.add_argument("--json", type=Path, metavar="OUT", help="where the numbers are written")
    parser.add_argument("--csv", type=Path, metavar="OUT", help="where the table of mechanisms is written")
    parser.add_argument("--readme", type=Path, metavar="FILE", help="write a summary between the file's markers for it")
    parser.add_argument("--weights", type=Path, metavar="DIR", help="of `sam3viz train --out`; the shipped by default")
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    parser.add_argument("--limit", type=int, metavar="N", help="the first N episodes of the folder alone")
    parser.add_argument("--seed", type=int, default=0, help="draws the exemplars and the bootstrap")


def run(options: argparse.Namespace, argv: Sequence[str]) -> None:
    """Measure, print and write.

    Raises:
        ValueError: the folder, the weights or an option cannot be used; one sentence says why.
    """
    at_least(options, limit=1, seed=0)
    for path in (options.json, options.csv):
        if path is not None and path.is_dir():
            raise ValueError(f"{str(path)!r} is a folder: name the file that the result goes to.")
    dataset = options.dataset.resolve().name
    tasks = photo_tasks(read_coco(options.dataset), dataset, options.seed, options.limit)
    analyzer = Analyzer.from_pretrained(options.backbone, options.weights)
    with progress_bar() as progress:
        study = run_study(analyzer, dataset, tasks, options.seed, progress)
    changes = format_changes(study)
    print(changes.to_string(index=False))
    print(f"\n{format_agreements(study).to_string(index=False)}")
    print("\n".join(["", *sentences(study)]))
    if options.json is not None:
        study.to_json(options.json)
        print(f"wrote {options.json}")
    if options.csv is not None:
        options.csv.parent.mkdir(parents=True, exist_ok=True)
        changes.to_csv(options.csv, index=False)
        print(f"wrote {options.csv}")
    if options.readme is not None:
        write_between_markers(options.readme, markdown_table(study), MARKERS)
        print(f"wrote {options.readme}")
