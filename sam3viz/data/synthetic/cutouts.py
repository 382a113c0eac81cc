"""Cut-outs and backgrounds: the two kinds of pictures that training scenes are composed of."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import TypedDict

import numpy as np
from PIL import Image

_MIN_ALPHA = 40
"""Alpha from which a pixel counts as part of the object when a cut-out is cropped."""
_MIN_PIXELS = 500
_MIN_SIDE = 24
_MIN_DEVIATION = 3.0
"""Standard deviation (grey levels) under which a background shows nothing."""


@dataclass(frozen=True)
class Cutout:
    """One object with its outline. ``image`` is RGBA, cropped to what is opaque."""

    name: str
    cls: str
    group: str
    """Classes of one group look alike: birds, fruit, road signs. Hard negatives come from here."""
    image: Image.Image


class _Rules(TypedDict):
    """Globs over paths inside the stamp package, without suffix; the first that matches holds."""

    deny: list[str]
    classes: dict[str, list[str]]
    groups: dict[str, list[str]]
    deny_backgrounds: list[str]


def load_cutouts(root: Path, longest: int = 256) -> dict[str, list[Cutout]]:
    """Read cut-outs by class, in the order of class names.

    Two kinds of folder are known: one that holds the unpacked stamps (``.../tuxpaint/stamps``), whose classes, groups
    and exclusions are in ``stamp_classes.json``; and a folder of one's own with ``[GROUP/]CLASS/*.png``, or files right
    in it whose class is their name without trailing digits. Pictures with fewer than 500 opaque pixels, or under 24
    pixels on a side, are left out: nothing can be recognised on them.

    Args:
        longest: bounds the longer side in pixels.

    Raises:
        ValueError: the folder holds no cut-outs, or a file of one's own is unreadable or not transparent.
    """
    stamps = next(iter(sorted(root.rglob("tuxpaint/stamps"))), None)
    labelled = _stamps(stamps) if stamps is not None else _own(root)
    classes: dict[str, list[Cutout]] = defaultdict(list)
    for path, cls, group in labelled:
        image = _cut(path, longest)
        if image is not None:
            classes[cls].append(Cutout(path.stem, cls, group, image))
    if not classes:
        raise ValueError(f"{root} holds no cut-outs: put RGBA pictures there as CLASS/*.png, one folder a class.")
    return {cls: classes[cls] for cls in sorted(classes)}


def load_backgrounds(roots: Iterable[Path], longest: int = 1024) -> list[Image.Image]:
    """Read every picture under ``roots`` as RGB with a longer side of at most ``longest`` pixels, in order of path.

    Of a picture that comes in several resolutions one is kept; wallpapers that show nothing, a logo or a recoloured
    copy are left out.

    Raises:
        ValueError: there are none, or a file cannot be read.
    """
    roots = list(roots)
    deny = _rules()["deny_backgrounds"]
    variants: dict[tuple[Path, str], list[Path]] = defaultdict(list)
    for root in roots:
        for path in _pictures(root):
            if not _matches(path.relative_to(root).as_posix(), deny):
                variants[path.parent, re.sub(r"[-_]?\d+x\d+$", "", path.stem)].append(path)
    pictures = (_background(_smallest(paths, longest), longest) for paths in variants.values())
    backgrounds = [picture for picture in pictures if np.asarray(picture.convert("L")).std() > _MIN_DEVIATION]
    if not backgrounds:
        folders = " and ".join(map(str, roots))
        raise ValueError(f"No background pictures in {folders}: put PNG, JPEG or WebP photographs there.")
    return backgrounds


def split_classes(
    classes: Mapping[str, Sequence[Cutout]], seed: int, unseen: float = 0.25
) -> tuple[dict[str, list[Cutout]], dict[str, list[Cutout]]]:
    """Part the classes into (seen, unseen), disjoint; every group gives its share of unseen ones.

    Depends on the class names, the groups and ``seed`` alone.

    Raises:
        ValueError: one part would get no class.
    """
    shuffled = np.random.default_rng(seed).permutation(sorted(classes)).tolist()
    by_group = sorted(shuffled, key=lambda cls: classes[cls][0].group)
    # Walking through the groups in turn, a class is unseen whenever the running share reaches a whole number.
    held_out = {cls for i, cls in enumerate(by_group) if int((i + 1) * unseen) > int(i * unseen)}
    if not 0 < len(held_out) < len(classes):
        raise ValueError(
            f"{len(classes)} classes cannot be split with {unseen:g} of them unseen: add classes or change the share."
        )
    seen = {cls: list(classes[cls]) for cls in sorted(classes) if cls not in held_out}
    return seen, {cls: list(classes[cls]) for cls in sorted(held_out)}


def split_backgrounds(
    backgrounds: Sequence[Image.Image], seed: int, held_out: float = 0.25
) -> tuple[list[Image.Image], list[Image.Image]]:
    """Part the backgrounds into (train, held out).

    Raises:
        ValueError: one part would get no background.
    """
    count = round(len(backgrounds) * held_out)
    if not 0 < count < len(backgrounds):
        raise ValueError(
            f"{len(backgrounds)} backgrounds cannot be split with {held_out:g} held out: add some or change the share."
        )
    order = np.random.default_rng(seed).permutation(len(backgrounds))
    return [backgrounds[i] for i in sorted(order[count:])], [backgrounds[i] for i in sorted(order[:count])]


def _rules() -> _Rules:
    rules: _Rules = json.loads(resources.files(__package__).joinpath("stamp_classes.json").read_text("utf-8"))
    return rules


def _matches(path: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(path, glob) for glob in globs)


def _first(path: str, table: Mapping[str, Sequence[str]], default: str) -> str:
    return next((name for name, globs in table.items() if _matches(path, globs)), default)


def _stamps(root: Path) -> list[tuple[Path, str, str]]:
    """List (path, class, group) of every photographic stamp."""
    rules = _rules()
    labelled = []
    for path in sorted(root.rglob("*.png")):
        key = path.relative_to(root).with_suffix("").as_posix()
        if not _matches(key, rules["deny"]):
            cls = _first(key, rules["classes"], path.stem.lower())
            folders = PurePosixPath(key).parts[:-1]
            labelled.append((path, cls, _first(key, rules["groups"], "/".join(folders[:2]))))
    return labelled


def _own(root: Path) -> list[tuple[Path, str, str]]:
    """List (path, class, group) of every picture in a folder of one's own."""
    labelled = []
    for path in _pictures(root):
        with _open(path) as image:
            if not image.has_transparency_data:
                raise ValueError(f"{path} has no transparency: a cut-out is an RGBA picture of one object.")
        folders = path.relative_to(root).parts[:-1]
        cls = folders[-1] if folders else re.sub(r"[-_ ]*\d+$", "", path.stem) or path.stem
        labelled.append((path, cls, "/".join(folders[:-1])))
    return labelled


