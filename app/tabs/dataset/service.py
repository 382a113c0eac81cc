"""What the Dataset tab's events do. No maths and no layout here."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import plotly.graph_objects as go
from gradio.utils import get_upload_folder

from app.components.box_prompter.component import Prompt, PromptBox
from app.services.analyses import Source, served, used
from app.services.backbones import in_use
from app.shared.dataset_picker import checked, pictures_of
from app.shared.number_table import numbers_html
from app.tabs.dataset.strings import DATASET
from sam3viz.evaluation.estimate import TOO_FEW
from sam3viz.studies.dataset_gap.examples import Example, ExampleKind
from sam3viz.studies.dataset_gap.figures import closeness_against_accuracy, dataset_map
from sam3viz.studies.dataset_gap.plan import plan_gap
from sam3viz.studies.dataset_gap.report import write_report
from sam3viz.studies.dataset_gap.result import GapStudy, run_study
from sam3viz.studies.dataset_gap.sentences import summary_sentences
from sam3viz.studies.dataset_gap.tables import best_cells, headline_table, measure_rows, part_rows
from sam3viz.utils.jobs import Job, ReportProgress
from sam3viz.utils.messages import translate

MAX_CATEGORIES = 12
"""Categories with a row of their own on the page; all are in the files."""
SEED = 0


@dataclass(frozen=True)
class Measured:
    """A finished measurement and its files; they go when nobody holds it any more."""

    gap: GapStudy
    opened: Mapping[ExampleKind, list[Prompt]]
    """Each example as it is opened in Explore."""
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
    path = checked(kind, archive, language)
    return Job(lambda progress: _measured(path, int(count), source, progress))


def _measured(archive: Path | None, count: int, source: Source | None, progress: ReportProgress) -> Measured:
    analyzer = used(source).with_own_cache()
    exports = tempfile.TemporaryDirectory(prefix="gap-", dir=get_upload_folder())
    with tempfile.TemporaryDirectory() as folder:
        dataset, pictures = pictures_of(archive, Path(folder), count, progress)
        gap = run_study(analyzer, plan_gap(pictures, dataset, SEED), Path(exports.name) / "features.parquet", progress)
        prompts = {kind: [_prompt(example) for example in examples] for kind, examples in gap.examples.items()}
    write_report(gap, Path(exports.name) / "gap.html")
    gap.to_json(Path(exports.name) / "gap.json")
    gap.to_csv(Path(exports.name) / "gap.csv")
    return Measured(gap, prompts, source, exports)


def _prompt(example: Example) -> Prompt:
    image = example.task.picture()
    box = PromptBox(*example.episode.positive, +1)
    return Prompt(served(image, "png"), (box,), width=image.width, height=image.height)


def sentences(measured: Measured, language: str) -> list[str]:
    """Say how much was measured, of which encoder and weights, and what the numbers say."""
    summary = measured.gap.summary
    counts = DATASET[language]["counts"].format(objects=summary.objects, pictures=summary.pictures)
    said = [translate(sentence, language) for sentence in summary_sentences(summary)]
    return [counts, *in_use(measured.source, language), *said]


def figures(gap: GapStudy) -> dict[str, go.Figure | None]:
    """Draw "accuracy", which is closeness against it, and "map", which is None where there are too few objects."""
    return {
        "accuracy": closeness_against_accuracy(gap.summary),
        "map": None if gap.planes is None else dataset_map(gap.planes),
    }


def tables(gap: GapStudy, language: str) -> dict[str, str]:
    """Return "headline", "parts" and "all" as HTML."""
    strings, names = DATASET[language], list(gap.summary.variants)
    (_, heads), *rows = headline_table(gap.summary)
    parts = part_rows(gap.summary, "size") + part_rows(gap.summary, "category")[:MAX_CATEGORIES]
    of_parts = [(name, [str(count), *_cells(cells, language)]) for name, count, cells in parts]
    measures = [(name, _cells(cells, language)) for name, cells, _ in measure_rows(gap.summary)]
    return {
        "headline": numbers_html(
            strings["tab"], heads, [(name, _cells(cells, language)) for name, cells in rows], best_cells(gap.summary)
        ),
        "parts": numbers_html(strings["parts_read"], [strings["objects"], *names], of_parts),
        "all": numbers_html(strings["all_read"], names, measures),
    }


def _cells(cells: Sequence[str], language: str) -> list[str]:
    return [translate(TOO_FEW, language) if cell == TOO_FEW else cell for cell in cells]


def case_pictures(gap: GapStudy, kind: ExampleKind) -> list[tuple[str, str]]:
    """Return the pictures of the worst or best examples as files, each with its caption."""
    return [(served(example.picture, "webp"), example.caption) for example in gap.examples[kind]]


def opened(measured: Measured, kind: ExampleKind, index: int, language: str) -> tuple[Prompt, str]:
    """Return an example as it is opened in Explore, and a sentence on it."""
    example = measured.gap.examples[kind][index]
    values = {"category": example.episode.category, "image": example.task.image, "ap": f"{example.ap:.2f}"}
    sentence = DATASET[language]["opened"].format(name=measured.gap.most_accurate, **values)
    return measured.opened[kind][index], sentence
