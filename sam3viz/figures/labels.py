"""Names beside crowded points: each where it covers the least, tied to its point by a line."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Offset = tuple[float, float]
"""Pixels to the right and down."""

CHARACTER_WIDTH, LINE_HEIGHT = 7.0, 15.0
"""Pixels of a name's letters, at a font size of 12."""
MARKER_SIZE, BAR_SIZE = 15.0, 3.0
"""Pixels that a point takes, and the width of its bars."""
DISTANCES = (20.0, 34.0, 50.0, 70.0, 95.0, 125.0)
DIRECTIONS = 24
"""Where a name may stand: so many pixels between its edge and the point, in so many directions."""
_LABEL_COST, _MARKER_COST, _BAR_COST, _OUTSIDE_COST, _PIXEL_COST = 12.0, 6.0, 1.5, 40.0, 0.6
"""Of a square pixel that is covered or outside, and of a pixel of distance."""


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """Return the area that both cover."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0.0) * max(height, 0.0)

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> Box:
        """Return the box of a centre and a size."""
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


@dataclass(frozen=True)
class NamedPoint:
    """A point with its bars, in pixels of a plot; y downwards."""

    name: str
    x: float
    y: float
    x_bar: tuple[float, float]
    """Left and right end; both ``x`` where there is no bar."""
    y_bar: tuple[float, float]
    """Upper and lower end."""

    def label_box(self, offset: Offset) -> Box:
        """Return what the name covers when its centre is moved by ``offset`` from the point."""
        width = CHARACTER_WIDTH * len(self.name)
        return Box.around(self.x + offset[0], self.y + offset[1], width, LINE_HEIGHT)


def place_labels(points: Sequence[NamedPoint], width: float, height: float) -> list[Offset]:
    """Place the names one after the other where each covers the fewest names, markers and bars, near its point.

    Args:
        width, height: of the plot, in pixels.

    Returns:
        For each point the way from it to the centre of its name.
    """
    plot = Box(0.0, 0.0, width, height)
    markers = [Box.around(point.x, point.y, MARKER_SIZE, MARKER_SIZE) for point in points]
    bars = [bar for point in points for bar in _bars(point)]
    taken: list[Box] = []
    offsets = []
    for point in points:
        best = min(_candidates(point), key=lambda offset: _cost(point, offset, plot, taken, markers, bars))
        offsets.append(best)
        taken.append(point.label_box(best))
    return offsets


def _cost(
    point: NamedPoint, offset: Offset, plot: Box, taken: Sequence[Box], markers: Sequence[Box], bars: Sequence[Box]
) -> float:
    """Add up what the name and its line would cover."""
    box = point.label_box(offset)
    parts = [box, *_line(point, offset)]
    return (
        _LABEL_COST * sum(part.overlap(other) for part in parts for other in taken)
        + _MARKER_COST * sum(map(box.overlap, markers))
        + _BAR_COST * sum(map(box.overlap, bars))
        + _OUTSIDE_COST * (box.area - box.overlap(plot))
        + _PIXEL_COST * math.hypot(*offset)
    )


def _candidates(point: NamedPoint) -> Iterable[Offset]:
    half_width, half_height = CHARACTER_WIDTH * len(point.name) / 2, LINE_HEIGHT / 2
    for distance in DISTANCES:
        for index in range(DIRECTIONS):
            angle = 2 * math.pi * index / DIRECTIONS
            across, down = math.cos(angle), math.sin(angle)
            yield across * (distance + half_width), down * (distance + half_height)


def _bars(point: NamedPoint) -> Iterable[Box]:
    yield Box(point.x_bar[0], point.y - BAR_SIZE / 2, point.x_bar[1], point.y + BAR_SIZE / 2)
    yield Box(point.x - BAR_SIZE / 2, point.y_bar[0], point.x + BAR_SIZE / 2, point.y_bar[1])


def _line(point: NamedPoint, offset: Offset) -> list[Box]:
    """Cover the line from a point to its name by small boxes."""
    steps = 8
    return [
        Box.around(point.x + offset[0] * i / steps, point.y + offset[1] * i / steps, BAR_SIZE, BAR_SIZE)
        for i in range(1, steps)
    ]
