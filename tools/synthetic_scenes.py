"""Flat-lay still lifes, so that examples need no third-party pictures and every box in them is known exactly.

Everything is seeded: a scene is the same on every machine up to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Bool
from PIL import Image

from tools.renderer import (
    HEIGHT,
    SCALE,
    WIDTH,
    Canvas,
    Colour,
    Grid,
    Shape,
    Surface,
    Thing,
    clouds,
    paint,
    smoothstep,
)


def _linen(rng: np.random.Generator) -> Canvas:
    y, x = np.mgrid[: HEIGHT * SCALE, : WIDTH * SCALE].astype(np.float32) / SCALE
    slub = clouds(rng, 6.0, 0.7)
    weave = np.sin(x * 1.9 + slub * 0.25) * np.sin(y * 1.9 + clouds(rng, 1 / 6, 0.7) * 0.25)
    canvas = Canvas(paint(0.5 + 0.1 * weave + 0.12 * slub, (0.60, 0.57, 0.51), (0.86, 0.83, 0.77)))
    canvas.bump(weave * 0.28 + clouds(rng, 1.0, 2.0) * 1.2)
    return canvas


def _planks(rng: np.random.Generator) -> Canvas:
    fibre, figure = clouds(rng, 30.0, 0.8), clouds(rng, 9.0, 1.7)
    y = np.mgrid[: HEIGHT * SCALE, : WIDTH * SCALE][0].astype(np.float32) / SCALE
    grain = 0.5 + 0.10 * fibre + 0.28 * np.sin(figure * 5)
    grain += 0.1 * np.sin((y // 120) * 2.4)
    seam = np.exp(-np.square((y % 120 - 60) / 1.1))
    canvas = Canvas(paint(grain - 0.9 * seam, (0.34, 0.22, 0.14), (0.66, 0.48, 0.32)))
    canvas.bump(fibre * 0.12 - seam)
    canvas.gloss += 0.05
    return canvas


def _plaster(rng: np.random.Generator) -> Canvas:
    coarse, fine = clouds(rng, 1.0, 1.4), clouds(rng, 1.0, 0.9)
    canvas = Canvas(paint(0.5 + 0.2 * coarse, (0.52, 0.62, 0.62), (0.60, 0.69, 0.68)))
    canvas.bump(fine * 0.3)
    return canvas


def _ball(u: Grid, v: Grid) -> tuple[Bool[np.ndarray, "h w"], Grid]:
    r2 = u * u + v * v
    return r2 <= 1, 1 + np.sqrt(np.clip(1 - r2, 0.004, None))


def _glass(tint: Colour, vane: Colour, twist: float) -> Shape:
    """A cat's-eye marble: coloured vanes in tinted glass, lit from within on the far side of the lamp."""

    def shape(u: Grid, v: Grid) -> Surface:
        mask, height = _ball(u, v)
        r = np.hypot(u, v)
        blade = smoothstep(0.1, 0.8, np.cos(3 * np.arctan2(v, u) + twist * r)) * smoothstep(0.95, 0.55, r)
        albedo = paint(blade, tint, vane)
        return Surface(mask, height * 0.9, albedo * (1.15 - 0.5 * r[..., None] ** 3), gloss=0.95)

    return shape


def _wooden(colour: Colour, rings: float) -> Shape:
    def shape(u: Grid, v: Grid) -> Surface:
        mask, height = _ball(u, v)
        grain = 0.5 + 0.5 * np.sin(rings * np.hypot(u - 0.4, 0.35 * v) + 0.6 * np.sin(9 * v))
        dark = (colour[0] * 0.82, colour[1] * 0.76, colour[2] * 0.70)
        return Surface(mask, height * 0.9, paint(grain, dark, colour), gloss=0.10)

    return shape


