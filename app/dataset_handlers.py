"""What the Dataset tab's events do. No maths and no layout here."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gradio.utils import get_upload_folder

from app.box_prompter import Prompt, PromptBox
from app.handlers import analyzer, served
from app.lab_html import numbers_html
from app.lab_text import DATASET
from app.source import checked, pictures_of
from sam3viz import Analyzer
from sam3viz.background import Job, Progress
from sam3viz.bench.protocol import Task, photo_tasks
from sam3viz.bench.run import table
from sam3viz.coco import CocoPicture
from sam3viz.gap.report import headline_table, measure_rows, part_rows, written
from sam3viz.gap.result import Case, DatasetGap, conclude
from sam3viz.gap.run import measure
from sam3viz.gap.summary import best_by

CATEGORIES = 12
"""Told apart on the page; all are in the files."""
SEED = 0


@dataclass(frozen=True)
class Measured:
    """A finished measurement and its files; they go when nobody holds it any more."""

    gap: DatasetGap
    opened: Mapping[str, list[Prompt]]
    """"worst" and "best": each case as it is opened in Explore."""
    folder: tempfile.TemporaryDirectory[str]

    @property
    def files(self) -> list[str]:
        return [str(path) for path in sorted(Path(self.folder.name).iterdir())]


def start(kind: str, archive: str | None, count: float, language: str) -> Job[Measured]:
    """A job, not started.

    Raises:
        ValueError: there is no zip.
    """
    chosen = checked(kind, archive, language)
    return Job(lambda progress: _measured(chosen, int(count), progress))


def _measured(archive: Path | None, count: int, progress: Progress) -> Measured:
    shared = analyzer()
    own = Analyzer(shared.backbone, shared.bridges)  # with its own last pictures: those of the visitors stay
    kept = tempfile.TemporaryDirectory(prefix="gap-", dir=get_upload_folder())
    features = Path(kept.name) / "features.parquet"
    with tempfile.TemporaryDirectory() as folder:
        dataset, pictures = pictures_of(archive, Path(folder), count, progress)
        tasks = _tasks(pictures, dataset)
        rows = measure(own, pictures, tasks, features, progress)
        gap = conclude(own, dataset, tasks, [features], table(rows), SEED, progress)
        opened = {end: [_prompt(case) for case in cases] for end, cases in (("worst", gap.worst), ("best", gap.best))}
    gap.to_html(Path(kept.name) / "gap.html")
    gap.to_json(Path(kept.name) / "gap.json")
    gap.to_csv(Path(kept.name) / "gap.csv")
    return Measured(gap, opened, kept)


def _tasks(pictures: list[CocoPicture], dataset: str) -> list[Task]:
    try:
        return photo_tasks(pictures, dataset, SEED)
    except ValueError:  # the page says itself that there is no case
        return []


def _prompt(case: Case) -> Prompt:
    image = case.task.picture()
    box = PromptBox(*case.episode.positive, +1)
    return Prompt(served(image, "png"), (box,), width=image.width, height=image.height)


def sentences(gap: DatasetGap, language: str) -> list[str]:
    """What the numbers say, computed."""
    words, variants = DATASET[language], gap.summary["variants"]
    told = [words["seen"].format(objects=gap.summary["objects"], pictures=gap.summary["pictures"])]
    if "baseline" in variants:
        measures = variants["baseline"]["measures"]
        keys = {"matched": "matched_cosine", "mismatched": "mismatched_cosine", "auc": "domain_auc"}
        told.append(words["apart"].format(**{name: written(measures[key]) for name, key in keys.items()}))
    nearest = best_by(gap.summary, "measures", "matched_cosine")
    if nearest is not None:
        measures = variants[nearest]["measures"]
        values = {"matched": written(measures["matched_cosine"]), "recall": written(measures["recall_at_1"])}
        told.append(words["nearest"].format(name=nearest, **values))
    if gap.judged is None:
        return [*told, words["cases_none"]]
    ap = written(variants[gap.judged]["scores"]["patch_ap"], 3)
    return [*told, words["useful"].format(name=gap.judged, ap=ap)]


def tables(gap: DatasetGap, language: str) -> dict[str, str]:
    """ "headline", "parts" and "all" as HTML."""
    words, names = DATASET[language], list(gap.summary["variants"])
    (_, heads), *rows = headline_table(gap.summary)
    parts = part_rows(gap.summary, "sizes") + part_rows(gap.summary, "categories")[:CATEGORIES]
    return {
        "headline": numbers_html(words["tab"], heads, rows),
        "parts": numbers_html(
            words["parts_read"], [words["objects"], *names], [(n, [str(count), *cells]) for n, count, cells in parts]
        ),
        "all": numbers_html(words["all_read"], names, [(n, cells) for n, cells, _ in measure_rows(gap.summary)]),
    }


def case_pictures(gap: DatasetGap, end: str) -> list[tuple[str, str]]:
    """Pictures of the "worst" or "best" cases as files, each with its caption."""
    cases = gap.worst if end == "worst" else gap.best
    return [(served(case.picture, "webp"), case.caption) for case in cases]


def opened(found: Measured, end: str, index: int, language: str) -> tuple[Prompt, str]:
    """A case as it is opened in Explore, and a sentence on it."""
    case = (found.gap.worst if end == "worst" else found.gap.best)[index]
    values = {"category": case.episode.category, "image": case.task.image, "ap": f"{case.ap:.2f}"}
    return found.opened[end][index], DATASET[language]["opened"].format(name=found.gap.judged, **values)
