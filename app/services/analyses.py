"""What happens on an event: the page's values in, the page's values out. No maths and no layout here."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

import plotly.graph_objects as go
from gradio.processing_utils import save_pil_to_cache
from gradio.utils import get_upload_folder
from PIL import Image

from app.components.box_prompter.component import Prompt, PromptBox
from app.components.picture_grid.component import Cell, PictureMatrix
from sam3viz import VARIANTS, Analysis, Analyzer, Exemplar, load_image
from sam3viz.data.examples import load_examples
from sam3viz.data.images import webp_uri
from sam3viz.figures import PANELS
from sam3viz.figures.heat import attention_png, heat_png
from sam3viz.projection.umap_kernels import warm_up
from sam3viz.utils.messages import InputError, translate

PREVIEW_SIDE = 1600
PICTURE_SIDE = 768
HEAT_SIDE = 192


@cache
def analyzer() -> Analyzer:
    """One for all sessions: it holds weights and the last pictures' tokens, nothing of a person."""
    return Analyzer.from_pretrained()


def read(path: str) -> Image.Image:
    """An uploaded file, decoded.

    Raises:
        InputError: one sentence on what is wrong with the file.
    """
    try:
        return load_image(Path(path))
    except InputError as error:  # the person knows the file, not where it was put
        raise error.replace(repr(path), repr(Path(path).name)) from error


@lru_cache(maxsize=4)
def picture(path: str) -> Image.Image:
    """The same, kept. Gradio's paths hold the file's hash, so a path always means the same picture."""
    return read(path)


class Source(Protocol):
    """What a browser session analyses with in place of the shipped weights; analyses are kept by it."""

    @property
    def analyzer(self) -> Analyzer: ...

    def __hash__(self) -> int: ...


@dataclass(frozen=True)
class Weights:
    """Weights that one browser session trained. Two are equal only if they are the same training's."""

    token: str
    """Drawn at random, so that what is kept under it is nobody else's."""
    analyzer: Analyzer = field(compare=False, repr=False)
    variants: tuple[str, ...] = field(compare=False)
    """Those that were trained; the others are as shipped."""


def used(weights: Source | None) -> Analyzer:
    """What a session analyses with; None are the shipped weights."""
    return weights.analyzer if weights else analyzer()


@lru_cache(maxsize=8)
def analysis_of(path: str, boxes: tuple[PromptBox, ...], weights: Source | None) -> Analysis:
    """The analysis of a picture with boxes; the last few are kept, so that a panel can be drawn again at once.

    ``weights`` are part of what it is kept under: None are the shipped ones.
    """
    exemplars = [Exemplar((b.x0, b.y0, b.x1, b.y1), b.label) for b in boxes]
    return used(weights).analyze(picture(path), exemplars)


def prepare() -> None:
    """Make the first visitor's first sight fast: weights, the opening example, its maps, UMAP's kernels."""
    warm_up()
    first = example(0)
    if first.image is not None:
        analysis_of(first.image, first.boxes, None).layout()


@cache
def example(index: int) -> Prompt:
    """The ``index``-th example with its boxes, as a file that Gradio may serve."""
    chosen = list(load_examples().values())[index]
    image = chosen.image()
    boxes = tuple(PromptBox(*e.box, e.label) for e in chosen.exemplars)
    return Prompt(served(image, "png"), boxes, width=image.width, height=image.height)


def lesson(index: int, language: str) -> str:
    """What to look at in the ``index``-th example."""
    chosen = list(load_examples().values())[index]
    return f"**{translate(chosen.title, language)}.** {translate(chosen.teaches, language)}"


@cache
def thumbnails() -> list[str]:
    """A small picture an example, in order, as files that are written once."""
    pictures = []
    for chosen in load_examples().values():
        image = chosen.image()
        image.thumbnail((240, 240))
        pictures.append(served(image, "webp"))
    return pictures


def received(prompt: Prompt) -> Prompt:
    """A new picture, checked and made displayable: what is shown is what is analysed, whatever the file was.

    Raises:
        ValueError: one sentence on what is wrong with the file.
    """
    if prompt.image is None:
        return prompt
    image = picture(prompt.image)
    preview = image.copy()
    preview.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return replace(prompt, preview=served(preview, "webp"), width=image.width, height=image.height)


def matrix(analysis: Analysis, found: str) -> PictureMatrix:
    """Heat and attention of every variant for the picture grid; ``found`` words the number of detections."""
    return PictureMatrix(
        picture=data_uri(analysis.image),
        width=analysis.image.width,
        height=analysis.image.height,
        exemplars=tuple((*e.box, e.label) for e in analysis.exemplars),
        variants=tuple(
            Cell(
                name,
                VARIANTS[name].title,
                result.summary,
                heat=png_uri(heat_png(result, HEAT_SIDE)),
                detections=tuple((*d.box, d.score) for d in result.detections),
                attention=None
                if result.attention_grid is None
                else tuple(png_uri(attention_png(result, k, HEAT_SIDE)) for k in range(len(result.exemplar))),
                note=found.format(count=len(result.detections)),
            )
            for name, result in analysis.variants.items()
        ),
    )


def figures(analysis: Analysis, shown: Sequence[str]) -> Iterator[tuple[str, go.Figure | None]]:
    """Panel by panel, the quick ones first as they are registered; None where there is nothing to show."""
    chosen = [name for name in analysis.variants if name in shown] or list(analysis.variants)
    for name, panel in PANELS.items():
        yield name, panel.build(analysis, chosen) if panel.available(analysis) else None


def still_shown(names: Sequence[str], before: Sequence[str], weights: Source | None) -> list[str]:
    """The variants to show now that ``names`` are those of the grid: one that ``weights`` lack stays as it was."""
    present = used(weights).bridges
    return [name for name in VARIANTS if name in (names if name in present else before)]


EXPORTS: dict[str, tuple[str, Callable[[Analysis, Path], None]]] = {
    "report": ("report.html", Analysis.to_html),
    "table": ("metrics.csv", lambda analysis, path: analysis.metrics().to_csv(path)),
    "json": ("analysis.json", Analysis.to_json),
    "points": ("layout.parquet", Analysis.to_parquet),
    "data": ("analysis.npz", Analysis.save),
}
"""Kind -> name of the file, and what writes it."""


def export(prompt: Prompt, kind: str, weights: Source | None = None) -> str:
    """Write the analysis into Gradio's own folder, as one of `EXPORTS`.

    Raises:
        ValueError: there is nothing to analyse.
    """
    if prompt.image is None:
        raise ValueError("There is no picture to export; open one and draw a box.")
    analysis = analysis_of(prompt.image, prompt.boxes, weights)
    folder = Path(get_upload_folder()) / Path(prompt.image).parent.name / f"{abs(hash((prompt.boxes, weights))):x}"
    folder.mkdir(parents=True, exist_ok=True)
    name, write = EXPORTS[kind]
    write(analysis, folder / name)
    return str(folder / name)


def served(image: Image.Image, format: str) -> str:
    """The picture as a file that Gradio may serve."""
    return save_pil_to_cache(image, get_upload_folder(), format=format)


def data_uri(image: Image.Image) -> str:
    """The picture itself in its address, at most `PICTURE_SIDE` pixels a side."""
    small = image.copy()
    small.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    return webp_uri(small)


def png_uri(png: bytes) -> str:
    """The same of an encoded PNG."""
    return "data:image/png;base64," + base64.b64encode(png).decode()
