"""`sam3viz sweep`: train a bridge again and again with one setting changed, and measure what that gives."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from sam3viz.bridges import VARIANTS
from sam3viz.bridges.checkpoints import own_bridges
from sam3viz.data.coco import read_coco
from sam3viz.data.sources import TrainingData
from sam3viz.encoders import CHOICES, DEFAULT_BACKBONE, Backbone, load_backbone
from sam3viz.evaluation.episodes import ImageTask, photo_tasks
from sam3viz.studies.sweep.conflict import run_conflicts
from sam3viz.studies.sweep.measure import measure
from sam3viz.studies.sweep.plan import SweepPlan
from sam3viz.studies.sweep.report import write_report
from sam3viz.studies.sweep.result import SweepStudy
from sam3viz.studies.sweep.summarize import summarize
from sam3viz.studies.sweep.tables import markdown_table, text_table
from sam3viz.studies.sweep.train import SCENE_SEED, RunFolder, train_runs
from sam3viz.training.command import without_folder
from sam3viz.training.options import adapt_preset, add_data_options, preset_name, training_data
from sam3viz.training.plan import TrainingRun
from sam3viz.training.run import PRESETS, Preset
from sam3viz.training.schedule import SCHEDULES
from sam3viz.utils.command_line import at_least, checked_outputs, progress_bar, versions
from sam3viz.utils.messages import DEFAULT_LANGUAGE, LANGUAGES
from sam3viz.utils.readme import Markers, markers_of, split_at_markers, write_between_markers

NAME = "sweep"
HELP = "train bridges with several alignment weights, schedules and seeds, and see"
DEFAULT_VARIANTS = ["unified"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    measured = "folder in COCO format, with outlines, that every bridge is measured on; not one that is trained on"
    parser.add_argument("dataset", type=Path, metavar="DATASET_DIR", help=measured)
    parser.add_argument("--json", type=Path, metavar="OUT", help="where the numbers are written")
    parser.add_argument("--html", type=Path, metavar="OUT", help="where the report is written")
    parser.add_argument("--language", choices=LANGUAGES, default=DEFAULT_LANGUAGE, help="of the report")
    parser.add_argument("--readme", type=Path, metavar="FILE", help="write the table between the file's markers for it")
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    parser.add_argument("--limit", type=int, metavar="N", help="measure on the first N episodes of the folder alone")

    swept = parser.add_argument_group("swept settings, every combination of which is trained")
    swept.add_argument(
        "--variants", nargs="+", metavar="NAME", default=DEFAULT_VARIANTS, help=f"of {', '.join(VARIANTS)}"
    )
    swept.add_argument("--alignment-weights", nargs="+", type=float, metavar="W", help="0 to 10; the preset's alone")
    schedules = f"of {', '.join(SCHEDULES)}; the others are compared with the first; the preset's alone"
    swept.add_argument("--schedules", nargs="+", metavar="NAME", help=schedules)
    seeds = "each trains anew and draws other episodes (0)"
    swept.add_argument("--seeds", nargs="+", type=int, metavar="N", default=[0], help=seeds)

    add_data_options(parser)
    recipe = parser.add_argument_group("recipe (the preset's by default)")
    recipe.add_argument("--preset", choices=PRESETS, help="as `sam3viz train` has it")
    recipe.add_argument("--steps", type=int)
    recipe.add_argument("--scenes", type=int)
    recipe.add_argument("--conflict-every", type=int, metavar="N", help="steps between two looks at the gradients")

    run = parser.add_argument_group("run")
    run.add_argument("--run-dir", type=Path, metavar="DIR", help="where each run is kept (CACHE/runs/sweep-PRESET)")
    run.add_argument("--resume", action="store_true", help="go on: runs that are finished there are not trained again")


def run(options: argparse.Namespace, argv: Sequence[str]) -> None:
    """Train what is not finished yet, measure all of it, print and write.

    Args:
        argv: what the user typed after ``sam3viz``; the weights tell how they were made.

    Raises:
        ValueError: options, data or kept runs that cannot be used; one sentence says why.
        SystemExit: Ctrl-C; one sentence says what is kept.
    """
    at_least(options, limit=1, conflict_every=1)
    outputs = [path for path in (options.json, options.html) if path is not None]
    if outputs:
        checked_outputs(*outputs)
    preset, name = adapt_preset(options), preset_name(options)
    plan = _plan(options, preset)
    if options.readme is not None:
        split_at_markers(options.readme, markers(plan.settings))
    dataset = options.dataset.resolve().name
    tasks = photo_tasks(read_coco(options.dataset), dataset, limit=options.limit)
    source = training_data(options)
    backbone = load_backbone(options.backbone)
    for variant in own_bridges(backbone):
        if variant in plan.variants:
            raise ValueError(f"{variant!r} is not trained: {backbone.identity} brings its own; leave it out.")
    described = {"command": shlex.join(["sam3viz", *map(without_folder, argv)]), "preset": name}
    path = options.run_dir or options.cache / "runs" / f"sweep-{name}"
    folder = RunFolder(path, preset, described, options.resume, options.workers)
    try:
        study = _run_study(backbone, source, plan, folder, dataset, tasks)
    except KeyboardInterrupt:
        kept = f"{folder.finished_count(plan)} of {len(plan.runs)} runs are kept in {folder.path}"
        raise SystemExit(f"sam3viz: stopped; {kept}, and --resume goes on from there.") from None
    print(text_table(study))
    _write(study, options)


def _plan(options: argparse.Namespace, preset: Preset) -> SweepPlan:
    weights = options.alignment_weights or [preset.recipe.alignment_weight]
    schedules = options.schedules or [preset.recipe.schedule]
    return SweepPlan(tuple(options.variants), tuple(weights), tuple(schedules), tuple(options.seeds))


def _run_study(
    backbone: Backbone,
    source: TrainingData,
    plan: SweepPlan,
    folder: RunFolder,
    dataset: str,
    tasks: Sequence[ImageTask],
) -> SweepStudy:
    """Train, measure and summarize, with progress on stderr."""
    train_runs(backbone, source, plan, folder, partial(print, file=sys.stderr))
    bridges = {run: folder.bridge(run, backbone) for run in plan.runs}
    with progress_bar() as progress:
        rows = [row for rows in measure(backbone, bridges, tasks, progress) for row in rows]
    conflicts = {run: run_conflicts(folder.history(run)) for run in plan.runs}
    settings: dict[str, str | int] = {
        "command": folder.described["command"],
        "backbone": backbone.identity,
        "data": source.described,
        "preset": folder.described["preset"],
        "scenes": folder.preset.scenes,
        "scene seed": SCENE_SEED,
        "steps": folder.preset.recipe.steps,
        "steps between looks at the gradients": folder.preset.recipe.conflict_every,
        **versions("torch"),
    }
    return summarize(dataset, plan, rows, conflicts, settings)


def markers(settings: Sequence[TrainingRun]) -> Markers:
    """Return the lines of a README that a sweep's table stands between: ``sweep`` and which settings have several
    values, ``weights`` or ``schedules``."""
    counts = {
        "weights": len({setting.alignment_weight for setting in settings}),
        "schedules": len({setting.schedule for setting in settings}),
    }
    return markers_of("-".join(["sweep", *(name for name, count in counts.items() if count > 1)]))


def _write(study: SweepStudy, options: argparse.Namespace) -> None:
    if options.json is not None:
        study.to_json(options.json)
        print(f"wrote {options.json}")
    if options.html is not None:
        write_report(study, options.html, options.language)
        print(f"wrote {options.html}")
    if options.readme is not None:
        write_between_markers(
            options.readme, markdown_table(study), markers([result.setting for result in study.results])
        )
        print(f"wrote {options.readme}")
