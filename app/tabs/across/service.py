"""The search of the "Across images" tab and how it is seen. No maths and no layout here."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gradio.utils import get_upload_folder
from PIL import Image

from app.components.box_prompter.component import Prompt
from app.components.picture_grid.component import Cell, PictureMatrix
from app.services.analyses import HEAT_SIDE, PICTURE_SIDE, PREVIEW_SIDE, Source, data_uri, png_uri, read, used
from app.services.backbones import in_use
from app.tabs.across.cards import Painted, Row, table_html
from app.tabs.across.inputs import Reference, Target, exemplars, thumbnail_uri
from app.tabs.across.strings import ACROSS
from sam3viz import VARIANTS
from sam3viz.api.cross_image import ALL_REFERENCES, MAX_REFERENCES, search_across
from sam3viz.data.images import webp_uri
from sam3viz.figures.heat import heat_png, overlay
from sam3viz.types import Detection, Prediction, ReferenceImage
from sam3viz.utils.jobs import Job, ReportProgress

CELL_SIDE = 240
TOGETHER = -1
"""The value on the page of all references at once."""
CLOSER = "#across-closer"
"""Where the target that is looked at closely is."""


@dataclass(frozen=True)
class Searched:
    """A finished search and its file; that goes when nobody holds it any more."""

    names: tuple[str, ...]
    pictures: tuple[Image.Image, ...]
    """The targets, scaled down to what is shown."""
    references: tuple[int, ...]
    """`TOGETHER` first, then those that were asked with alone."""
    variants: Mapping[str, str]
    """Those that answered -> what each does, in a line."""
    found: Mapping[tuple[int, int, str], Prediction]
    """By reference, target and variant; boxes in pixels of the target as it was given."""
    shots: int
    boxes: int
    placed: bool
    unused: bool
    """Whether the open picture had no box."""
    warnings: tuple[str, ...]
    source: Source | None
    """What the visitor searched with instead of the shipped weights."""
    folder: tempfile.TemporaryDirectory[str]
    _painted: dict[int, tuple[tuple[str, ...], ...]] = field(default_factory=dict)

    @property
    def files(self) -> list[str]:
        return [str(path) for path in sorted(Path(self.folder.name).iterdir())]

    def painted(self, reference: int) -> tuple[tuple[str, ...], ...]:
        """Target by target, a picture for each variant; drawn when it is first asked for."""
        if reference not in self._painted:
            self._painted[reference] = tuple(
                tuple(_cell_uri(image, self.found[reference, number, name]) for name in self.variants)
                for number, image in enumerate(self.pictures)
            )
        return self._painted[reference]


def start(
    prompt: Prompt,
    kept: Sequence[Reference],
    targets: Sequence[Target],
    placed: bool,
    source: Source | None,
    language: str,
) -> Job[Searched]:
    """A job, not started.

    Raises:
        ValueError: there is no reference or no target, or there are too many.
    """
    words = ACROSS[language]
    prompts = [reference.prompt for reference in kept]
    unused = prompt.image is not None and not prompt.boxes
    if prompt.image is not None and prompt.boxes:
        prompts.append(prompt)
    if not prompts:
        raise ValueError(words["no_reference"])
    if len(prompts) > MAX_REFERENCES:
        raise ValueError(words["many_references"].format(most=MAX_REFERENCES))
    if not targets:
        raise ValueError(words["no_target"])
    return Job(lambda progress: _searched(prompts, targets, placed, unused, source, progress))


def _searched(
    prompts: Sequence[Prompt],
    targets: Sequence[Target],
    placed: bool,
    unused: bool,
    source: Source | None,
    progress: ReportProgress,
) -> Searched:
    own = used(source).with_own_cache()
    shots, pictures, sizes = [_shot(prompt) for prompt in prompts], [], []
    for number, target in enumerate(targets):
        progress("Pictures read", number, len(targets))
        image, size = _small(target.path)
        pictures.append(image)
        sizes.append(size)
    across = search_across(own, shots, pictures, progress, use_box_position=placed)
    found = {
        (TOGETHER if reference is ALL_REFERENCES else reference, target, name): _in_pixels_of(sizes[target], answer)
        for (reference, target, name), answer in across.predictions.items()
    }
    for image in pictures:
        image.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    kept = tempfile.TemporaryDirectory(prefix="across-", dir=get_upload_folder())
    names = tuple(target.name for target in targets)
    _write(Path(kept.name) / "detections.csv", names, found)
    return Searched(
        names, tuple(pictures), tuple(TOGETHER if row is ALL_REFERENCES else row for row in across.rows),
        {name: own.bridges[name].summary for name in across.variants}, found, len(shots),
        sum(len(shot.exemplars) for shot in shots), placed, unused, across.warnings, source, kept,
    )  # fmt: skip


def sentences(found: Searched, language: str) -> list[str]:
    """What was searched with what."""
    words = ACROSS[language]
    told = words["seen"].format(references=found.shots, boxes=found.boxes, targets=len(found.names))
    told += " " + words["placed_seen" if found.placed else "unplaced_seen"]
    unused = [words["unused"]] if found.unused else []
    return [told, *in_use(found.source, language), *unused, *found.warnings]


def choices(found: Searched, language: str) -> list[tuple[str, int]]:
    """All references together, and each that was asked with alone."""
    words = ACROSS[language]
    alone = [(words["reference"].format(number=n + 1), n) for n in found.references if n != TOGETHER]
    return [(words["together"], TOGETHER), *alone]


def overview_html(found: Searched, reference: int, chosen: int, language: str) -> str:
    """Every target and variant at a glance."""
    words = ACROSS[language]
    painted, heads, rows = found.painted(reference), [], []
    for variant in found.variants:
        total = sum(len(found.found[reference, number, variant].detections) for number in range(len(found.names)))
        heads.append((VARIANTS[variant].title, words["total"].format(count=total), found.variants[variant]))
    for number, (name, image) in enumerate(zip(found.names, found.pictures, strict=True)):
        cells = _cells(found, reference, number, painted[number], words)
        rows.append(Row(name, thumbnail_uri(image), words["closer"].format(target=name), cells))
    return table_html(words["tab"], words["target"], heads, rows, chosen, CLOSER)


def _cells(
    found: Searched, reference: int, target: int, pictures: Sequence[str], words: Mapping[str, str]
) -> list[Painted]:
    cells = []
    for variant, painted in zip(found.variants, pictures, strict=True):
        count = len(found.found[reference, target, variant].detections)
        told = {"target": found.names[target], "variant": VARIANTS[variant].title, "count": count}
        note = words["found"].format(count=count) if count else words["none"]
        cells.append(Painted(variant, painted, note, words["cell"].format(**told)))
    return cells


def matrix(found: Searched, reference: int, target: int, language: str, opened: str | None = None) -> PictureMatrix:
    """One target for the picture grid; ``opened`` is a variant that is to be seen large at once."""
    answers = {name: found.found[reference, target, name] for name in found.variants}
    height, width = next(iter(answers.values())).size
    word = ACROSS[language]["found"]
    return PictureMatrix(
        picture=data_uri(found.pictures[target]),
        width=width,
        height=height,
        variants=tuple(
            Cell(
                name,
                VARIANTS[name].title,
                found.variants[name],
                heat=png_uri(heat_png(answer, HEAT_SIDE)),
                detections=tuple((*d.box, d.score) for d in answer.detections),
                note=word.format(count=len(answer.detections)),
            )
            for name, answer in answers.items()
        ),
        open=opened if opened in answers else None,
    )


def _shot(prompt: Prompt) -> ReferenceImage:
    image, (width, _) = _small(prompt.image or "")
    return ReferenceImage(image, exemplars(prompt, image.width / width))


def _small(path: str) -> tuple[Image.Image, tuple[int, int]]:
    """The picture at no more than what any backbone looks at, so that many fit into memory, and its own size."""
    image = read(path)
    size = image.size
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return image, size


def _in_pixels_of(size: tuple[int, int], found: Prediction) -> Prediction:
    """The same with its boxes in a picture of ``size`` (width, height)."""
    return replace(found, size=size[::-1], detections=_scaled(found.detections, size[0] / found.size[1]))


def _scaled(detections: Sequence[Detection], scale: float) -> tuple[Detection, ...]:
    return tuple(
        Detection((d.box[0] * scale, d.box[1] * scale, d.box[2] * scale, d.box[3] * scale), d.score) for d in detections
    )


def _cell_uri(image: Image.Image, found: Prediction) -> str:
    """As the picture grid shows it: heat and detections over the picture without its colours."""
    boxes = _scaled(found.detections, image.width / found.size[1])
    return webp_uri(overlay(image.convert("L"), found.heat_grid, boxes, side=CELL_SIDE))


def _write(path: Path, names: Sequence[str], found: Mapping[tuple[int, int, str], Prediction]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["target", "reference", "variant", "x0", "y0", "x1", "y1", "score"])
        for (reference, target, variant), answer in found.items():
            asked = "together" if reference == TOGETHER else reference + 1
            for detection in answer.detections:
                corners = [f"{value:.1f}" for value in detection.box]
                table.writerow([names[target], asked, variant, *corners, f"{detection.score:.4f}"])
