"""The study as one HTML file that opens offline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from sam3viz.data.images import webp_uri
from sam3viz.export.html import rendered, write_page
from sam3viz.figures.heat import overlay
from sam3viz.figures.style import tag
from sam3viz.studies.detector.pictures import (
    SIDE,
    Picture,
    attention_pictures,
    detector_pictures,
    found_picture,
    parts_figure,
    similarity_pictures,
)
from sam3viz.studies.detector.study import Sam3Study
from sam3viz.studies.detector.words import ENGLISH, Words

TEMPLATE = "studies/detector/report.html.j2"


@dataclass(frozen=True)
class Shown:
    """A picture as a page takes it."""

    uri: str
    title: str
    caption: str


@dataclass(frozen=True)
class Section:
    """A heading, how to read what is below it, and rows of pictures."""

    key: str
    title: str
    how_to_read: str
    rows: list[list[Shown]]
    small: bool = False
    """Whether rows and columns mean something: the pictures stay in their rows."""


def sections(done: Sam3Study, words: Words = ENGLISH) -> list[Section]:
    """Everything but the bars and the numbers, in the order of a page."""
    drawn = overlay(done.scene.drawn_on, 0 * done.attention[0, 0, 0], exemplars=done.scene.exemplars, side=SIDE)
    found = [found_picture(done.scene, outcome, words) for outcome in done.outcomes]
    boxes = [
        _section("attention", attention_pictures(done, number - 1, words), words, tag(number, exemplar), small=True)
        for number, exemplar in enumerate(done.scene.exemplars, start=1)
    ]
    count = len(done.scene.exemplars)
    varied = words.varied.format(most=done.varied, count=count) if done.varied < count else ""
    return [
        _section("found", [[Picture(drawn, *words.boxes), *found]], words, more=varied),
        _section("similarity", [similarity_pictures(done, words)], words),
        *boxes,
        _section("detector", detector_pictures(done, words), words, small=True),
    ]


def sections_html(done: Sam3Study, words: Words = ENGLISH) -> str:
    """The same as HTML, for a page that has a style for it; every text in it is escaped."""
    return rendered("studies/detector/sections.html.j2", sections=sections(done, words))


def write_report(done: Sam3Study, path: Path) -> None:
    """Write the report; it makes no network request, and every text in it is escaped."""
    bars = Markup(parts_figure(done).to_html(full_html=False, include_plotlyjs=False))
    table = list(zip(done.outcomes, done.table().iterrows(), strict=True))
    write_page(
        path, TEMPLATE, parts=ENGLISH.sections["parts"], sections=sections(done), bars=bars, table=table, done=done
    )


def _section(
    key: str, rows: Sequence[Sequence[Picture]], words: Words, subject: str = "", small: bool = False, more: str = ""
) -> Section:
    title, how_to_read = words.sections[key]
    shown = [[Shown(webp_uri(p.image), p.title, p.caption) for p in row] for row in rows]
    return Section(key, title.format(subject=subject), f"{how_to_read} {more}".rstrip(), shown, small)
