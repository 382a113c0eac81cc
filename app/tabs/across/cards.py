"""Pictures of the "Across images" tab as HTML: references and targets as cards, results as a table. All is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

PRESSED = """
element.addEventListener("click", (event) => {
  const { press, index, goto } = event.target.closest("button[data-press]")?.dataset ?? {};
  if (press === undefined) return;
  trigger("select", { index: Number(index), value: press });
  if (goto) document.querySelector(goto)?.scrollIntoView({ behavior: "smooth", block: "nearest" });
});
"""
"""Tells of a pressed button as a select event: its number is the index, what it is for is the value."""


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
    """The same of pressing the picture; empty where that does nothing."""


@dataclass(frozen=True)
class Row:
    """A target and what every variant finds on it."""

    name: str
    picture: str
    """A data URI."""
    closer: str
    """What pressing the target does."""
    cells: Sequence[Painted]


@dataclass(frozen=True)
class Painted:
    """What one variant finds on one target."""

    variant: str
    picture: str
    """A data URI."""
    note: str
    label: str
    """Of the picture, for those who cannot see it."""


def cards_html(heading: str, cards: Sequence[Card]) -> str:
    """The cards under a sentence; nothing where there are none."""
    if not cards:
        return ""
    items = "".join(_card(number, card) for number, card in enumerate(cards))
    return (f"<p>{escape(heading)}</p>" if heading else "") + f'<ul class="cards">{items}</ul>'


def _card(number: int, card: Card) -> str:
    picture = f'<img src="{escape(card.picture)}" alt="">'
    if card.take_up:
        words = escape(card.take_up)
        picture = (
            f'<button type="button" data-press="take_up" data-index="{number}" title="{words}" aria-label="{words}">'
            f"{picture}</button>"
        )
    drop = escape(card.drop)
    return (
        f"<li>{picture}<span><strong>{escape(card.title)}</strong><small>{escape(card.note)}</small></span>"
        f'<button type="button" class="drop" data-press="drop" data-index="{number}" title="{drop}" '
        f'aria-label="{drop}">×</button></li>'
    )


def table_html(
    label: str, corner: str, heads: Sequence[tuple[str, str, str]], rows: Sequence[Row], chosen: int, closer: str
) -> str:
    """A row a target, a column a variant.

    Args:
        heads: title, note and description of each variant.
        chosen: number of the row that is looked at closely.
        closer: selector of where that is.
    """
    head = "".join(
        f'<th scope="col" title="{escape(about)}">{escape(title)}<small>{escape(note)}</small></th>'
        for title, note, about in heads
    )
    body = "".join(_row(number, row, number == chosen, closer) for number, row in enumerate(rows))
    return (
        f'<div class="scroll"><table aria-label="{escape(label)}"><thead><tr><th scope="col">{escape(corner)}</th>'
        f"{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(number: int, row: Row, chosen: bool, closer: str) -> str:
    words = escape(row.closer)
    head = (
        f'<button type="button" data-press="" data-index="{number}" data-goto="{escape(closer)}" title="{words}" '
        f'aria-label="{words}" aria-pressed="{str(chosen).lower()}"><img src="{escape(row.picture)}" alt="">'
        f"<span>{escape(row.name)}</span></button>"
    )
    cells = "".join(
        f'<td><button type="button" data-press="{escape(cell.variant)}" data-index="{number}" '
        f'aria-label="{escape(cell.label)}"><img src="{escape(cell.picture)}" alt="">'
        f"<span>{escape(cell.note)}</span></button></td>"
        for cell in row.cells
    )
    return f'<tr><th scope="row">{head}</th>{cells}</tr>'
