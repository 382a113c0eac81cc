"""What the Dataset tab measures and says. No maths and no layout here."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import plotly.graph_objects as go

from app.components.box_prompter.component import Prompt, PromptBox
from app.services.analyses import ModelSource, analyzer_of
from app.services.exports import ExportedResult
from app.services.pictures import served
from app.shared.dataset_picker import archive_path, read_pictures
from app.shared.html import table_html
from app.shared.model_source import describe_source
from app.tabs.base import Case
from app.tabs.dataset.strings import STRINGS
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

ENDS: tuple[ExampleKind, ...] = ("worst", "best")
"""Which examples a result shows."""
MAX_CATEGORIES = 12
"""Categories with a row of their own on the page; all are in the files."""
SEED = 0


@dataclass(frozen=True)
class SourceGap:
    """A finished measurement of what the visitor chose."""

    gap: GapStudy
    prompts: Mapping[ExampleKind, list[Prompt]]
    """By `ENDS`: each example as it is opened in Explore."""
    source: ModelSource | None
    """What the visitor measured instead of the shipped weights."""


MeasuredGap = ExportedResult[SourceGap]


def start(kind: str, archive: str | None, count: float, source: ModelSource | None) -> Job[MeasuredGap]:
    """Make the job of a measurement; it is not started.

    Raises:
        ValueError: there is no zip.
    """
    path = archive_path(kind, archive)
    return Job(lambda progress: _measure(path, int(count), source, progress))


def _measure(archive: Path | None, count: int, source: ModelSource | None, progress: ReportProgress) -> MeasuredGap:
    analyzer = analyzer_of(source).with_own_cache()
    with tempfile.TemporaryDirectory() as folder:
        features = Path(folder) / "features.parquet"
        dataset, pictures = read_pictures(archive, Path(folder) / "dataset", count, progress)
        gap = run_study(analyzer, plan_gap(pictures, dataset, SEED), features, progress)
        prompts = {kind: [_prompt(example) for example in examples] for kind, examples in gap.examples.items()}

        def write(measured: SourceGap, exports: Path) -> None:
            shutil.move(features, exports / features.name)
            write_report(measured.gap, exports / "gap.html")
            measured.gap.to_json(exports / "gap.json")
            measured.gap.to_csv(exports / "gap.csv")

        return ExportedResult.write(SourceGap(gap, prompts, source), "gap", write)


def _prompt(example: Example) -> Prompt:
    image = example.task.picture()
    box = PromptBox(*example.episode.positive, +1)
    return Prompt(served(image, "png"), (box,), width=image.width, height=image.height)


def sentences(measured: SourceGap, language: str) -> list[str]:
    """Say how much was measured, of which encoder and weights, and what the numbers say."""
    summary = measured.gap.summary
    counts = STRINGS[language]["counts"].format(objects=summary.objects, pictures=summary.pictures)
    said = [translate(sentence, language) for sentence in summary_sentences(summary)]
    return [counts, *describe_source(measured.source, language), *said]


def figures(gap: GapStudy) -> dict[str, go.Figure | None]:
    """Draw "accuracy", which is closeness against it, and "map", which is None where there are too few objects."""
    return {
        "accuracy": closeness_against_accuracy(gap.summary),
        "map": None if gap.planes is None else dataset_map(gap.planes),
    }


def tables(gap: GapStudy, language: str) -> dict[str, str]:
    """Return "headline", "parts" and "all" as HTML."""
    strings, names = STRINGS[language], list(gap.summary.variants)
    (_, heads), *rows = headline_table(gap.summary)
    parts = part_rows(gap.summary, "size") + part_rows(gap.summary, "category")[:MAX_CATEGORIES]
    of_parts = [(name, [str(count), *_cells(cells, language)]) for name, count, cells in parts]
    measures = [(name, _cells(cells, language)) for name, cells, _ in measure_rows(gap.summary)]
    return {
        "headline": table_html(
            strings["headline"],
            heads,
            [(name, _cells(cells, language)) for name, cells in rows],
            best_cells(gap.summary),
        ),
        "parts": table_html(strings["parts_read"], [strings["objects"], *names], of_parts),
        "all": table_html(strings["all_read"], names, measures),
    }


def _cells(cells: Sequence[str], language: str) -> list[str]:
    return [translate(TOO_FEW, language) if cell == TOO_FEW else cell for cell in cells]


def case_pictures(gap: GapStudy, kind: ExampleKind) -> list[tuple[str, str]]:
    """Return the pictures of the worst or best examples as files, each with its caption."""
    return [(served(example.picture, "webp"), example.caption) for example in gap.examples[kind]]


def opened(measured: SourceGap, kind: ExampleKind, index: int, language: str) -> Case:
    """Return an example as it is opened in Explore, with a sentence on it."""
    example = measured.gap.examples[kind][index]
    values = {"category": example.episode.category, "image": example.task.image, "ap": f"{example.ap:.2f}"}
    sentence = STRINGS[language]["opened"].format(name=measured.gap.most_accurate, **values)
    return Case(measured.prompts[kind][index], sentence)
