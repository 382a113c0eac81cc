"""Tables that a command writes into a README, between two markers."""

from __future__ import annotations

from pathlib import Path

Markers = tuple[str, str]
"""First and last line; what is between them is the command's."""


def markers_of(name: str) -> Markers:
    """Return the markers of what is called ``name``."""
    return f"<!-- {name}:begin -->", f"<!-- {name}:end -->"


def write_between_markers(path: Path, text: str, markers: Markers) -> None:
    """Put ``text`` between the two ``markers`` of a file, in place of what is there.

    Raises:
        ValueError: as `split_at_markers`.
    """
    before, after = split_at_markers(path, markers)
    first, last = markers
    path.write_text(f"{before}{first}\n{text}\n{last}{after}", "utf-8")


def split_at_markers(path: Path, markers: Markers) -> tuple[str, str]:
    """Return what stands before and after the markers: before long work, to see that its table has a place.

    Raises:
        ValueError: no such file, or not exactly one pair of markers in order.
    """
    if not path.is_file():
        raise ValueError(f"There is no file {str(path)!r}: name the README to write the table to.")
    first, last = markers
    before, begin, rest = (content := path.read_text("utf-8")).partition(first)
    _, end, after = rest.partition(last)
    if not begin or not end or content.count(first) > 1 or content.count(last) > 1:
        raise ValueError(
            f"{path.name} does not hold one {first} and after it one {last}: add both, each on its own line."
        )
    return before, after
