"""Tables of the Dataset, Robustness and Cost tabs. Every value is escaped."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape


def numbers_html(
    label: str, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], best: Collection[tuple[int, int]] = ()
) -> str:
    """A head row, then a row each with its name; an interval in brackets goes on a line of its own.

    Args:
        best: (row, column) of the cells that are bold.
    """
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td{' class=best' if (i, j) in best else ''}>{_cell(text)}</td>" for j, text in enumerate(cells))
        + "</tr>"
        for i, (name, cells) in enumerate(rows)
    )
    return (
        f'<div class="numbers"><table aria-label="{escape(label)}"><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(text: str) -> str:
    number, bracket, interval = text.partition(" [")
    return escape(number) + (f"<small>{escape(bracket.strip() + interval)}</small>" if bracket else "")