def _pictures(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.suffix.lower() in {".png", ".jpg", ".jpeg", ".webp"})


def _open(path: Path) -> Image.Image:
    try:
        return Image.open(path)
    except (OSError, Image.DecompressionBombError) as error:
        raise ValueError(f"{path} is not a readable picture ({error}): replace or remove it.") from error


def _decode(image: Image.Image, path: Path, mode: str) -> Image.Image:
    try:
        return image.convert(mode)
    except OSError as error:
        raise ValueError(f"{path} is damaged ({error}): replace or remove it.") from error


def _cut(path: Path, longest: int) -> Image.Image | None:
    with _open(path) as image:
        picture = _decode(image, path, "RGBA")
    opaque = picture.getchannel("A").point([0] * (_MIN_ALPHA + 1) + [255] * (255 - _MIN_ALPHA))
    if opaque.histogram()[255] < _MIN_PIXELS:
        return None
    picture = picture.crop(opaque.getbbox())
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return picture if min(picture.size) >= _MIN_SIDE else None


def _smallest(paths: Sequence[Path], longest: int) -> Path:
    """Choose the resolution that decodes fastest without being enlarged."""
    sides = {}
    for path in paths:
        with _open(path) as image:
            sides[path] = max(image.size)
    enough = [path for path in paths if sides[path] >= longest]
    return min(enough, key=sides.__getitem__) if enough else max(paths, key=sides.__getitem__)


def _background(path: Path, longest: int) -> Image.Image:
    with _open(path) as image:
        image.draft("RGB", (longest, longest))  # JPEG decodes at reduced size
        picture = _decode(image, path, "RGB")
    picture.thumbnail((longest, longest), Image.Resampling.BILINEAR, reducing_gap=1.0)
    return picture
