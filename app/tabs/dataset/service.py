"""What the Dataset tab measures and says. No maths and no layout here."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.components.box_prompter.component import Prompt, PromptBox
from app.services.analyses import Source, served, used
from app.services.backbones import in_use
from app.services.exports import ExportedResult
from app.shared.dataset_picker import archive_path, read_pictures
from app.shared.html import table_html
from app.tabs.base import Case
from app.tabs.dataset.strings import STRINGS
from sam3viz.studies.bench.measure import table
from sam3viz.studies.dataset_gap import result
from sam3viz.studies.dataset_gap.instances import MOST, THINNEST
from sam3viz.studies.dataset_gap.measure import measure, survey
from sam3viz.studies.dataset_gap.report import FEW, best_cells, headline_table, measure_rows, part_rows, written
from sam3viz.studies.dataset_gap.result import DatasetGap, conclude
from sam3viz.studies.dataset_gap.summary import nearest, tied
from sam3viz.utils.jobs import Job, ReportProgress

ENDS = ("worst", "best")
"""Which cases a result shows."""
MAX_CATEGORIES = 12
"""Categories with a row of their own on the page; all are in the files."""
SEED = 0
_NEAR = {"contrast": "contrast", "recall": "recall_at_1"}


@dataclass(frozen=True)
class SourceGap:
    """A finished measurement of what the visitor chose."""

    gap: DatasetGap
    prompts: Mapping[str, list[Prompt]]
    """By `ENDS`: each case as it is opened in Explore."""
    source: Source | None
    """What the visitor measured instead of the shipped weights."""


MeasuredGap = ExportedResult[SourceGap]


def start(kind: str, archive: str | None, count: float, source: Source | None) -> Job[MeasuredGap]:
    """Make the job of a measurement; it is not started.

    Raises:
        ValueError: there is no zip.
    """
    path = archive_path(kind, archive)
    return Job(lambda progress: _measure(path, int(count), source, progress))


def _measure(archive: Path | None, count: int, source: Source | None, progress: ReportProgress) -> MeasuredGap:
    analyzer = used(source).with_own_cache()
    with tempfile.TemporaryDirectory() as folder:
        features = Path(folder) / "features.parquet"
        dataset, pictures = read_pictures(archive, Path(folder) / "dataset", count, progress)
        plan = survey(pictures, dataset, SEED)
        rows = measure(analyzer, pictures, plan.tasks, features, progress)
        gap = conclude(analyzer, plan, [features], table(rows), progress)
        prompts = {"worst": [_prompt(case) for case in gap.worst], "best": [_prompt(case) for case in gap.best]}

        def write(measured: SourceGap, exports: Path) -> None:
            shutil.move(features, exports / features.name)
            measured.gap.to_html(exports / "gap.html")
            measured.gap.to_json(exports / "gap.json")
            measured.gap.to_csv(exports / "gap.csv")

        return ExportedResult.write(SourceGap(gap, prompts, source), "gap", write)


def _prompt(case: result.Case) -> Prompt:
    image = case.task.picture()
    box = PromptBox(*case.episode.positive, +1)
    return Prompt(served(image, "png"), (box,), width=image.width, height=image.height)


def sentences(measured: SourceGap, language: str) -> list[str]:
    """Say what the numbers say, of which encoder and weights they are, and what was left out."""
    gap, words = measured.gap, STRINGS[language]
    variants = gap.summary["variants"]
    told = [words["seen"].format(objects=gap.summary["objects"], pictures=gap.summary["pictures"])]
    told += in_use(measured.source, language)
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
    """Return "headline", "parts" and "all" as HTML."""
    words, names = STRINGS[language], list(gap.summary["variants"])
    (_, heads), *rows = headline_table(gap.summary)
    parts = part_rows(gap.summary, "sizes") + part_rows(gap.summary, "categories")[:MAX_CATEGORIES]
    of_parts = [(name, [str(count), *_cells(cells, words)]) for name, count, cells in parts]
    measures = [(name, _cells(cells, words)) for name, cells, _ in measure_rows(gap.summary)]
    return {
        "headline": table_html(
            words["headline"], heads, [(name, _cells(cells, words)) for name, cells in rows], best_cells(gap.summary)
        ),
        "parts": table_html(words["parts_read"], [words["objects"], *names], of_parts),
        "all": table_html(words["all_read"], names, measures),
    }


def _cells(cells: Sequence[str], words: Mapping[str, str]) -> list[str]:
    return [words["few"] if cell == FEW else cell for cell in cells]


def _written(number: Mapping[str, Any], words: Mapping[str, str]) -> str:
    (text,) = _cells([written(number)], words)
    return text


def case_pictures(gap: DatasetGap, end: str) -> list[tuple[str, str]]:
    """Return the pictures of the "worst" or "best" cases as files, each with its caption."""
    cases = gap.worst if end == "worst" else gap.best
    return [(served(case.picture, "webp"), case.caption) for case in cases]


def opened(measured: SourceGap, end: str, index: int, language: str) -> Case:
    """Return a case of `ENDS` as it is opened in Explore, with a sentence on it."""
    case = (measured.gap.worst if end == "worst" else measured.gap.best)[index]
    values = {"category": case.episode.category, "image": case.task.image, "ap": f"{case.ap:.2f}"}
    sentence = STRINGS[language]["opened"].format(name=measured.gap.judged, **values)
    return Case(measured.prompts[end][index], sentence)
