"""`sam3viz gap`: a folder in, a report out."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from accelerate import PartialState
from accelerate.utils import gather_object

from sam3viz.api.analyzer import Analyzer
from sam3viz.data.coco import read_coco
from sam3viz.encoders import CHOICES, DEFAULT_BACKBONE
from sam3viz.evaluation.tables import score_table
from sam3viz.studies.dataset_gap.measure import measure_pictures
from sam3viz.studies.dataset_gap.plan import plan_gap
from sam3viz.studies.dataset_gap.report import write_report
from sam3viz.studies.dataset_gap.result import GapStudy, summarize_study
from sam3viz.utils.command_line import at_least, checked_outputs, progress_bar
from sam3viz.utils.memory import keep_large_blocks_apart

NAME = "gap"
HELP = "the gap over a COCO folder: measures, map, report"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("dataset", type=Path, metavar="DATASET_DIR", help="folder (or JSON file) in COCO format")
    parser.add_argument("--json", type=Path, metavar="OUT", help="where the numbers are written")
    parser.add_argument("--html", type=Path, metavar="OUT", help="where the report is written")
    parser.add_argument("--csv", type=Path, metavar="OUT", help="where a row an object and variant is written")
    parser.add_argument("--features", type=Path, metavar="DIR", help="where the features are kept, as Parquet")
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    parser.add_argument("--limit", type=int, metavar="N", help="the first N pictures alone")
    parser.add_argument("--seed", type=int, default=0, help="draws the exemplars and the resampled pictures")


def run(options: argparse.Namespace, argv: Sequence[str]) -> None:
    """Measure the folder; with `accelerate launch -m sam3viz gap` every process takes its share of the pictures.

    Raises:
        ValueError: the folder or an option cannot be used; one sentence says why.
    """
    outputs = checked_outputs(options.json, options.csv, options.html)
    at_least(options, limit=1, seed=0)
    pictures = read_coco(options.dataset)[: options.limit]
    plan = plan_gap(pictures, options.dataset.resolve().name, options.seed)
    if plan.unscored_reason:
        print(f"note: the gap is measured without AP and recall. {plan.unscored_reason}", file=sys.stderr)
    keep_large_blocks_apart()
    analyzer = Analyzer.from_pretrained(options.backbone)
    state = PartialState()
    with ExitStack() as stack:
        progress = stack.enter_context(progress_bar(hidden=not state.is_main_process))
        folder = options.features or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        path = folder / f"features-{state.process_index}.parquet"
        share = pictures[state.process_index :: state.num_processes]
        share_rows = measure_pictures(analyzer, share, plan.tasks, path, progress)
        features, rows = gather_object([path]), gather_object(share_rows)
        try:
            if state.is_main_process:
                with_pictures = options.html is not None
                study = summarize_study(analyzer, plan, features, score_table(rows), progress, with_pictures)
                _write(study, options)
        finally:
            state.wait_for_everyone()  # each process' features lie in a folder of its own
    if state.is_main_process:
        for path in outputs:
            print(f"wrote {path}")


def _write(study: GapStudy, options: argparse.Namespace) -> None:
    if options.json is not None:
        study.to_json(options.json)
    if options.csv is not None:
        study.to_csv(options.csv)
    if options.html is not None:
        write_report(study, options.html)
