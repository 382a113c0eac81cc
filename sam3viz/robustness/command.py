"""`sam3viz robustness`: what disturbing the exemplar or the scene does to every variant."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from sam3viz.bench.composed import composed_tasks
from sam3viz.bench.protocol import Task, photo_tasks
from sam3viz.coco import read_coco
from sam3viz.encoders import BACKBONES, DEFAULT_BACKBONE
from sam3viz.pipeline import Analyzer
from sam3viz.robustness import PERTURBATIONS
from sam3viz.robustness.figures import strip
from sam3viz.robustness.report import write_report
from sam3viz.robustness.run import Row, measure, table
from sam3viz.robustness.summary import summary
from sam3viz.training.rendered import rendered_pictures

PICTURES, SIDE = 12, 512
PACKAGES = ("torch", "torchvision", "timm", "scikit-image")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options; sets ``run(options, words)``."""
    parser.add_argument(
        "dataset", type=Path, nargs="?", metavar="DATASET_DIR", help="folder in COCO format; rendered scenes without it"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="where the numbers are written")
    parser.add_argument("--html", type=Path, metavar="OUT", help="where the report is written")
    parser.add_argument("--csv", type=Path, metavar="OUT", help="where a row an answer is written")
    parser.add_argument("--pictures", type=int, default=PICTURES, metavar="N", help=f"how many; {PICTURES} by default")
    parser.add_argument("--side", type=int, default=SIDE, metavar="PIXELS", help="longer side they are seen at")
    parser.add_argument(
        "--perturbations", nargs="+", choices=PERTURBATIONS, metavar="NAME", help=f"of {', '.join(PERTURBATIONS)}"
    )
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE, help=f"one of {', '.join(BACKBONES)}")
    parser.add_argument("--seed", type=int, default=0, help="draws the exemplars and the perturbations")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, words: Sequence[str]) -> None:
    """Measure and write.

    Raises:
        ValueError: the folder or an option cannot be used; one sentence says why.
    """
    outputs = [path for path in (options.json, options.csv, options.html) if path is not None]
    if not outputs:
        raise ValueError("Nothing would be written: name --json, --html or --csv.")
    for path in outputs:
        if path.is_dir():
            raise ValueError(f"{str(path)!r} is a folder: name the file that the result goes to.")
    for name, least in (("pictures", 1), ("side", 1), ("seed", 0)):
        if getattr(options, name) < least:
            raise ValueError(f"--{name} is {getattr(options, name)}: give {least} or more.")
    dataset = "rendered scenes" if options.dataset is None else options.dataset.resolve().name
    tasks = _tasks(options.dataset, dataset, options.pictures, options.seed)
    analyzer = Analyzer.from_pretrained(options.backbone)
    chosen = [PERTURBATIONS[name] for name in options.perturbations or PERTURBATIONS]
    rows: list[Row] = []
    measured = measure(analyzer.backbone, analyzer.bridges, tasks, chosen, options.side, options.seed)
    done = 0
    try:
        for part in tqdm(measured, total=len(tasks), unit="picture", file=sys.stderr):
            rows += part
            done += 1
    except KeyboardInterrupt:
        raise SystemExit(f"sam3viz: stopped after {done} of {len(tasks)} pictures; nothing was written.") from None
    frame = table(rows)
    summarised = summary(frame, options.seed)
    settings = {
        "dataset": dataset,
        "backbone": analyzer.backbone.identity,
        "side": str(options.side),
        "seed": str(options.seed),
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }
    for path in outputs:
        path.parent.mkdir(parents=True, exist_ok=True)
    if options.json is not None:
        text = json.dumps({**summarised, "settings": settings}, indent=1, allow_nan=False)
        options.json.write_text(text + "\n", "utf-8")
    if options.csv is not None:
        frame.to_csv(options.csv, index=False)
    if options.html is not None:
        image, box = tasks[0].picture(), tasks[0].episodes[0].positive
        strips = {perturbation.name: strip(image, box, perturbation.name, options.seed) for perturbation in chosen}
        write_report(summarised, strips, settings, options.html)
    for path in outputs:
        print(f"wrote {path}")


def _tasks(folder: Path | None, dataset: str, count: int, seed: int) -> list[Task]:
    """Pictures that have something to ask."""
    if folder is not None:
        return photo_tasks(read_coco(folder), dataset, seed)[:count]
    scenes = composed_tasks(rendered_pictures(), 4 * count, unseen=True, seed=seed)
    return list(islice((task for task in scenes if task.episodes), count))
