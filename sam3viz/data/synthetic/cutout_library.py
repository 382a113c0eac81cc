"""Training pictures that ship with the package: cut-outs and backgrounds out of rendered scenes.

So a small training can start at once and offline, where `packages.fetch` has no apt to ask. Weights to keep are
trained on photographs; these things are few, and all seen from above. ``tools/render_pictures.py`` of a checkout writes
the files.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path

from PIL import Image

from sam3viz.data.sources import SPLIT_SEED, Pictures
from sam3viz.data.synthetic.cutouts import Cutout, split_backgrounds, split_classes
from sam3viz.utils.assets import asset_path

_FIXED_COLOUR_CLASSES = {"clock", "die", "white button"}
"""No other colour can be given to them."""
_TINTS = {"": 0, "green-shifted ": 85, "blue-shifted ": 170}
"""Name -> turn of the hue, 256 a full turn: three classes of each coloured thing, alike in all but colour."""


def rendered_pictures(progress: Callable[[int, int], None] = lambda done, total: None) -> Pictures:
    """Load things of rendered still lifes and bare grounds, the same on every machine.

    Every class has several cut-outs; classes of one thing in other colours are one group. Pictures stay in memory for
    the process.

    Args:
        progress: called with (done, total) after every file; may raise to stop.
    """
    sheets = _load_index()
    background_paths = sorted(asset_path("backgrounds").glob("*.webp"))
    total = len(sheets) + len(background_paths)
    cutouts: dict[str, list[Cutout]] = defaultdict(list)
    for done, sheet in enumerate(sheets, 1):
        for cutout in _load_cutouts(sheet):
            cutouts[cutout.cls].append(cutout)
        progress(done, total)
    backgrounds = []
    for done, path in enumerate(background_paths, len(sheets) + 1):
        backgrounds.append(_load_background(path))
        progress(done, total)
    seen, unseen = split_classes(cutouts, SPLIT_SEED)
    train, held_out = split_backgrounds(backgrounds, SPLIT_SEED)
    counts = f"{len(seen)} seen and {len(unseen)} unseen classes, {len(train)} and {len(held_out)} backgrounds"
    return Pictures(seen, unseen, train, held_out, f"rendered still lifes ({counts})")


@cache
def _load_index() -> dict[str, list[tuple[str, tuple[int, int, int, int]]]]:
    """Read sheet -> class and box (xyxy in whole pixels) of each cut-out on it."""
    document = json.loads(asset_path("cutouts/index.json").read_text(encoding="utf-8"))
    return {sheet: [(entry["class"], tuple(entry["box"])) for entry in entries] for sheet, entries in document.items()}


@cache
def _load_cutouts(sheet: str) -> tuple[Cutout, ...]:
    """Cut everything out of one sheet, in every tint."""
    with Image.open(asset_path(f"cutouts/{sheet}.webp")) as file:
        picture = file.convert("RGBA")
    cutouts = []
    for number, (cls, box) in enumerate(_load_index()[sheet]):
        for tint, turn in _TINTS.items():
            if tint and cls in _FIXED_COLOUR_CLASSES:
                continue
            cutouts.append(Cutout(f"{sheet}-{number}", tint + cls, cls, _shift_hue(picture.crop(box), turn)))
    return tuple(cutouts)


@cache
def _load_background(path: Path) -> Image.Image:
    with Image.open(path) as file:
        return file.convert("RGB")


def _shift_hue(picture: Image.Image, turn: int) -> Image.Image:
    """Turn every hue of an RGBA picture by ``turn`` / 256 of a full turn."""
    if not turn:
        return picture
    hue, saturation, value = picture.convert("RGB").convert("HSV").split()
    hue = hue.point([(level + turn) % 256 for level in range(256)])
    shifted = Image.merge("HSV", (hue, saturation, value)).convert("RGB")
    shifted.putalpha(picture.getchannel("A"))
    return shifted
