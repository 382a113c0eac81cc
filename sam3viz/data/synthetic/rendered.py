"""Training pictures that need no file: cut-outs and backgrounds drawn by the project's own renderer.

So a small training can start at once and offline, where `packages.fetch` has no apt to ask. Weights to keep are
trained on photographs; these things are few, and all seen from above.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from sam3viz.data.sources import SPLIT_SEED, Pictures
from sam3viz.data.synthetic.cutouts import Cutout, split_backgrounds, split_classes
from sam3viz.data.synthetic.renderer import HEIGHT, SCALE, WIDTH, Canvas, clouds, paint
from sam3viz.data.synthetic.still_life import SCENES

LAYOUTS = 3
"""How often each still life is laid out anew: other turns, glass, wood and light on the things of a class."""
GROUNDS = 12

_CLASSES = {"clock at 4": "clock", "clock at 8": "clock", "mirrored tile": "tile"}
"""Scenes are composed with mirrored cut-outs, and these are each other's mirror images: one class."""
_GREY = {"clock", "die", "white button"}
"""No other colour can be given to them."""
_TINTS = {"": 0, "green-shifted ": 85, "blue-shifted ": 170}
"""Name -> turn of the hue, 256 a full turn: three classes of each coloured thing, alike in all but colour."""


def rendered_pictures(progress: Callable[[int, int], None] = lambda done, total: None) -> Pictures:
    """Things of the still lifes on drawn grounds, the same on every machine up to rounding.

    Every class has several cut-outs; classes of one thing in other colours are one group. Takes some seconds the first
    time and is kept in the process. ``progress`` is called with (done, total) and may raise to stop.
    """
    layouts = [(scene, layout) for scene in SCENES for layout in range(LAYOUTS)]
    total = len(layouts) + GROUNDS
    cutouts: dict[str, list[Cutout]] = defaultdict(list)
    for done, (scene, layout) in enumerate(layouts, 1):
        for cutout in _cut_out(scene, layout):
            cutouts[cutout.cls].append(cutout)
        progress(done, total)
    grounds = []
    for index in range(GROUNDS):
        grounds.append(_ground(index))
        progress(len(layouts) + index + 1, total)
    seen, unseen = split_classes(cutouts, SPLIT_SEED)
    train, held_out = split_backgrounds(grounds, SPLIT_SEED)
    counts = f"{len(seen)} seen and {len(unseen)} unseen classes, {len(train)} and {len(held_out)} backgrounds"
    return Pictures(seen, unseen, train, held_out, f"rendered still lifes ({counts})")


@lru_cache(maxsize=LAYOUTS * len(SCENES))
def _cut_out(scene: str, layout: int) -> tuple[Cutout, ...]:
    """Everything that lies in one layout of a scene, in every tint; none of the example pictures' own layouts."""
    rng = np.random.default_rng([len(SCENES), [*SCENES].index(scene), layout])
    canvas = SCENES[scene](rng)
    outline = _outline(canvas)
    picture = canvas.photograph(rng)
    picture.putalpha(Image.fromarray(outline))
    found = []
    for number, thing in enumerate(canvas.things):
        x0, y0, x1, y1 = thing.box
        box = (int(x0), int(y0), int(np.ceil(x1)), int(np.ceil(y1)))
        kind = _CLASSES.get(thing.kind, thing.kind)
        for tint, turn in _TINTS.items():
            if tint and kind in _GREY:
                continue
            image = _turned(picture.crop(box), turn)
            found.append(Cutout(f"{scene}-{layout}-{number}", tint + kind, kind, image))
    return tuple(found)


def _outline(canvas: Canvas) -> UInt8[np.ndarray, "h w"]:
    """Alpha of whatever stands above the ground, which is at height 0; things never touch."""
    above = (canvas.height > 0).reshape(HEIGHT, SCALE, WIDTH, SCALE).mean((1, 3))
    return (255 * above).round().astype(np.uint8)


def _turned(picture: Image.Image, turn: int) -> Image.Image:
    """The same RGBA picture with every hue turned."""
    if not turn:
        return picture
    hue, saturation, value = picture.convert("RGB").convert("HSV").split()
    hue = hue.point([(level + turn) % 256 for level in range(256)])
    turned = Image.merge("HSV", (hue, saturation, value)).convert("RGB")
    turned.putalpha(picture.getchannel("A"))
    return turned


@lru_cache(maxsize=GROUNDS)
def _ground(index: int) -> Image.Image:
    """A bare ground: stains, fibres or grit of two colours, with a relief that the lamp catches."""
    rng = np.random.default_rng([len(SCENES), index])
    first, second = ((float(r), float(g), float(b)) for r, g, b in rng.uniform(0.15, 0.9, (2, 3)))
    stretch = float(np.exp(rng.uniform(-2.5, 2.5)))
    stains = clouds(rng, stretch, rng.uniform(0.8, 2.0))
    canvas = Canvas(paint(0.5 + rng.uniform(0.1, 0.3) * stains, first, second))
    canvas.bump(clouds(rng, stretch, rng.uniform(0.8, 1.6)) * rng.uniform(0.1, 1.0))
    return canvas.photograph(rng)
