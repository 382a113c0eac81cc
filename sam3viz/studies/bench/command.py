"""`sam3viz bench`: every variant's scores on a COCO folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TypeVar

from safetensors import safe_open
from tqdm import tqdm

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS
from sam3viz.bridges.checkpoints import weights_folder
from sam3viz.data.coco import CocoPicture, read_coco
from sam3viz.data.sources import from_packages
from sam3viz.encoders import CHOICES, DEFAULT_BACKBONE
from sam3viz.evaluation.composed import composed_tasks
from sam3viz.evaluation.episodes import ImageTask, photo_tasks
from sam3viz.evaluation.tables import long_table, score_table
from sam3viz.studies.bench.cross_image import SHOTS, cross_image_tasks, measure_across
from sam3viz.studies.bench.cross_image_summary import CrossImageSummary, summarize_cross_image
from sam3viz.studies.bench.gap import GapRow, PictureRows, measure_with_gap
from sam3viz.studies.bench.html_report import write_report
from sam3viz.studies.bench.learning import measure_learning
from sam3viz.studies.bench.measure import measure
from sam3viz.studies.bench.result import BenchSettings, BenchSummary, Learning, Origins
from sam3viz.studies.bench.summarize import summarize
from sam3viz.studies.bench.tables import text_table
from sam3viz.utils.command_line import versions

NAME = "bench"
HELP = "score the variants on a COCO folder, with confidence intervals"

PACKAGES = ("sam3viz", "torch", "torchvision", "timm", "numpy", "scipy", "scikit-learn", "faster-coco-eval")
ORIGIN_KEYS = ("seed", "preset", "commit", "data")
"""What a report repeats of the metadata of weights."""
CACHE_FOLDER = Path.home() / ".cache" / "sam3viz"

T = TypeVar("T")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("dataset", type=Path, metavar="DATASET_DIR", help="folder (or JSON file) in COCO format")
    parser.add_argument("--json", type=Path, metavar="OUT", help="where the report is written; it is printed anyway")
    parser.add_argument(
        "--html", type=Path, metavar="OUT", help="where the tables and the figure are written as a page"
    )
    parser.add_argument(
        "--cross-image", action="store_true", help="ask with exemplars from other pictures, too, and compare"
    )
    parser.add_argument(
        "--composed", type=_count, metavar="N", help="also N composed scenes of seen and N of unseen classes"
    )
    parser.add_argument(
        "--weights",
        type=Path,
        nargs="+",
        metavar="DIR",
        help="folders of weights, one a training seed, whose scores are averaged; where `train` leaves them by default",
    )
    parser.add_argument("--variants", nargs="+", metavar="NAME", choices=VARIANTS, help=f"of {', '.join(VARIANTS)}")
    parser.add_argument("--backbone", default=DEFAULT_BACKBONE, help=CHOICES)
    parser.add_argument("--limit", type=_count, metavar="N", help="the first N episodes of the folder alone")
    parser.add_argument("--seed", type=int, default=0, help="draws the exemplars, the scenes and the bootstrap")
    parser.add_argument(
        "--cache", type=Path, default=CACHE_FOLDER, metavar="DIR", help="where fetched packages are kept"
    )
    parser.add_argument("--runs", type=Path, metavar="RUN_DIR", help="training run whose convergence is told, too")


def run(options: argparse.Namespace, argv: Sequence[str]) -> None:
    """Measure, print the table and write the report.

    Raises:
        ValueError: the folder, the weights or an option cannot be used; one sentence says why.
    """
    _check(options)
    training = None if options.runs is None else measure_learning(options.runs)
    dataset = options.dataset.resolve().name
    pictures = read_coco(options.dataset)
    photos = photo_tasks(pictures, dataset, options.seed, options.limit)
    report = _cross_image(options, photos, pictures) if options.cross_image else _bench(options, photos, training)
    print(text_table(report))
    if options.json is not None:
        report.to_json(options.json)
        print(f"wrote {options.json}")
    if options.html is not None and isinstance(report, BenchSummary):
        write_report(report, options.html)
        print(f"wrote {options.html}")


def _check(options: argparse.Namespace) -> None:
    for path in (options.json, options.html):
        if path is not None and path.is_dir():
            raise ValueError(f"{str(path)!r} is a folder: name the file that the report goes to.")
    if options.seed < 0:
        raise ValueError(f"The seed is {options.seed}: give 0 or more.")
    for name in ("composed", "runs"):
        if options.cross_image and getattr(options, name) is not None:
            raise ValueError(f"--cross-image asks about the folder's own pictures alone: leave out --{name}.")
    if options.cross_image and options.html is not None:
        raise ValueError("--html shows the bench with exemplars of the same picture: leave out --cross-image.")


def _bench(options: argparse.Namespace, photos: Sequence[ImageTask], training: Learning | None) -> BenchSummary:
    analyzers, origins = _load(options.backbone, options.weights, options.variants)
    settings = _settings(options, analyzers, origins, composed_scenes=options.composed)
    total = len(photos) + 2 * (options.composed or 0)
    composed = (PictureRows(scores, []) for scores in measure(analyzers, _scenes(options)))
    pictures = _collect(chain(measure_with_gap(analyzers, photos), composed), total)
    scores = score_table(row for picture in pictures for row in picture.scores)
    gaps = long_table((row for picture in pictures for row in picture.gaps), GapRow)
    return summarize(scores, settings, versions(*PACKAGES), options.seed, training, gaps)


def _cross_image(
    options: argparse.Namespace, photos: Sequence[ImageTask], pictures: Sequence[CocoPicture]
) -> CrossImageSummary:
    tasks = cross_image_tasks(photos, pictures, options.seed)
    analyzers, origins = _load(options.backbone, options.weights, options.variants)
    settings = _settings(options, analyzers, origins, shots=SHOTS)
    rows = chain.from_iterable(_collect(measure_across(analyzers, tasks), len(tasks)))
    return summarize_cross_image(rows, photos, tasks, settings, versions(*PACKAGES), options.seed)


def _settings(
    options: argparse.Namespace,
    analyzers: dict[str, Analyzer],
    origins: Origins,
    composed_scenes: int | None = None,
    shots: int | None = None,
) -> BenchSettings:
    return BenchSettings(
        dataset=options.dataset.resolve().name,
        backbone=next(iter(analyzers.values())).backbone.identity,
        weights=origins,
        seed=options.seed,
        limit=options.limit,
        composed_scenes=composed_scenes,
        shots=shots,
    )


def _collect(parts: Iterable[T], total: int) -> list[T]:
    """Gather what was measured on every picture, with progress on stderr. Ctrl-C ends the program with one sentence."""
    measured: list[T] = []
    try:
        for part in tqdm(parts, total=total, unit="picture", file=sys.stderr):
            measured.append(part)
    except KeyboardInterrupt:
        raise SystemExit(f"sam3viz: stopped after {len(measured)} of {total} pictures; nothing was written.") from None
    return measured


def _scenes(options: argparse.Namespace) -> Iterator[ImageTask]:
    """Compose scenes, where asked for; the pictures they are made of are fetched when their turn comes."""
    if options.composed is not None:
        pictures = from_packages(options.cache, lambda line: print(line, file=sys.stderr))
        for unseen in (False, True):
            yield from composed_tasks(pictures, options.composed, unseen, options.seed)


def _load(
    backbone: str, named: Sequence[Path] | None, variants: Sequence[str] | None
) -> tuple[dict[str, Analyzer], Origins]:
    """Load an analyzer for each folder of weights, all with the same variants, and where the weights come from."""
    if named is not None and len({folder.resolve() for folder in named}) < len(named):
        raise ValueError("A folder of weights is given twice: give each training seed's own folder once.")
    if named is None:
        loaded = [Analyzer.from_pretrained(backbone)]
        folders: Sequence[Path] = [weights_folder(loaded[0].backbone.identity)]
    else:
        loaded = [Analyzer.from_pretrained(backbone, folder) for folder in named]
        folders = named
    names = variants or [name for name in VARIANTS if any(name in analyzer.bridges for analyzer in loaded)]
    analyzers: dict[str, Analyzer] = {}
    origins: Origins = {}
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
        origins[key] = _origin(folder, list(bridges))
    return analyzers, origins


def _origin(folder: Path, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Read what the weights' files say of their training; nothing of a variant that needs no file."""
    origin = {}
    for name in names:
        path = folder / f"{name}.safetensors"
        if path.is_file():
            with safe_open(path, "pt") as file:
                metadata = file.metadata() or {}
            origin[name] = {key: metadata[key] for key in ORIGIN_KEYS if key in metadata}
    return origin


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)
