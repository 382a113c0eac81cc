"""Rewrite the rendered pictures that the package ships: examples, sheets of cut-outs, backgrounds.

Run from a checkout, after a change of `tools.synthetic_scenes` or `tools.renderer`; takes about a minute::

    python -m tools.render_pictures

Colours are stored with loss, outlines without. `sam3viz.data.examples` and `sam3viz.data.synthetic.cutout_library` read
the files.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from tools.renderer import HEIGHT, SCALE, WIDTH, Canvas, clouds, paint
from tools.synthetic_scenes import SCENES, TRANSFER_SCENES, render

ASSETS = Path(__file__).parents[1] / "assets"
EXAMPLE_QUALITY, TRAINING_QUALITY = 95, 90
"""WebP qualities of the colours, 0..100."""
LAYOUTS = 3
"""How often each scene is laid out anew for cut-outs: other turns, glass, wood and light on the things of a class."""
BACKGROUNDS = 12

_CLASSES = {"clock at 4": "clock", "clock at 8": "clock", "mirrored tile": "tile"}
"""Scenes are composed with mirrored cut-outs, and these are each other's mirror images: one class."""


@dataclass(frozen=True)
class Sheet:
    """Everything that lies in one layout of a scene, on transparent ground."""

    image: Image.Image
    """RGBA."""
    cutouts: tuple[tuple[str, tuple[int, int, int, int]], ...]
    """Class and box of each object, xyxy in whole pixels of the sheet."""


def render_sheet(scene: str, layout: int) -> Sheet:
    """Render the things of a scene of `SCENES` in a layout that no example picture shows."""
    rng = np.random.default_rng([len(SCENES), [*SCENES].index(scene), layout])
    canvas = SCENES[scene](rng)
    alpha = Image.fromarray(_compute_alpha(canvas))
    image = canvas.render(rng)
    image.putalpha(alpha)
    cutouts = []
    for thing in canvas.things:
        x0, y0, x1, y1 = thing.box
        box = (int(x0), int(y0), int(np.ceil(x1)), int(np.ceil(y1)))
        cutouts.append((_CLASSES.get(thing.kind, thing.kind), box))
    return Sheet(image, tuple(cutouts))


def render_background(index: int) -> Image.Image:
    """Render a bare ground: stains, fibres or grit of two colours, with a relief that the lamp catches."""
    rng = np.random.default_rng([len(SCENES), index])
    first, second = ((float(r), float(g), float(b)) for r, g, b in rng.uniform(0.15, 0.9, (2, 3)))
    stretch = float(np.exp(rng.uniform(-2.5, 2.5)))
    stains = clouds(rng, stretch, rng.uniform(0.8, 2.0))
    canvas = Canvas(paint(0.5 + rng.uniform(0.1, 0.3) * stains, first, second))
    canvas.bump(clouds(rng, stretch, rng.uniform(0.8, 1.6)) * rng.uniform(0.1, 1.0))
    return canvas.render(rng)


def write_pictures(assets: Path = ASSETS) -> None:
    """Write ``examples/*.webp``, ``cutouts/*.webp`` with their index, and ``backgrounds/*.webp`` into ``assets``."""
    for folder in ("examples", "cutouts", "backgrounds"):
        (assets / folder).mkdir(parents=True, exist_ok=True)
    for name in (*SCENES, *TRANSFER_SCENES):
        _save(render(name)[0], assets / "examples" / f"{name.replace(' ', '-')}.webp", EXAMPLE_QUALITY)
    index: dict[str, list[dict[str, Any]]] = {}
    for scene in SCENES:
        for layout in range(LAYOUTS):
            sheet, name = render_sheet(scene, layout), f"{scene}-{layout}"
            _save(sheet.image, assets / "cutouts" / f"{name}.webp", TRAINING_QUALITY)
            index[name] = [{"class": cls, "box": box} for cls, box in sheet.cutouts]
    (assets / "cutouts" / "index.json").write_text(_format_index(index), encoding="utf-8")
    for number in range(BACKGROUNDS):
        _save(render_background(number), assets / "backgrounds" / f"{number:02d}.webp", TRAINING_QUALITY)


def _compute_alpha(canvas: Canvas) -> UInt8[np.ndarray, "h w"]:
    """Cover whatever stands above the ground, which is at height 0; things never touch."""
    above = (canvas.height > 0).reshape(HEIGHT, SCALE, WIDTH, SCALE).mean((1, 3))
    return (255 * above).round().astype(np.uint8)


def _format_index(index: dict[str, list[dict[str, Any]]]) -> str:
    """Write JSON with one cut-out a line, so that differences between versions can be read."""
    sheets = []
    for name, entries in index.items():
        lines = ",\n".join(f"  {json.dumps(entry)}" for entry in entries)
        sheets.append(f' "{name}": [\n{lines}\n ]')
    return "{\n" + ",\n".join(sheets) + "\n}\n"


def _save(image: Image.Image, path: Path, quality: int) -> None:
    image.save(path, "WEBP", quality=quality, alpha_quality=100, method=6)


if __name__ == "__main__":
    write_pictures()
