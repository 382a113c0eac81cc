"""Folders in COCO format (arXiv 1405.0312): pictures with boxes, outlines and category names.

Understood are the layouts of COCO itself (``annotations/instances_val2017.json`` beside ``val2017/``), of a flat export
(``_annotations.coco.json`` among its pictures) and of a small set of one's own (``instances.json``, ``images/``).
"""

from __future__ import annotations

import json
import math
import warnings
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from sam3viz.data.annotations import CocoAnnotation, read_annotation
from sam3viz.data.images import MAX_PIXELS
from sam3viz.utils.jobs import ReportProgress

_NAMES = ("instances.json", "annotations.json", "_annotations.coco.json")


@dataclass(frozen=True)
class CocoPicture:
    """One picture and everything annotated on it, in the order of the file."""

    path: Path
    name: str
    """Its path as the annotations have it, ``/`` between folders: what it is known by; no other picture has it."""
    width: int
    height: int
    annotations: tuple[CocoAnnotation, ...]
    flat: int = 0
    """Annotations of it that are left out, as their box has no area."""


@dataclass(frozen=True)
class CocoLimits:
    """The most that is read of a file from a stranger."""

    annotations: int
    mask_pixels: int
    """Of all run-length codes together, at the sizes that the file declares: each code is decoded."""


FROM_STRANGERS = CocoLimits(annotations=20_000, mask_pixels=2_000_000_000)
"""Masks decode at about 8 ns a pixel."""


def read_coco(
    root: Path, limits: CocoLimits | None = None, progress: ReportProgress = lambda what, done, total: None
) -> tuple[CocoPicture, ...]:
    """Read a folder in COCO format; pictures in the order of their ids, those without an annotation among them.

    Args:
        root: a folder with ``instances.json``, ``annotations.json``, ``_annotations.coco.json`` or one
            ``annotations/instances_SPLIT.json``; or that JSON file itself, where a folder has several. Pictures are
            looked for in ``images/``, ``images/SPLIT/``, ``SPLIT/``, the folder itself and beside the JSON file.
        limits: checked before any mask is decoded; None for a folder of one's own.
        progress: told "annotations"; may raise to stop.

    Returns:
        Pictures whose boxes are clipped to the picture. Annotations whose box has no area are left out, with one
        warning that tells how many, and counted in `CocoPicture.flat`.

    Raises:
        ValueError: one sentence on what is missing or broken, and what to do.
    """
    file = _find_json(root)
    base = file.parent.parent if file.parent.name == "annotations" else file.parent
    split = file.stem.removeprefix("instances_")
    folders = (base / "images", base / "images" / split, base / split, base, file.parent)

    document = _load(file)
    names = {c["id"]: str(c["name"]) for c in _entries(document, "categories", ("id", "name"), file)}
    images = {i["id"]: i for i in _entries(document, "images", ("id", "file_name", "width", "height"), file)}
    entries = _entries(document, "annotations", ("image_id", "category_id", "bbox"), file)
    if limits is not None:
        _check_limits(entries, images, limits, file)
    found: dict[Any, list[CocoAnnotation]] = defaultdict(list)
    flat: Counter[Any] = Counter()
    for done, entry in enumerate(entries):
        progress("Annotations read", done, len(entries))
        image, category = entry["image_id"], entry["category_id"]
        where = f"annotation {entry['id']}" if "id" in entry else f"an annotation of image {image}"
        if image not in images:
            raise ValueError(f"{file.name}: {where} belongs to image {image!r}, which is not listed: add or remove it.")
        if category not in names:
            known = ", ".join(map(str, sorted(names, key=str)[:10]))
            raise ValueError(
                f'{file.name}: {where} has the unknown category {category!r}: list it under "categories" ({known}).'
            )
        size = _size(images[image], file)
        annotation = read_annotation(entry, names[category], size, f"{file.name}: {where}")
        if annotation is None:
            flat[image] += 1
        else:
            found[image].append(annotation)
    if flat:
        warnings.warn(f"{file.name}: {flat.total()} annotations whose box has no area were left out.", stacklevel=2)
    progress("Annotations read", len(entries), len(entries))
    if not found:
        raise ValueError(f"{file.name} holds no annotation that can be used: annotate at least one object with a box.")
    paths = {i: _picture(images[i]["file_name"], folders, file) for i in sorted(images)}
    called = _names_of(images, file)
    return tuple(
        CocoPicture(path, called[i], *_size(images[i], file), tuple(found[i]), flat[i]) for i, path in paths.items()
    )


