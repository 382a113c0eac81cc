"""What Explore shows of an analysis; no layout here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached
from gradio.utils import get_upload_folder

from app.components.box_prompter.component import Prompt
from app.services.analyses import ModelSource, analysis_of
from app.services.pictures import served
from app.shared.prompts import example, exemplars_of
from app.tabs.base import Case
from sam3viz import Analysis
from sam3viz.data.examples import load_examples
from sam3viz.figures import PANELS, Panel
from sam3viz.projection.umap_kernels import warm_up
from sam3viz.utils.messages import DEFAULT_LANGUAGE, InputError, translate

THUMBNAIL_SIDE = 240


def prepare() -> None:
    """Compute ahead the first visitor's first sight: weights, the opening example, its maps, UMAP's kernels."""
    warm_up()
    first = example(0)
    if first.image is not None:
        analysis = analysis_of(first.image, exemplars_of(first), None)
        for _ in figures(analysis, DEFAULT_LANGUAGE):
            pass  # drawn, and kept


def example_case(index: int, language: str) -> Case:
    """Return the ``index``-th example with what to look at in it."""
    chosen = list(load_examples().values())[index]
    return Case(example(index), f"**{translate(chosen.title, language)}.** {translate(chosen.teaches, language)}")


def lesson_of(path: str | None, language: str) -> str:
    """Return what to look at in the example that lies at ``path``; nothing for another picture."""
    for index in range(len(load_examples())):
        case = example_case(index, language)
        if case.prompt.image == path:
            return case.lesson
    return ""


@cache
def thumbnails() -> list[str]:
    """Write a small picture of each example, in order, and return the files' paths."""
    paths = []
    for chosen in load_examples().values():
        image = chosen.image()
        image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        paths.append(served(image, "webp"))
    return paths


def figures(analysis: Analysis, language: str) -> Iterator[tuple[str, go.Figure | None]]:
    """Draw panel by panel, the quick ones first as they are registered; None where there is nothing to show."""
    for name, panel in PANELS.items():
        yield name, _drawn(analysis, panel, language)[1] if panel.available(analysis) else None


@cached(
    LRUCache(maxsize=16),  # a few analyses' panels
    key=lambda analysis, panel, language: (id(analysis), panel.name, language),
    lock=Lock(),
)
def _drawn(analysis: Analysis, panel: Panel, language: str) -> tuple[Analysis, go.Figure]:
    """Draw a panel, or return it as it was drawn for somebody else: the opening example is the same for all.

    The analysis is kept beside its figure, so that none that comes later has its id.
    """
    return analysis, panel.build(analysis, list(analysis.variants), language)


EXPORTS: dict[str, tuple[str, Callable[[Analysis, Path], None]]] = {
    "report": ("report.html", Analysis.to_html),
    "table": ("metrics.csv", lambda analysis, path: analysis.metrics().to_csv(path)),
    "json": ("analysis.json", Analysis.to_json),
    "points": ("layout.parquet", Analysis.to_parquet),
    "data": ("analysis.npz", Analysis.save),
}
"""Kind -> name of the file, and what writes it."""


def export(prompt: Prompt, kind: str, source: ModelSource | None = None) -> str:
    """Write the analysis into Gradio's own folder, as one of `EXPORTS`, and return the file's path.

    Raises:
        ValueError: there is nothing to analyse.
    """
    if prompt.image is None:
        raise InputError("There is no picture to export; open one and draw a box.")
    analysis = analysis_of(prompt.image, exemplars_of(prompt), source)
    folder = Path(get_upload_folder()) / Path(prompt.image).parent.name / f"{abs(hash((prompt.boxes, source))):x}"
    folder.mkdir(parents=True, exist_ok=True)
    name, write = EXPORTS[kind]
    write(analysis, folder / name)
    return str(folder / name)
