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
from sam3viz.studies.dataset_gap.measure import measure, survey
from sam3viz.studies.dataset_gap.result import conclude
from sam3viz.utils.command_line import at_least, checked_outputs, progress_bar
from sam3viz.utils.memory import keep_large_blocks_apart


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options; sets ``run(options, words)``."""
    parser.add_argument("dataset", type=Path, metavar="DATASET_DIR", help="folder (or JSON file) in COCO format")
    parser.add_argument("--json", type=Path, metavar="OUT", help="where the numbers are written")
    parser.add_argument("--html", type=Path, metavar="OUT", help="where the report is written")
    parser.add_argument("--csv", type=Path, metavar="OUT", help="where a row an object and variant is written")
    parser.add_argument("--features", type=Path, metavar="DIR", help="where the features are kept, as Parquet")
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    parser.add_argument("--limit", type=int, metavar="N", help="the first N pictures alone")
    parser.add_argument("--seed", type=int, default=0, help="draws the exemplars and the resampled pictures")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, words: Sequence[str]) -> None:
    """Measure the folder; with `accelerate launch -m sam3viz.studies.dataset_gap` every process takes its share of the pictures.

    Raises:
        ValueError: the folder or an option cannot be used; one sentence says why.
    """
    outputs = checked_outputs(options.json, options.csv, options.html)
    at_least(options, limit=1, seed=0)
    pictures = read_coco(options.dataset)[: options.limit]
    dataset = options.dataset.resolve().name
    asked = survey(pictures, dataset, options.seed)
    if asked.unasked:
        print(f"note: the gap is measured without its use, AP and recall. {asked.unasked}", file=sys.stderr)
    keep_large_blocks_apart()
    analyzer = Analyzer.from_pretrained(options.backbone)
    state = PartialState()
    with ExitStack() as stack:
        progress = stack.enter_context(progress_bar(hidden=not state.is_main_process))
        folder = options.features or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        path = folder / f"features-{state.process_index}.parquet"
        own = measure(analyzer, pictures[state.process_index :: state.num_processes], asked.tasks, path, progress)
        features, rows = gather_object([path]), gather_object(own)
        try:
            if state.is_main_process:
                seen = options.html is not None
                found = conclude(analyzer, asked, features, score_table(rows), progress, pictures=seen)
                for path, write in ((options.json, found.to_json), (options.csv, found.to_csv)):
                    if path is not None:
                        write(path)
                if seen:
                    found.to_html(options.html)
        finally:
            state.wait_for_everyone()  # each process' features lie in a folder of its own
    if state.is_main_process:
        for path in outputs:
            print(f"wrote {path}")
