"""What the components share that draw over a picture: colours, the frame's style, checks of what they are given."""

from __future__ import annotations

from pathlib import Path

from plotly.colors import sequential

FRAME_STYLE = (Path(__file__).parent / "frame.css").read_text(encoding="utf-8")
"""Of `shared/frame.js`: picture, heat and boxes on top of each other."""

COLOUR_SCALES = {
    "inferno": sequential.Inferno,
    "viridis": sequential.Viridis,
    "cividis": sequential.Cividis,
    "grey": ["#000000", "#ffffff"],
}
"""Evenly spaced colours from the coldest to the hottest, plotly's own where the reports draw with them too."""


def check_size(what: str, width: int | None, height: int | None) -> None:
    """Refuse a size without area, with a ValueError."""
    if width is None or height is None or min(width, height) < 1:
        raise ValueError(f"The {what} has the size {width} x {height}; give both sides in pixels, each at least 1.")


def check_picture(what: str, uri: str) -> None:
    """Refuse what is not a data URI of an image, with a ValueError."""
    if not uri.startswith("data:image/"):
        raise ValueError(f"The {what} is {uri[:40]!r}; give it as a data URI that starts with 'data:image/'.")


def check_attention(name: str, maps: int, exemplars: int) -> None:
    """Refuse another number of attention maps than exemplars, with a ValueError."""
    if maps != exemplars:
        raise ValueError(f"{name!r} has {maps} attention maps for {exemplars} exemplars; give one for each, or None.")
