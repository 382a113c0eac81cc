"""The search of the "Across images" tab and how it is seen. No maths and no layout here."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from app.components.box_prompter.component import Prompt
from app.components.picture_grid.component import Cell as GridCell
from app.components.picture_grid.component import PictureMatrix
from app.services.analyses import ModelSource, analyzer_of
from app.services.exports import ExportedResult
from app.services.pictures import HEAT_SIDE, PICTURE_SIDE, PREVIEW_SIDE, data_uri, png_uri, read
from app.shared.model_source import describe_source
from app.shared.prompts import exemplars_of
from app.tabs.across import cards
from app.tabs.across.cards import Cell, Head, Row
from app.tabs.across.inputs import CrossImageInputs, Reference, Target, thumbnail_uri
from app.tabs.across.strings import STRINGS
from sam3viz import VARIANTS
from sam3viz.api.cross_image import ALL_REFERENCES, ReferenceKey, search_across
from sam3viz.data.images import webp_uri
from sam3viz.figures.heat import heat_png, overlay
from sam3viz.types import Detection, Prediction, ReferenceImage
from sam3viz.utils.jobs import Job, ReportProgress
from sam3viz.utils.messages import translate

CELL_SIDE = 240
ALL = "all"
"""What stands for all references at once on the page, where None is no value of a choice."""
ReferenceChoice = int | str
"""`ALL`, or the number of a reference."""
CLOSER = "#across-closer"
"""Where the target that is looked at closely is."""


@dataclass(frozen=True)
class CrossImageSearch:
    """A finished search."""

    names: tuple[str, ...]
    pictures: tuple[Image.Image, ...]
    """The targets, scaled down to what is shown."""
    references: tuple[ReferenceKey, ...]
    """`ALL_REFERENCES` first, then those that were asked with alone."""
    summaries: Mapping[str, str]
    """Variants that answered -> what each does, in a line."""
    predictions: Mapping[tuple[ReferenceKey, int, str], Prediction]
    """By reference, target and variant; boxes in pixels of the target as it was given."""
    reference_count: int
    box_count: int
    use_box_position: bool
    unboxed: bool
    """Whether the open picture had no box."""
    warnings: tuple[str, ...]
    source: ModelSource | None
    """What the visitor searched with instead of the shipped weights."""
    _cell_uris: dict[ReferenceKey, tuple[tuple[str, ...], ...]] = field(default_factory=dict, repr=False)

    def key(self, choice: ReferenceChoice) -> ReferenceKey:
        """Return the reference that was chosen on the page; all at once where this search does not have it."""
        return choice if isinstance(choice, int) and choice in self.references else ALL_REFERENCES

    def cell_uris(self, reference: ReferenceKey) -> tuple[tuple[str, ...], ...]:
        """Return, target by target, a picture for each variant; each is drawn once, when it is first needed."""
        if reference not in self._cell_uris:
            self._cell_uris[reference] = tuple(
                tuple(_cell_uri(image, self.predictions[reference, number, name]) for name in self.summaries)
                for number, image in enumerate(self.pictures)
            )
        return self._cell_uris[reference]


ExportedSearch = ExportedResult[CrossImageSearch]


def start(
    prompt: Prompt,
    references: Sequence[Reference],
    targets: Sequence[Target],
    use_box_position: bool,
    source: ModelSource | None,
) -> Job[ExportedSearch]:
    """Make a job that searches, not started.

    Raises:
        InputError: there is no reference or no target, or there are too many.
    """
    inputs = CrossImageInputs(prompt, tuple(references), tuple(targets))
    inputs.check()
    return Job(lambda progress: _search(inputs, use_box_position, source, progress))


def _search(
    inputs: CrossImageInputs, use_box_position: bool, source: ModelSource | None, progress: ReportProgress
) -> ExportedSearch:
    analyzer = analyzer_of(source).with_own_cache()
    references = [_reference_image(prompt) for prompt in inputs.prompts]
    pictures, sizes = [], []
    for number, target in enumerate(inputs.targets):
        progress("Pictures read", number, len(inputs.targets))
        image, size = _read_small(target.path)
        pictures.append(image)
        sizes.append(size)
    result = search_across(analyzer, references, pictures, progress, use_box_position=use_box_position)
    for image in pictures:
        image.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    search = CrossImageSearch(
        names=tuple(target.name for target in inputs.targets),
        pictures=tuple(pictures),
        references=tuple(result.rows),
        summaries={name: analyzer.bridges[name].summary for name in result.variants},
        predictions={key: _rescale(prediction, sizes[key[1]]) for key, prediction in result.predictions.items()},
        reference_count=len(references),
        box_count=sum(len(reference.exemplars) for reference in references),
        use_box_position=use_box_position,
        unboxed=inputs.unboxed,
        warnings=result.warnings,
        source=source,
    )
    return ExportedResult.write(search, "across", _write_table)


def sentences(search: CrossImageSearch, language: str) -> list[str]:
    """Say what was searched with what."""
    words = STRINGS[language]
    counts = {"references": search.reference_count, "boxes": search.box_count, "targets": len(search.names)}
    summary = words["seen"].format(**counts)
    summary += " " + words["placed_seen" if search.use_box_position else "unplaced_seen"]
    unused = [words["unused"]] if search.unboxed else []
    warnings = [translate(warning, language) for warning in search.warnings]
    return [summary, *describe_source(search.source, language), *unused, *warnings]


def choices(search: CrossImageSearch, language: str) -> list[tuple[str, ReferenceChoice]]:
    """Name all references together, and each that was asked with alone."""
    words = STRINGS[language]
    alone = [(words["reference"].format(number=n + 1), n) for n in search.references if n is not ALL_REFERENCES]
    return [(words["together"], ALL), *alone]


def overview_html(search: CrossImageSearch, choice: ReferenceChoice, selected: int, language: str) -> str:
    """Write every target and variant at a glance.

    Args:
        selected: number of the target that is looked at closely.
    """
    words, reference = STRINGS[language], search.key(choice)
    uris, heads, rows = search.cell_uris(reference), [], []
    for variant, summary in search.summaries.items():
        total = sum(len(search.predictions[reference, n, variant].detections) for n in range(len(search.names)))
        heads.append(Head(VARIANTS[variant].title, words["total"].format(count=total), translate(summary, language)))
    for number, (name, image) in enumerate(zip(search.names, search.pictures, strict=True)):
        cells = _cells(search, reference, number, uris[number], words)
        rows.append(Row(name, thumbnail_uri(image), words["closer"].format(target=name), cells))
    return cards.overview_html(words["table"], words["target"], heads, rows, selected, CLOSER)


def _cells(
    search: CrossImageSearch, reference: ReferenceKey, target: int, uris: Sequence[str], words: Mapping[str, str]
) -> list[Cell]:
    cells = []
    for variant, uri in zip(search.summaries, uris, strict=True):
        count = len(search.predictions[reference, target, variant].detections)
        note = words["found"].format(count=count) if count else words["none"]
        values = {"target": search.names[target], "variant": VARIANTS[variant].title, "count": count}
        cells.append(Cell(variant, uri, note, words["cell"].format(**values)))
    return cells


def matrix(
    search: CrossImageSearch, choice: ReferenceChoice, target: int, language: str, opened: str | None = None
) -> PictureMatrix:
    """Return one target for the picture grid.

    Args:
        opened: variant that is to be seen large at once.
    """
    reference, note = search.key(choice), STRINGS[language]["found"]
    predictions = {name: search.predictions[reference, target, name] for name in search.summaries}
    height, width = next(iter(predictions.values())).size
    return PictureMatrix(
        picture=data_uri(search.pictures[target]),
        width=width,
        height=height,
        variants=tuple(
            GridCell(
                name,
                VARIANTS[name].title,
                translate(search.summaries[name], language),
                heat=png_uri(heat_png(prediction, HEAT_SIDE)),
                detections=tuple((*d.box, d.score) for d in prediction.detections),
                note=note.format(count=len(prediction.detections)),
            )
            for name, prediction in predictions.items()
        ),
        open=opened if opened in predictions else None,
    )


def _reference_image(prompt: Prompt) -> ReferenceImage:
    image, (width, _) = _read_small(prompt.image or "")
    return ReferenceImage(image, exemplars_of(prompt, image.width / width))


def _read_small(path: str) -> tuple[Image.Image, tuple[int, int]]:
    """Return the picture at no more than what any backbone looks at, so that many fit into memory, and its own size."""
    image = read(path)
    size = image.size
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return image, size


def _rescale(prediction: Prediction, size: tuple[int, int]) -> Prediction:
    """Return a prediction with its boxes in a picture of ``size`` (width, height)."""
    detections = _scale_boxes(prediction.detections, size[0] / prediction.size[1])
    return replace(prediction, size=size[::-1], detections=detections)


def _scale_boxes(detections: Sequence[Detection], scale: float) -> tuple[Detection, ...]:
    return tuple(
        Detection((d.box[0] * scale, d.box[1] * scale, d.box[2] * scale, d.box[3] * scale), d.score) for d in detections
    )


def _cell_uri(image: Image.Image, prediction: Prediction) -> str:
    """Draw it as the picture grid does: heat and detections over the picture without its colours."""
    boxes = _scale_boxes(prediction.detections, image.width / prediction.size[1])
    return webp_uri(overlay(image.convert("L"), prediction.heat_grid, boxes, side=CELL_SIDE))


def _write_table(search: CrossImageSearch, folder: Path) -> None:
    with (folder / "detections.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["target", "reference", "variant", "x0", "y0", "x1", "y1", "score"])
        for (reference, target, variant), prediction in search.predictions.items():
            query = "together" if reference is ALL_REFERENCES else reference + 1
            for detection in prediction.detections:
                corners = [f"{value:.1f}" for value in detection.box]
                table.writerow([search.names[target], query, variant, *corners, f"{detection.score:.4f}"])
