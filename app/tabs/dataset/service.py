"""What the Dataset tab's events do. No maths and no layout here."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradio.utils import get_upload_folder

from app.components.box_prompter.component import Prompt, PromptBox
from app.services.analyses import Source, served, used
from app.services.backbones import in_use
from app.shared.dataset_picker import checked, pictures_of
from app.shared.number_table import numbers_html
from app.tabs.dataset.strings import DATASET
from sam3viz.evaluation.tables import score_table
from sam3viz.studies.dataset_gap.instances import MOST, THINNEST
from sam3viz.studies.dataset_gap.measure import measure, survey
from sam3viz.studies.dataset_gap.report import FEW, best_cells, headline_table, measure_rows, part_rows, written
from sam3viz.studies.dataset_gap.result import Case, DatasetGap, conclude
from sam3viz.studies.dataset_gap.summary import nearest, tied
from sam3viz.utils.jobs import Job, ReportProgress

CATEGORIES = 12
"""Told apart on the page; all are in the files."""
SEED = 0
_NEAR = {"contrast": "contrast", "recall": "recall_at_1"}


@dataclass(frozen=True)
class Measured:
    """A finished measurement and its files; they go when nobody holds it any more."""

    gap: DatasetGap
    opened: Mapping[str, list[Prompt]]
    """"worst" and "best": each case as it is opened in Explore."""
    source: Source | None
    """What the visitor measured instead of the shipped weights."""
    folder: tempfile.TemporaryDirectory[str]

    @property
    def files(self) -> list[str]:
        return [str(path) for path in sorted(Path(self.folder.name).iterdir())]


def start(kind: str, archive: str | None, count: float, source: Source | None, language: str) -> Job[Measured]:
    """A job, not started.

    Raises:
        ValueError: there is no zip.
    """
    chosen = checked(kind, archive, language)
    return Job(lambda progress: _measured(chosen, int(count), source, progress))


def _measured(archive: Path | None, count: int, source: Source | None, progress: ReportProgress) -> Measured:
    own = used(source).with_own_cache()
    kept = tempfile.TemporaryDirectory(prefix="gap-", dir=get_upload_folder())
    features = Path(kept.name) / "features.parquet"
    with tempfile.TemporaryDirectory() as folder:
        dataset, pictures = pictures_of(archive, Path(folder), count, progress)
        asked = survey(pictures, dataset, SEED)
        rows = measure(own, pictures, asked.tasks, features, progress)
        gap = conclude(own, asked, [features], score_table(rows), progress)
        opened = {end: [_prompt(case) for case in cases] for end, cases in (("worst", gap.worst), ("best", gap.best))}
    gap.to_html(Path(kept.name) / "gap.html")
    gap.to_json(Path(kept.name) / "gap.json")
    gap.to_csv(Path(kept.name) / "gap.csv")
    return Measured(gap, opened, source, kept)


def _prompt(case: Case) -> Prompt:
    image = case.task.picture()
    box = PromptBox(*case.episode.positive, +1)
    return Prompt(served(image, "png"), (box,), width=image.width, height=image.height)


def sentences(found: Measured, language: str) -> list[str]:
    """What the numbers say, computed, of which encoder and weights, and what was left out."""
    gap, words = found.gap, DATASET[language]
    variants = gap.summary["variants"]
    told = [words["seen"].format(objects=gap.summary["objects"], pictures=gap.summary["pictures"])]
    told += in_use(found.source, language)
    if "baseline" in variants:
        measures = variants["baseline"]["measures"]
        keys = {"matched": "matched_cosine", "mismatched": "mismatched_cosine", "auc": "domain_auc"}
        told.append(words["apart"].format(**{name: _written(measures[key], words) for name, key in keys.items()}))
    near = nearest(gap.summary)
    if near is not None:
        measures = variants[near]["measures"]
        values = {name: _written(measures[key], words) for name, key in _NEAR.items()}
        told.append(words["nearest"].format(name=near, **values))
    told.append(_useful(gap, words))
    left = gap.summary["left_out"]
    if any(left.values()):
        parts = [
            words[why].format(count=count, most=MOST, thinnest=f"{THINNEST:.0f}")
            for why, count in left.items()
            if count
        ]
        told.append(words["left_out"].format(parts=words["comma"].join(parts)))
    return told


def _useful(gap: DatasetGap, words: Mapping[str, str]) -> str:
    use = gap.summary["use"]
    if use is None:
        return f"{words['cases_none']} {gap.summary['unasked']}".strip()
    best, equals = use["best"], tied(use)
    told = words["useful"].format(name=best, ap=written(gap.summary["variants"][best]["scores"]["patch_ap"], 3))
    if "raw" in use["lead"]:
        lead = written(use["lead"]["raw"], 3, signed=True)
        told += words["raw_equal" if "raw" in equals else "over_raw"].format(lead=lead)
    others = [name for name in equals if name != "raw"]
    if others:
        told += words["equals"].format(names=words["comma"].join(others))
    return told + words["stop"]


def tables(gap: DatasetGap, language: str) -> dict[str, str]:
    """ "headline", "parts" and "all" as HTML."""
    words, names = DATASET[language], list(gap.summary["variants"])
    (_, heads), *rows = headline_table(gap.summary)
    parts = part_rows(gap.summary, "sizes") + part_rows(gap.summary, "categories")[:CATEGORIES]
    of_parts = [(name, [str(count), *_cells(cells, words)]) for name, count, cells in parts]
    measures = [(name, _cells(cells, words)) for name, cells, _ in measure_rows(gap.summary)]
    return {
        "headline": numbers_html(
            words["tab"], heads, [(name, _cells(cells, words)) for name, cells in rows], best_cells(gap.summary)
        ),
        "parts": numbers_html(words["parts_read"], [words["objects"], *names], of_parts),
        "all": numbers_html(words["all_read"], names, measures),
    }


def _cells(cells: Sequence[str], words: Mapping[str, str]) -> list[str]:
    return [words["few"] if cell == FEW else cell for cell in cells]


def _written(number: Mapping[str, Any], words: Mapping[str, str]) -> str:
    (text,) = _cells([written(number)], words)
    return text


def case_pictures(gap: DatasetGap, end: str) -> list[tuple[str, str]]:
    """Pictures of the "worst" or "best" cases as files, each with its caption."""
    cases = gap.worst if end == "worst" else gap.best
    return [(served(case.picture, "webp"), case.caption) for case in cases]


def opened(found: Measured, end: str, index: int, language: str) -> tuple[Prompt, str]:
    """A case as it is opened in Explore, and a sentence on it."""
    case = (found.gap.worst if end == "worst" else found.gap.best)[index]
    values = {"category": case.episode.category, "image": case.task.image, "ap": f"{case.ap:.2f}"}
    return found.opened[end][index], DATASET[language]["opened"].format(name=found.gap.judged, **values)
