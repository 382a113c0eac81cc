"""Pictures of the "Across images" tab as HTML: references and targets as cards, results as a table.

Jinja escapes every value; `app.components.pressable` hears the buttons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.tabs.across.inputs import Reference, Target
from app.tabs.across.strings import STRINGS


@dataclass(frozen=True)
class Card:
    """A picture that was given."""

    picture: str
    """A data URI."""
    title: str
    note: str
    drop: str
    """What the button that removes it says to those who cannot see it."""
    take_up: str = ""
    """What pressing the picture does, said to those who cannot see it; empty where that does nothing."""


@dataclass(frozen=True)
class Head:
    """A variant over its column."""

    title: str
    note: str
    summary: str


@dataclass(frozen=True)
class Cell:
    """What one variant finds on one target."""

    variant: str
    picture: str
    """A data URI."""
    note: str
    label: str
    """Of the picture, for those who cannot see it."""


@dataclass(frozen=True)
class Row:
    """A target and what every variant finds on it."""

    name: str
    picture: str
    """A data URI."""
    closer: str
    """What pressing the target does."""
    cells: Sequence[Cell]


def cards_html(heading: str, cards: Sequence[Card]) -> str:
    """Write the cards under a sentence; nothing where there are none."""
    return _render("cards", heading=heading, cards=cards) if cards else ""


def overview_html(
    label: str, corner: str, heads: Sequence[Head], rows: Sequence[Row], selected: int, closer: str
) -> str:
    """Write a row a target, a column a variant.

    Args:
        label: what the table is, for those who cannot see it.
        selected: number of the row that is looked at closely.
        closer: selector of where that is.
    """
    values = {"label": label, "corner": corner, "heads": heads, "rows": rows, "selected": selected, "closer": closer}
    return _render("overview", **values)


def references_html(references: Sequence[Reference], language: str) -> str:
    """Write the kept references; pressing one takes it up again."""
    words = STRINGS[language]
    cards = [
        Card(
            reference.thumbnail,
            title := words["reference"].format(number=number),
            words["boxes"].format(count=len(reference.prompt.boxes)),
            words["drop"].format(name=title),
            words["take_up"].format(number=number),
        )
        for number, reference in enumerate(references, 1)
    ]
    return cards_html(words["kept"].format(number=len(references) + 1), cards)


def targets_html(targets: Sequence[Target], language: str) -> str:
    """Write the targets that were given."""
    drop = STRINGS[language]["drop"]
    return cards_html("", [Card(t.thumbnail, t.name, "", drop.format(name=t.name)) for t in targets])


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def _render(template: str, **values: object) -> str:
    return _environment().get_template(f"{template}.html.j2").render(**values).strip()
