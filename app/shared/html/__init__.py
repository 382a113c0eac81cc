"""Small pieces of HTML, from one template each; Jinja escapes every value."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

Cells = Sequence[str]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("app.shared", "html"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def render(template: str, **values: object) -> str:
    """Fill ``TEMPLATE.html.j2`` of this folder; every value is escaped."""
    return _environment().get_template(f"{template}.html.j2").render(**values).strip()


def notice_html(sentences: Sequence[str], error: bool = False) -> str:
    """Write sentences for the person, as an alert where something could not be done; nothing for no sentence."""
    return render("notice", sentences=list(sentences), error=error) if sentences else ""


def table_html(
    label: str, heads: Sequence[str], rows: Sequence[tuple[str, Cells]], best: Collection[tuple[int, int]] = ()
) -> str:
    """Write a head row, then a row each with its name; an interval in brackets goes on a line of its own.

    Args:
        label: what the table is, for those who cannot see it.
        heads: of the columns beside the names.
        best: (row, column) of the cells that are bold, both from 0.
    """
    return render("table", label=label, heads=heads, rows=rows, best=set(best))


def progress_html(share: float | None, sentence: str, state: str, label: str) -> str:
    """Show how far something is, 0..1 or None where nobody knows, above a sentence on it.

    Args:
        state: of the job, for the bar's colour.
        label: what is under way, for those who cannot see it.
    """
    percent = None if share is None else round(100 * share)
    return render("progress", percent=percent, sentence=sentence, state=state, label=label)
