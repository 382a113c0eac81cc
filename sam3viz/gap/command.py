"""`sam3viz gap`: a folder in, a report out."""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
from accelerate import PartialState
from accelerate.utils import gather_object
from tqdm import tqdm

from sam3viz.bench.protocol import Task, photo_tasks
from sam3viz.bench.run import Row, heats, table
from sam3viz.coco import CocoPicture, read_coco
from sam3viz.encoders import BACKBONES, DEFAULT_BACKBONE
from sam3viz.figures.heat import overlay
from sam3viz.gap.features import FeatureWriter, read_rows
from sam3viz.gap.figures import closeness_against_use, dataset_map
from sam3viz.gap.projection import dataset_planes
from sam3viz.gap.report import Case, write_report
from sam3viz.gap.run import stream
from sam3viz.gap.summary import best_by, summary, worst_and_best
from sam3viz.pipeline import Analyzer
from sam3viz.scene import make_scene

PACKAGES = ("torch", "torchvision", "timm", "umap-learn", "scikit-learn")
CASE_SIDE = 384


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options; sets ``run(options, words)``."""
    parser.add_argument("dataset", type=Path, metavar="DATASET_DIR", help="folder (or JSON file) in COCO format")
    parser.add_argument("--json", type=Path, metavar="OUT", help="where the numbers are written")
    parser.add_argument("--html", type=Path, metavar="OUT", help="where the report is written")
    parser.add_argument("--csv", type=Path, metavar="OUT", help="where a row an object and variant is written")
    parser.add_argument("--features", type=Path, metavar="DIR", help="where the features are kept, as Parquet")
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE, help=f"one of {', '.join(BACKBONES)}")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N pictures alone")
    parser.add_argument("--seed", type=int, default=0, help="draws the exemplars and the resampled pictures")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, words: Sequence[str]) -> None:
    """Measure the folder; with `accelerate launch -m sam3viz.gap` every process takes its share of the pictures.

    Raises:
        ValueError: the folder or an option cannot be used; one sentence says why.
    """
    outputs = [path for path in (options.json, options.html, options.csv) if path is not None]
    if not outputs:
        raise ValueError("Nothing would be written: name --json, --html or --csv.")
    for path in outputs:
        if path.is_dir():
            raise ValueError(f"{str(path)!r} is a folder: name the file that the result goes to.")
    if options.limit is not None and options.limit < 1:
        raise ValueError(f"--limit is {options.limit}: give 1 or more.")
    if options.seed < 0:
        raise ValueError(f"The seed is {options.seed}: give 0 or more.")
    pictures = read_coco(options.dataset)[: options.limit]
    dataset = options.dataset.resolve().name
    try:
        tasks = photo_tasks(pictures, dataset, options.seed)
    except ValueError:  # no outlines, or nothing twice on a picture: the gap is there all the same, its use is not
        tasks = []
    analyzer = Analyzer.from_pretrained(options.backbone)
    with ExitStack() as stack:
        folder = options.features or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        features, scores = _measured(analyzer, pictures, tasks, folder)
        if PartialState().is_main_process:
            _write(options, analyzer, dataset, tasks, features, scores)
        PartialState().wait_for_everyone()


def _measured(
    analyzer: Analyzer, pictures: Sequence[CocoPicture], tasks: Sequence[Task], folder: Path
) -> tuple[list[Path], pd.DataFrame]:
    """This process's pictures to its own file; everybody's files and scores."""
    state = PartialState()
    own = pictures[state.process_index :: state.num_processes]
    path = folder / f"features-{state.process_index}.parquet"
    rows: list[Row] = []
    done = 0
    try:
        with FeatureWriter(path) as writer:
            hidden = not state.is_main_process
            for part in tqdm(stream(analyzer, own, tasks, writer), total=len(own), unit="picture", disable=hidden):
                rows += part
                done += 1
    except KeyboardInterrupt:
        raise SystemExit(f"sam3viz: stopped after {done} of {len(own)} pictures; nothing was written.") from None
    return gather_object([path]), table(gather_object(rows))


def _write(
    options: argparse.Namespace,
    analyzer: Analyzer,
    dataset: str,
    tasks: Sequence[Task],
    features: Sequence[Path],
    scores: pd.DataFrame,
) -> None:
    rows = read_rows(features)
    if rows.empty:
        raise ValueError(f"{dataset!r} has no object that can be measured: single ones of at least 4 pixels.")
    settings = _settings(analyzer, dataset, options.seed)
    with tqdm(desc="measures", unit="variant", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.total, bar.n = total, done
            bar.refresh()

        summarised = summary(rows, features, scores, options.seed, progress)
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({**summarised, "settings": settings}, indent=1, allow_nan=False)
        options.json.write_text(text + "\n", "utf-8")
    if options.csv is not None:
        options.csv.parent.mkdir(parents=True, exist_ok=True)
        rows.to_csv(options.csv, index=False)
    if options.html is not None:
        planes = dataset_map(*dataset_planes(features, rows, options.seed))
        cases = _cases(analyzer, tasks, scores, summarised)
        write_report(summarised, closeness_against_use(summarised), planes, cases, settings, options.html)
    for path in (options.json, options.csv, options.html):
        if path is not None:
            print(f"wrote {path}")


def _cases(
    analyzer: Analyzer, tasks: Sequence[Task], scores: pd.DataFrame, summarised: Mapping[str, Any]
) -> dict[str, list[Case]]:
    """The questions that the most useful variant answers worst and best, with its heat."""
    name = best_by(summarised, "scores", "patch_ap")
    if name is None:
        return {}
    by_image = {task.image: task for task in tasks}
    shown: list[Case] = []
    for image, category, value in worst_and_best(scores, name)[["image", "category", "value"]].itertuples(index=False):
        task = by_image[image]
        episode = next(e for e in task.episodes if e.category == category)
        picture = task.picture()
        scene = make_scene(picture, episode.exemplars(False))
        heat, detections = heats({name: analyzer.bridges[name]}, analyzer.encode(picture), scene)[name]
        painted = overlay(picture, heat, detections, scene.exemplars, CASE_SIDE)
        shown.append(Case(painted, f"{category}, AP {value:.2f} ({image})"))
    half = (len(shown) + 1) // 2
    return {f"Where {name} answers worst": shown[:half], f"Where {name} answers best": shown[half:][::-1]}


def _settings(analyzer: Analyzer, dataset: str, seed: int) -> dict[str, str]:
    return {
        "dataset": dataset,
        "backbone": analyzer.backbone.identity,
        "seed": str(seed),
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }
