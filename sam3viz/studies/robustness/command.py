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
from sam3viz.studies.robustness.result import study
from sam3viz.utils.command_line import at_least, checked_outputs, progress_bar

PICTURES, SIDE = 12, 512


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options; sets ``run(options, words)``."""
    parser.add_argument(
        "dataset", type=Path, nargs="?", metavar="DATASET_DIR", help="folder in COCO format; rendered scenes without it"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="where the numbers are written")
    parser.add_argument("--html", type=Path, metavar="OUT", help="where the report is written")
    parser.add_argument("--csv", type=Path, metavar="OUT", help="where a row an answer is written")
    parser.add_argument("--pictures", type=int, default=PICTURES, metavar="N", help=f"how many; {PICTURES} by default")
    parser.add_argument("--side", type=int, default=SIDE, metavar="PIXELS", help=f"longer side as seen; {SIDE}")
    parser.add_argument(
        "--perturbations", nargs="+", choices=PERTURBATIONS, metavar="NAME", help=f"of {', '.join(PERTURBATIONS)}"
    )
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    parser.add_argument("--seed", type=int, default=0, help="draws the exemplars and the perturbations")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, words: Sequence[str]) -> None:
    """Measure and write.

    Raises:
        ValueError: the folder or an option cannot be used; one sentence says why.
    """
    outputs = checked_outputs(options.json, options.csv, options.html)
    at_least(options, pictures=1, side=1, seed=0)
    dataset = "rendered scenes" if options.dataset is None else options.dataset.resolve().name
    tasks = _tasks(options.dataset, dataset, options.pictures, options.seed)
    analyzer = Analyzer.from_pretrained(options.backbone)
    chosen = [PERTURBATIONS[name] for name in options.perturbations or PERTURBATIONS]
    with progress_bar() as progress:
        found = study(analyzer, dataset, tasks, chosen, options.side, options.seed, progress)
    for path, write in ((options.json, found.to_json), (options.csv, found.to_csv), (options.html, found.to_html)):
        if path is not None:
            write(path)
    for path in outputs:
        print(f"wrote {path}")


def _tasks(folder: Path | None, dataset: str, count: int, seed: int) -> list[ImageTask]:
    """Pictures that have something to ask."""
    if folder is not None:
        return photo_tasks(read_coco(folder), dataset, seed)[:count]
    scenes = composed_tasks(rendered_pictures(), 4 * count, unseen=True, seed=seed)
    return list(islice((task for task in scenes if task.episodes), count))
