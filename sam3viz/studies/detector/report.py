"""The study as one HTML file that opens offline, and as sections for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from sam3viz.data.images import webp_uri
from sam3viz.export.html import rendered, write_page
from sam3viz.figures.style import tag
from sam3viz.studies.detector.figures import (
    CaptionedPicture,
    boxes_picture,
    detections_picture,
    detector_attention_pictures,
    exemplar_attention_pictures,
    parts_figure,
    similarity_pictures,
)
from sam3viz.studies.detector.result import DetectorStudy
from sam3viz.utils.messages import DEFAULT_LANGUAGE, translate

TEMPLATE = "studies/detector/report.html.j2"
SECTIONS_TEMPLATE = "studies/detector/sections.html.j2"


@dataclass(frozen=True)
class Heading:
    """A title and how to read what is below it, in English."""

    title: str
    """Template with ``{subject}`` where the section is about one box."""
    how_to_read: str

    def translate(self, language: str = DEFAULT_LANGUAGE, subject: str = "") -> Heading:
        """Say both in a language, about ``subject``."""
        return Heading(translate(self.title, language, subject=subject), translate(self.how_to_read, language))


PARTS_HEADING = Heading(
    "What a token is made of",
    "Each box's embedding is an exact sum: content (ROIAlign of the level), coordinates, position and label. A bar's "
    "parts add up to 100 %; a part left of zero points away from the sum.",
)
DETECTIONS_HEADING = Heading(
    "Did the boxes matter?",
    "What the detector finds as drawn, with no box, with each box left out or its label turned round, with a part of "
    "every token removed, and with other encoders' tokens in place of SAM 3's own. A low IoU with as drawn: it "
    "mattered. Other encoders' tokens come without CLS (the token that gathers all boxes) and without the negative "
    "boxes, whose label they need not tell; their reference is SAM 3's own tokens given in the same way. Nothing in "
    "the model subtracts negatives; only the label's part marks them.",
)
SIMILARITY_HEADING = Heading(
    "What the tokens resemble",
    "Mean cosine of the positive boxes' tokens with the level they were pooled from, on one scale. A diagnostic: the "
    "model compares the two through learned projections, not by this cosine.",
)
ATTENTION_HEADING = Heading(
    "Where the token of {subject} looks",
    "Cross-attention of the exemplar encoder on the picture the box was drawn on: a row a layer, a column a head, each "
    "map at its own peak.",
)
DETECTOR_HEADING = Heading(
    "Where the detector uses text and boxes",
    "Attention from each place of the picture to the prompt's tokens, mean over heads: a row a layer of the detector's "
    "encoder. The share is the mean over the picture, each map at its own peak.",
)


@dataclass(frozen=True)
class HtmlPicture:
    """A picture as a page takes it."""

    uri: str
    title: str
    caption: str


@dataclass(frozen=True)
class Section:
    """A heading, how to read what is below it, and rows of pictures."""

    key: str
    """Class of its element."""
    title: str
    how_to_read: str
    rows: list[list[HtmlPicture]]
    small: bool = False
    """Whether rows and columns mean something: the pictures stay in their rows."""


def build_sections(study: DetectorStudy, language: str = DEFAULT_LANGUAGE) -> list[Section]:
    """Build everything but the bars and the numbers, in the order of a page."""
    detections = [detections_picture(study.scene, outcome, language) for outcome in study.outcomes]
    by_box = [
        _section(
            "attention",
            ATTENTION_HEADING.translate(language, tag(number, exemplar)),
            exemplar_attention_pictures(study, number - 1, language),
            small=True,
        )
        for number, exemplar in enumerate(study.scene.exemplars, start=1)
    ]
    return [
        _section("detections", _detections_heading(study, language), [[boxes_picture(study, language), *detections]]),
        _section("similarity", SIMILARITY_HEADING.translate(language), [similarity_pictures(study, language)]),
        *by_box,
        _section(
            "detector",
            DETECTOR_HEADING.translate(language),
            detector_attention_pictures(study, language),
            small=True,
        ),
    ]


def sections_html(study: DetectorStudy, language: str = DEFAULT_LANGUAGE) -> str:
    """Render `build_sections` as HTML, for a page that has a style for it; every text in it is escaped."""
    return rendered(SECTIONS_TEMPLATE, sections=build_sections(study, language))


def write_report(study: DetectorStudy, path: Path) -> None:
    """Write the report; it makes no network request, and every text in it is escaped."""
    write_page(
        path,
        TEMPLATE,
        parts=PARTS_HEADING,
        sections=build_sections(study),
        bars=Markup(parts_figure(study).to_html(full_html=False, include_plotlyjs=False)),
        table=list(zip(study.outcomes, study.table().iterrows(), strict=True)),
        study=study,
    )


def _detections_heading(study: DetectorStudy, language: str) -> Heading:
    """Say how to read the detections, and where not every box was left out and flipped."""
    heading, count = DETECTIONS_HEADING.translate(language), len(study.scene.exemplars)
    if study.varied_boxes == count:
        return heading
    template = "Of the {count} boxes the first {most} were left out and turned round."
    note = translate(template, language, count=count, most=study.varied_boxes)
    return Heading(heading.title, f"{heading.how_to_read} {note}")


def _section(key: str, heading: Heading, rows: Sequence[Sequence[CaptionedPicture]], small: bool = False) -> Section:
    pictures = [[HtmlPicture(webp_uri(p.image), p.title, p.caption) for p in row] for row in rows]
    return Section(key, heading.title, heading.how_to_read, pictures, small)
