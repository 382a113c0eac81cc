"""`sam3viz bench | table`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from safetensors import safe_open
from tqdm import tqdm

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS
from sam3viz.bridges.checkpoints import weights_folder
from sam3viz.data.coco import read_coco
from sam3viz.data.sources import from_packages
from sam3viz.encoders import CHOICES, DEFAULT_BACKBONE
from sam3viz.evaluation.composed import composed_tasks
from sam3viz.evaluation.episodes import GRID, SIZES, Task, photo_tasks
from sam3viz.studies.bench.cross_image import SHOTS, cross_image_tasks, measure_across
from sam3viz.studies.bench.cross_image_report import cross_image_report
from sam3viz.studies.bench.learning import learning
from sam3viz.studies.bench.measure import measure, table
from sam3viz.studies.bench.summary import report
from sam3viz.studies.bench.tables import markdown_table, markers, read_report, text_table, write_between_markers
from sam3viz.utils.command_line import versions, write_json

PACKAGES = ("sam3viz", "torch", "torchvision", "timm", "numpy", "scipy", "scikit-learn", "faster-coco-eval")
ORIGIN = ("seed", "preset", "commit", "data")
"""What a report repeats of the metadata of weights."""

T = TypeVar("T")


def add_parsers(commands: argparse._SubParsersAction) -> None:
    """Register the two commands; each sets ``run(options, words)``."""
    bench = commands.add_parser("bench", help="score the variants on a COCO folder, with confidence intervals")
    bench.add_argument("dataset", type=Path, metavar="DATASET_DIR", help="folder (or JSON file) in COCO format")
    bench.add_argument("--json", type=Path, metavar="OUT", help="where the report is written; it is printed anyway")
    bench.add_argument(
        "--cross-image", action="store_true", help="ask with exemplars from other pictures, too, and compare"
    )
    bench.add_argument(
        "--composed", type=_count, metavar="N", help="also N composed scenes of seen and N of unseen classes"
    )
    bench.add_argument(
        "--weights",
        type=Path,
        nargs="+",
        metavar="DIR",
        help="folders of weights, one a training seed, whose scores are averaged; where `train` leaves them by default",
    )
    bench.add_argument("--variants", nargs="+", metavar="NAME", choices=VARIANTS, help=f"of {', '.join(VARIANTS)}")
    bench.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    bench.add_argument("--limit", type=_count, metavar="N", help="the first N episodes of the folder alone")
    bench.add_argument("--seed", type=int, default=0, help="draws the exemplars, the scenes and the bootstrap")
    cache = Path.home() / ".cache" / "sam3viz"
    bench.add_argument("--cache", type=Path, default=cache, metavar="DIR", help="where fetched packages are kept")
    bench.add_argument("--runs", type=Path, metavar="RUN_DIR", help="training run whose convergence is told, too")
    bench.set_defaults(run=_bench)

    show = commands.add_parser("table", help="a bench report as a Markdown table")
    show.add_argument("report", type=Path, metavar="JSON")
    show.add_argument("--readme", type=Path, metavar="FILE", help="write it between the file's markers for it")
    show.set_defaults(run=_table)


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _bench(options: argparse.Namespace, words: Sequence[str]) -> None:
    if options.json is not None and options.json.is_dir():
        raise ValueError(f"{str(options.json)!r} is a folder: name the file that the report goes to.")
    if options.seed < 0:
        raise ValueError(f"The seed is {options.seed}: give 0 or more.")
    for name in ("composed", "runs"):
        if options.cross_image and getattr(options, name) is not None:
            raise ValueError(f"--cross-image asks about the folder's own pictures alone: leave out --{name}.")
    training = None if options.runs is None else learning(options.runs)
    dataset = options.dataset.resolve().name
    pictures = read_coco(options.dataset)
    photos = photo_tasks(pictures, dataset, options.seed, options.limit)
    asked = cross_image_tasks(photos, pictures, options.seed) if options.cross_image else None
    analyzers, origin = _analyzers(options.backbone, options.weights, options.variants)
    settings = {
        "dataset": dataset,
        "backbone": next(iter(analyzers.values())).backbone.identity,
        "weights": origin,
        "seed": options.seed,
        "limit": options.limit,
        "raster": GRID,
        "box_share": SIZES,
    }
    if asked is None:
        settings["composed_scenes"] = options.composed
        total = len(photos) + 2 * (options.composed or 0)
        rows = _measured(measure(analyzers, chain(photos, _scenes(options))), total)
        result = report(table(rows), settings, versions(*PACKAGES), options.seed, training)
    else:
        settings["shots"] = SHOTS
        answered = _measured(measure_across(analyzers, asked), len(asked))
        result = cross_image_report(answered, photos, asked, settings, versions(*PACKAGES), options.seed)
    print(text_table(result))
    if options.json is not None:
        write_json(result, options.json)
        print(f"wrote {options.json}")


def _measured(parts: Iterable[list[T]], total: int) -> list[T]:
    """All rows, with progress on stderr. Ctrl-C ends the program with one sentence."""
    rows: list[T] = []
    done = 0
    try:
        for part in tqdm(parts, total=total, unit="picture", file=sys.stderr):
            rows += part
            done += 1
    except KeyboardInterrupt:
        raise SystemExit(f"sam3viz: stopped after {done} of {total} pictures; nothing was written.") from None
    return rows


def _scenes(options: argparse.Namespace) -> Iterator[Task]:
    """Composed scenes, where asked for; the pictures they are made of are fetched when their turn comes."""
    if options.composed is not None:
        pictures = from_packages(options.cache, lambda line: print(line, file=sys.stderr))
        for unseen in (False, True):
            yield from composed_tasks(pictures, options.composed, unseen, options.seed)


def _analyzers(
    backbone: str, named: Sequence[Path] | None, variants: Sequence[str] | None
) -> tuple[dict[str, Analyzer], dict[str, Any]]:
    """An analyzer for each folder of weights, all with the same variants, and where the weights come from."""
    if named is not None and len({folder.resolve() for folder in named}) < len(named):
        raise ValueError("A folder of weights is given twice: give each training seed's own folder once.")
    if named is None:
        loaded = [Analyzer.from_pretrained(backbone)]
        folders: Sequence[Path] = [weights_folder(loaded[0].backbone.identity)]
    else:
        loaded = [Analyzer.from_pretrained(backbone, folder) for folder in named]
        folders = named
    names = variants or [name for name in VARIANTS if any(name in analyzer.bridges for analyzer in loaded)]
    analyzers, origin = {}, {}
    for number, (folder, analyzer) in enumerate(zip(folders, loaded, strict=True), 1):
        for name in names:
            if name not in analyzer.bridges:
                raise ValueError(
                    f"{str(folder)!r} has no weights of {name!r} for {analyzer.backbone.identity}: "
                    "train them with `sam3viz train`, or name --variants without it."
                )
        key = f"{number} {folder.name}"
        bridges = {name: bridge for name, bridge in analyzer.bridges.items() if name in names}
        analyzers[key] = Analyzer(analyzer.backbone, bridges)
        origin[key] = _origin(folder, list(bridges))
    return analyzers, origin


def _origin(folder: Path, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """What the weights' files tell of their training; nothing of `raw` where it needs no file."""
    told = {}
    for name in names:
        path = folder / f"{name}.safetensors"
        if path.is_file():
            with safe_open(path, "pt") as file:
                metadata = file.metadata() or {}
            told[name] = {key: metadata[key] for key in ORIGIN if key in metadata}
    return told


def _table(options: argparse.Namespace, words: Sequence[str]) -> None:
    told = read_report(options.report)
    text = markdown_table(told)
    if options.readme is None:
        print(text)
    else:
        write_between_markers(options.readme, text, markers(told))
        print(f"wrote {options.readme}")