def _die(face: int, colour: Colour) -> Shape:
    corners, sides = ((-1, -1), (1, 1), (-1, 1), (1, -1)), ((-1, 0), (1, 0))
    pips: list[tuple[int, int]] = [(0, 0)] if face % 2 else []
    pips += [*corners[: face // 2 * 2]] if face < 6 else [*corners, *sides]

    def shape(u: Grid, v: Grid) -> Surface:
        u, v = u * 1.29, v * 1.29
        side = (np.abs(u) ** 7 + np.abs(v) ** 7) ** (1 / 7)
        height = 1.35 - 0.30 * np.clip((side - 0.72) / 0.28, 0, None) ** 2
        albedo = paint(np.zeros_like(u), colour, colour)
        for x, y in pips:
            near = np.hypot(u - 0.48 * x, v - 0.48 * y)
            albedo *= 1 - 0.86 * smoothstep(0.19, 0.15, near)[..., None]
            height = height - 0.08 * smoothstep(0.19, 0.08, near)
        return Surface(side <= 1, height, albedo, gloss=0.35)

    return shape


def _button(colour: Colour, holes: int) -> Shape:
    """A moulded disc with a rim; without holes it is a counter."""

    def shape(u: Grid, v: Grid) -> Surface:
        r = np.hypot(u, v)
        height = 0.26 - 0.10 * smoothstep(0.80, 0.66, r) - 0.16 * np.clip((r - 0.86) / 0.14, 0, None) ** 2
        albedo = paint(np.zeros_like(u), colour, colour)
        mask = r <= 1
        for index in range(holes):
            turn = 2 * np.pi * (index + 0.5) / holes
            near = np.hypot(u - 0.27 * np.cos(turn), v - 0.27 * np.sin(turn))
            albedo *= 1 - 0.9 * smoothstep(0.14, 0.10, near)[..., None]
            height = height - 0.1 * smoothstep(0.15, 0.06, near)
        return Surface(mask, height, albedo, gloss=0.3)

    return shape


def _nut(u: Grid, v: Grid) -> Surface:
    """A brass hexagon nut."""
    turns = [np.abs(u * np.cos(t) + v * np.sin(t)) for t in (0, np.pi / 3, 2 * np.pi / 3)]
    side, r = np.maximum.reduce(turns) / 0.88, np.hypot(u, v)
    height = 0.62 - 0.9 * np.clip(r - 0.84, 0, None) - 0.5 * np.clip(0.58 - r, 0, None)
    brushed = 0.5 + 0.25 * np.sin(60 * r)
    return Surface((side <= 1) & (r > 0.48), height, paint(brushed, (0.66, 0.52, 0.24), (0.80, 0.66, 0.36)), gloss=0.5)


def _capsule(left: Colour, right: Colour) -> Shape:
    def shape(u: Grid, v: Grid) -> Surface:
        thick = 0.40
        across = np.hypot(np.clip(np.abs(u) - (1 - thick), 0, None), v) / thick
        sleeve = np.where(u > 0, 1.0, 0.955)  # the cap slides over the body
        height = thick * (1 + np.sqrt(np.clip(1 - (across / sleeve) ** 2, 0.004, None)))
        return Surface(across <= sleeve, height, paint((u > 0).astype(np.float32), left, right), gloss=0.8)

    return shape


def _clock(hour: float) -> Shape:
    """A wall clock that shows ``hour`` (0..12, the fraction is the minute hand's)."""

    def hand(u: Grid, v: Grid, turn: float, length: float, width: float) -> Grid:
        along, across = u * np.sin(turn) - v * np.cos(turn), u * np.cos(turn) + v * np.sin(turn)
        beyond = np.maximum(np.maximum(along - length, -0.14 - along), 0)
        return smoothstep(width + 0.015, width - 0.015, np.hypot(across, beyond))

    def shape(u: Grid, v: Grid) -> Surface:
        r = np.hypot(u, v)
        rim = smoothstep(0.84, 0.87, r)
        turn = np.mod(np.arctan2(u, -v) + np.pi / 12, np.pi / 6) - np.pi / 12
        tick = smoothstep(0.03, 0.018, np.abs(turn) * r) * smoothstep(0.60, 0.62, r) * smoothstep(0.79, 0.77, r)
        short = hand(u, v, hour * np.pi / 6, 0.42, 0.055)
        long = hand(u, v, hour % 1 * 2 * np.pi, 0.66, 0.035)
        hands = np.maximum(np.maximum(short, long), smoothstep(0.10, 0.08, r))
        albedo = paint(np.maximum(tick, hands), (0.93, 0.91, 0.86), (0.10, 0.10, 0.12))
        albedo = albedo * (1 - rim[..., None]) + np.array([0.20, 0.26, 0.34], np.float32) * rim[..., None]
        arch = np.clip(1 - ((r - 0.925) / 0.075) ** 2, 0, None)
        height = 0.10 + rim * (0.10 + 0.10 * arch) + 0.02 * hands * (1 - rim)
        return Surface(r <= 1, height, albedo, gloss=0.25)

    return shape


def _tile(colour: Colour, mirrored: bool) -> Shape:
    """An F pentomino sawn from wood, or its mirror image: no turn in the plane brings one onto the other."""
    cells = ((0, -1), (1, -1), (-1, 0), (0, 0), (0, 1))

    def shape(u: Grid, v: Grid) -> Surface:
        x, y = (-u if mirrored else u) / 0.47, v / 0.47
        outside = np.minimum.reduce([np.maximum(np.abs(x - cx), np.abs(y - cy)) - 0.5 for cx, cy in cells])
        height = 0.36 - 0.10 * np.clip((outside + 0.16) / 0.16, 0, None) ** 2
        grain = 0.5 + 0.3 * np.sin(26 * v + 2.5 * np.sin(2.2 * u)) + 0.2 * np.sin(61 * v + 3 * u)
        dark = (colour[0] * 0.86, colour[1] * 0.82, colour[2] * 0.76)
        return Surface(outside <= 0, height, paint(grain, dark, colour), gloss=0.12)

    return shape


def _scatter(rng: np.random.Generator, radii: Sequence[float]) -> list[tuple[float, float]]:
    """Draw centres of circles that touch neither each other nor the border, the largest placed first."""
    placed: dict[int, tuple[float, float]] = {}
    for index in sorted(range(len(radii)), key=lambda i: -radii[i]):
        edge = radii[index] + 8
        while index not in placed:
            x, y = rng.uniform(edge, WIDTH - edge), rng.uniform(edge, HEIGHT - edge)
            if all(np.hypot(x - a, y - b) > 1.12 * (radii[index] + radii[j]) + 4 for j, (a, b) in placed.items()):
                placed[index] = (x, y)
    return [placed[index] for index in range(len(radii))]


def _lay(canvas: Canvas, rng: np.random.Generator, items: Sequence[tuple[str, Shape, float]]) -> None:
    centres = _scatter(rng, [radius for _, _, radius in items])
    for (kind, shape, radius), centre in zip(items, centres, strict=True):
        canvas.stamp(kind, shape, centre, radius, rng.uniform(0, 2 * np.pi))


def _marbles(rng: np.random.Generator) -> Canvas:
    canvas = _linen(rng)
    items: list[tuple[str, Shape, float]] = []
    for _ in range(9):
        items.append(("blue marble", _glass((0.10, 0.22, 0.52), (0.55, 0.80, 0.98), rng.uniform(2, 5)), 31.0))
    for _ in range(6):
        items.append(("amber marble", _glass((0.62, 0.28, 0.06), (0.99, 0.80, 0.36), rng.uniform(2, 5)), 31.0))
    for _ in range(5):
        items.append(("wooden ball", _wooden((0.84, 0.66, 0.44), rng.uniform(9, 14)), 33.0))
    for face in (1, 3, 5, 6):
        items.append(("die", _die(face, (0.92, 0.90, 0.84)), 36.0))
    _lay(canvas, rng, items)
    return canvas


def _drawer(rng: np.random.Generator) -> Canvas:
    canvas = _planks(rng)
    red = (0.78, 0.12, 0.12)
    items: list[tuple[str, Shape, float]] = [("red button", _button(red, 4), 25.0)] * 10
    items += [("red counter", _button(red, 0), 25.0)] * 6
    items += [("white button", _button((0.90, 0.88, 0.84), 4), 25.0)] * 6
    items += [("brass nut", _nut, 22.0)] * 8
    items += [("capsule", _capsule((0.90, 0.88, 0.82), (0.12, 0.45, 0.40)), 27.0)] * 7
    items += [("green die", _die(face, (0.12, 0.42, 0.26)), 27.0) for face in (2, 4, 5, 6)]
    _lay(canvas, rng, items)
    return canvas


def _clocks(rng: np.random.Generator) -> Canvas:
    canvas = _plaster(rng)
    four = [True] * 10 + [False] * 14
    rng.shuffle(four)
    for index, is_four in enumerate(four):
        centre = (75 + index % 6 * 114 + rng.uniform(-4, 4), 66 + index // 6 * 116 + rng.uniform(-4, 4))
        canvas.stamp("clock at 4" if is_four else "clock at 8", _clock(4.0 if is_four else 8.0), centre, 45.0)
    return canvas


def _mirrors(rng: np.random.Generator) -> Canvas:
    canvas = _linen(rng)
    items = [("tile", _tile((0.86, 0.66, 0.42), mirrored=False), 43.0)] * 8
    items += [("mirrored tile", _tile((0.86, 0.66, 0.42), mirrored=True), 43.0)] * 8
    _lay(canvas, rng, items)
    return canvas


def _table(rng: np.random.Generator) -> Canvas:
    """Blue marbles on another ground, larger, and beside other things than in `_marbles`."""
    canvas = _planks(rng)
    blue, vane = (0.10, 0.22, 0.52), (0.55, 0.80, 0.98)
    items: list[tuple[str, Shape, float]] = [("blue marble", _glass(blue, vane, rng.uniform(2, 5)), 38.0)] * 5
    items += [("red button", _button((0.78, 0.12, 0.12), 4), 32.0)] * 4
    items += [("wooden ball", _wooden((0.84, 0.66, 0.44), 11.0), 40.0)] * 3
    items += [("green die", _die(face, (0.12, 0.42, 0.26)), 36.0) for face in (2, 5, 6)]
    _lay(canvas, rng, items)
    return canvas


SCENES: dict[str, Callable[[np.random.Generator], Canvas]] = {
    "marbles": _marbles,
    "drawer": _drawer,
    "clocks": _clocks,
    "mirrors": _mirrors,
}


TRANSFER_SCENES: dict[str, Callable[[np.random.Generator], Canvas]] = {
    "marbles again": _marbles,
    "table": _table,
}
"""Where things of `SCENES` lie again: pictures to search with boxes drawn on another. No training cuts from them."""


def render(name: str) -> tuple[Image.Image, tuple[Thing, ...]]:
    """Render one of `SCENES` or `TRANSFER_SCENES`.

    Returns:
        An RGB picture of 720 x 480 pixels, and the true box of everything in it.

    Raises:
        ValueError: there is no scene of that name.
    """
    scenes = {**SCENES, **TRANSFER_SCENES}
    if name not in scenes:
        raise ValueError(f"There is no scene {name!r}; choose one of {', '.join(scenes)}.")
    rng = np.random.default_rng([*scenes].index(name))
    canvas = scenes[name](rng)
    return canvas.render(rng), tuple(canvas.things)
