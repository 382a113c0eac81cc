"""`sam3viz robustness`: what disturbing the exemplar or the scene does to every variant."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from sam3viz.api.analyzer import Analyzer
from sam3viz.data.coco import read_coco
from sam3viz.data.synthetic.cutout_library import rendered_pictures
from sam3viz.encoders import CHOICES, DEFAULT_BACKBONE
from sam3viz.evaluation.composed import composed_tasks
from sam3viz.evaluation.episodes import ImageTask, photo_tasks
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.report import write_report
from sam3viz.studies.robustness.result import run_study
from sam3viz.utils.command_line import at_least, checked_outputs, progress_bar

NAME = "robustness"
HELP = "disturb the exemplar or the scene, and see"
DEFAULT_PICTURES, DEFAULT_SIDE = 12, 512


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "dataset", type=Path, nargs="?", metavar="DATASET_DIR", help="folder in COCO format; rendered scenes without it"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="where the numbers are written")
    parser.add_argument("--html", type=Path, metavar="OUT", help="where the report is written")
    parser.add_argument("--csv", type=Path, metavar="OUT", help="where a row an answer is written")
    pictures = f"how many; {DEFAULT_PICTURES} by default"
    parser.add_argument("--pictures", type=int, default=DEFAULT_PICTURES, metavar="N", help=pictures)
    side = f"longer side as seen; {DEFAULT_SIDE}"
    parser.add_argument("--side", type=int, default=DEFAULT_SIDE, metavar="PIXELS", help=side)
    parser.add_argument(
        "--perturbations", nargs="+", choices=PERTURBATIONS, metavar="NAME", help=f"of {', '.join(PERTURBATIONS)}"
    )
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    parser.add_argument("--seed", type=int, default=0, help="draws the exemplars and the perturbations")


def run(options: argparse.Namespace, argv: Sequence[str]) -> None:
    """Measure and write.

    Raises:
        ValueError: the folder or an option cannot be used; one sentence says why.
    """
    outputs = checked_outputs(options.json, options.csv, options.html)
    at_least(options, pictures=1, side=1, seed=0)
    dataset = "rendered scenes" if options.dataset is None else options.dataset.resolve().name
    tasks = _tasks(options.dataset, dataset, options.pictures, options.seed)
    analyzer = Analyzer.from_pretrained(options.backbone)
    perturbations = [PERTURBATIONS[name] for name in options.perturbations or PERTURBATIONS]
    with progress_bar() as progress:
        study = run_study(analyzer, dataset, tasks, perturbations, options.side, options.seed, progress)
    if options.json is not None:
        study.to_json(options.json)
    if options.csv is not None:
        study.to_csv(options.csv)
    if options.html is not None:
        write_report(study, options.html)
    for path in outputs:
        print(f"wrote {path}")


def _tasks(folder: Path | None, dataset: str, count: int, seed: int) -> list[ImageTask]:
    """Read or render the pictures that have something to ask."""
    if folder is not None:
        return photo_tasks(read_coco(folder), dataset, seed)[:count]
    scenes = composed_tasks(rendered_pictures(), 4 * count, unseen=True, seed=seed)
    return list(islice((task for task in scenes if task.episodes), count))