def _find_json(root: Path) -> Path:
    if root.is_file():
        return root
    if not root.is_dir():
        raise ValueError(f"There is no folder {str(root)!r}: give a folder in COCO format.")
    found = [root / name for name in _NAMES if (root / name).is_file()]
    found += sorted((root / "annotations").glob("instances_*.json"))
    if not found:
        known = ", ".join((*_NAMES, "annotations/instances_*.json"))
        raise ValueError(f"{str(root)!r} holds no annotations: put one of {known} there.")
    if len(found) > 1:
        several = ", ".join(path.relative_to(root).as_posix() for path in found)
        raise ValueError(
            f"{str(root)!r} holds several annotation files ({several}): give the path of the one you mean."
        )
    return found[0]


def _load(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{file.name} is not JSON ({error}): export the annotations again.") from error
    if not isinstance(document, dict):
        raise ValueError(f"{file.name} is not in COCO format: it holds a {type(document).__name__}, not an object.")
    return document


def _entries(document: Mapping[str, Any], name: str, keys: Sequence[str], file: Path) -> list[dict[str, Any]]:
    """A list of the document, every entry of which has ``keys``."""
    if name not in document:
        raise ValueError(f"{file.name} is not in COCO format: it lacks the key {name!r}.")
    entries = document[name]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError(f"{file.name} is not in COCO format: {name!r} is not a list of objects.")
    for entry in entries:
        for key in keys:
            if key not in entry:
                raise ValueError(f"{file.name} is not in COCO format: an entry of {name!r} lacks the key {key!r}.")
            if key.endswith("id") and not isinstance(entry[key], int):
                raise ValueError(f"{file.name}: {key!r} of an entry of {name!r} is {entry[key]!r}: ids are integers.")
    return entries


def _check_limits(
    entries: Sequence[Mapping[str, Any]], images: Mapping[Any, Mapping[str, Any]], limits: CocoLimits, file: Path
) -> None:
    """Refuse what would take hours to decode."""
    if len(entries) > limits.annotations:
        raise ValueError(
            f"{file.name} holds {len(entries)} annotations, over {limits.annotations}: leave some pictures out."
        )
    coded = [entry["image_id"] for entry in entries if isinstance(entry.get("segmentation"), dict)]
    pixels = sum(math.prod(_size(images[image], file)) for image in coded if image in images)
    if pixels > limits.mask_pixels:
        raise ValueError(
            f"{file.name} holds RLE masks of {math.ceil(pixels / 1e6)} megapixels together, over "
            f"{limits.mask_pixels // 10**6}: scale the pictures down, or outline the objects by polygons."
        )


def _names_of(images: Mapping[Any, Mapping[str, Any]], file: Path) -> dict[Any, str]:
    """What each picture is known by; its path was found good."""
    names = {i: PurePosixPath(image["file_name"]).as_posix() for i, image in images.items()}
    twice = [name for name, count in Counter(names.values()).items() if count > 1]
    if twice:
        raise ValueError(f"{file.name} lists the picture {twice[0]!r} more than once: put what is on it under one id.")
    return names


def _size(image: Mapping[str, Any], file: Path) -> tuple[int, int]:
    width, height = image["width"], image["height"]
    if not (isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0):
        raise ValueError(f"{file.name}: image {image['id']} is {width!r} x {height!r}: give its size in whole pixels.")
    if width * height > MAX_PIXELS:  # before any mask of that size is made
        raise ValueError(
            f"{file.name}: image {image['id']} is {width} x {height}, over {MAX_PIXELS // 10**6} megapixels: "
            "scale it down."
        )
    return width, height


def _picture(name: object, folders: Sequence[Path], file: Path) -> Path:
    inside = isinstance(name, str) and not any(
        kind(name).anchor or ".." in kind(name).parts for kind in (PurePosixPath, PureWindowsPath)
    )
    if not inside:
        raise ValueError(
            f"{file.name}: the picture {name!r} leads out of the folder: give a relative path without '..'."
        )
    for folder in folders:
        if (folder / str(name)).is_file():
            return folder / str(name)
    raise ValueError(f"The picture {name!r} that {file.name} lists is missing: put it into {str(folders[0])!r}.")
