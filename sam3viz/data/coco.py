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
from sam3viz.utils.messages import InputError, Message

_FILE_NAMES = ("instances.json", "annotations.json", "_annotations.coco.json")


@dataclass(frozen=True)
class CocoPicture:
    """One picture and everything annotated on it, in the order of the file."""

    path: Path
    name: str
    """Its path as the annotations have it, ``/`` between folders; unique."""
    width: int
    height: int
    annotations: tuple[CocoAnnotation, ...]
    flat: int = 0
    """Number of its annotations that are left out, as their box has no area."""
    coco_name: str = ""
    """Its file name in COCO itself: what the annotations have under ``coco_file``, else ``name``."""
    scaled_to: tuple[int, int] | None = None
    """Width and height in pixels that it is trained on at most; None leaves it as it is."""


@dataclass(frozen=True)
class CocoLimits:
    """The most that is read of an untrusted file."""

    annotations: int
    mask_pixels: int
    """Of all run-length codes together, at the sizes that the file declares: each code is decoded."""


UNTRUSTED_LIMITS = CocoLimits(annotations=20_000, mask_pixels=2_000_000_000)
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
        progress: called with "annotations" for every annotation; may raise to stop.

    Returns:
        Pictures whose boxes are clipped to the picture. Annotations whose box has no area are left out, with one
        warning that tells how many, and counted in `CocoPicture.flat`.

    Raises:
        InputError: one sentence on what is missing or broken, and what to do.
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
    annotations, flat = _read_annotations(entries, names, images, file, progress)
    if flat:
        left_out = "{file}: {count} annotations whose box has no area were left out."
        warnings.warn(Message(left_out, file=file.name, count=flat.total()), stacklevel=2)
    if not annotations:
        raise InputError(
            "{file} holds no annotation that can be used: annotate at least one object with a box.", file=file.name
        )
    paths = {i: _picture(images[i]["file_name"], folders, file) for i in sorted(images)}
    picture_names = _picture_names(images, file)
    return tuple(
        CocoPicture(
            path,
            picture_names[i],
            *_size(images[i], file),
            tuple(annotations[i]),
            flat[i],
            str(images[i].get("coco_file", picture_names[i])),
        )
        for i, path in paths.items()
    )


def _read_annotations(
    entries: Sequence[Mapping[str, Any]],
    categories: Mapping[Any, str],
    images: Mapping[Any, Mapping[str, Any]],
    file: Path,
    progress: ReportProgress,
) -> tuple[dict[Any, list[CocoAnnotation]], Counter[Any]]:
    """Read the annotations of each image id, and count those without an area."""
    annotations: dict[Any, list[CocoAnnotation]] = defaultdict(list)
    flat: Counter[Any] = Counter()
    for done, entry in enumerate(entries):
        progress("Annotations read", done, len(entries))
        image, category = entry["image_id"], entry["category_id"]
        where = _locate(entry)
        if image not in images:
            raise InputError(
                "{file}: {where} belongs to image {image!r}, which is not listed: add or remove it.",
                file=file.name,
                where=where,
                image=image,
            )
        if category not in categories:
            known = ", ".join(map(str, sorted(categories, key=str)[:10]))
            raise InputError(
                '{file}: {where} has the unknown category {category!r}: list it under "categories" ({known}).',
                file=file.name,
                where=where,
                category=category,
                known=known,
            )
        size = _size(images[image], file)
        annotation = read_annotation(
            entry, categories[category], size, Message("{file}: {where}", file=file.name, where=where)
        )
        if annotation is None:
            flat[image] += 1
        else:
            annotations[image].append(annotation)
    progress("Annotations read", len(entries), len(entries))
    return annotations, flat


def _locate(entry: Mapping[str, Any]) -> Message:
    """Name an annotation in a message."""
    if "id" in entry:
        return Message("annotation {number}", number=entry["id"])
    return Message("an annotation of image {image}", image=entry["image_id"])


def _find_json(root: Path) -> Path:
    if root.is_file():
        return root
    if not root.is_dir():
        raise InputError("There is no folder {folder!r}: give a folder in COCO format.", folder=str(root))
    files = [root / name for name in _FILE_NAMES if (root / name).is_file()]
    files += sorted((root / "annotations").glob("instances_*.json"))
    if not files:
        known = ", ".join((*_FILE_NAMES, "annotations/instances_*.json"))
        raise InputError("{folder!r} holds no annotations: put one of {known} there.", folder=str(root), known=known)
    if len(files) > 1:
        several = ", ".join(path.relative_to(root).as_posix() for path in files)
        raise InputError(
            "{folder!r} holds several annotation files ({several}): give the path of the one you mean.",
            folder=str(root),
            several=several,
        )
    return files[0]


def _load(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise InputError(
            "{file} is not JSON ({reason}): export the annotations again.", file=file.name, reason=str(error)
        ) from error
    if not isinstance(document, dict):
        raise InputError(
            "{file} is not in COCO format: it holds a {type}, not an object.",
            file=file.name,
            type=type(document).__name__,
        )
    return document


def _entries(document: Mapping[str, Any], name: str, keys: Sequence[str], file: Path) -> list[dict[str, Any]]:
    """Return a list of the document, every entry of which has ``keys``."""
    if name not in document:
        raise InputError("{file} is not in COCO format: it lacks the key {key!r}.", file=file.name, key=name)
    entries = document[name]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError("{file} is not in COCO format: {key!r} is not a list of objects.", file=file.name, key=name)
    for entry in entries:
        for key in keys:
            if key not in entry:
                raise InputError(
                    "{file} is not in COCO format: an entry of {name!r} lacks the key {key!r}.",
                    file=file.name,
                    name=name,
                    key=key,
                )
            if key.endswith("id") and not isinstance(entry[key], int):
                raise InputError(
                    "{file}: {key!r} of an entry of {name!r} is {value!r}: ids are integers.",
                    file=file.name,
                    key=key,
                    name=name,
                    value=entry[key],
                )
    return entries


def _check_limits(
    entries: Sequence[Mapping[str, Any]], images: Mapping[Any, Mapping[str, Any]], limits: CocoLimits, file: Path
) -> None:
    """Refuse what would take hours to decode."""
    if len(entries) > limits.annotations:
        raise InputError(
            "{file} holds {count} annotations, over {limit}: leave some pictures out.",
            file=file.name,
            count=len(entries),
            limit=limits.annotations,
        )
    coded = [entry["image_id"] for entry in entries if isinstance(entry.get("segmentation"), dict)]
    pixels = sum(math.prod(_size(images[image], file)) for image in coded if image in images)
    if pixels > limits.mask_pixels:
        raise InputError(
            "{file} holds RLE masks of {megapixels} megapixels together, over {limit}: scale the pictures down, or "
            "outline the objects by polygons.",
            file=file.name,
            megapixels=math.ceil(pixels / 1e6),
            limit=limits.mask_pixels // 10**6,
        )


def _picture_names(images: Mapping[Any, Mapping[str, Any]], file: Path) -> dict[Any, str]:
    """Return image id -> unique name. Paths must have been checked."""
    names = {i: PurePosixPath(image["file_name"]).as_posix() for i, image in images.items()}
    duplicates = [name for name, count in Counter(names.values()).items() if count > 1]
    if duplicates:
        raise InputError(
            "{file} lists the picture {picture!r} more than once: put what is on it under one id.",
            file=file.name,
            picture=duplicates[0],
        )
    return names


def _size(image: Mapping[str, Any], file: Path) -> tuple[int, int]:
    width, height = image["width"], image["height"]
    if not (isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0):
        raise InputError(
            "{file}: image {image} is {width!r} x {height!r}: give its size in whole pixels.",
            file=file.name,
            image=image["id"],
            width=width,
            height=height,
        )
    if width * height > MAX_PIXELS:  # before any mask of that size is made
        raise InputError(
            "{file}: image {image} is {width} x {height}, over {limit} megapixels: scale it down.",
            file=file.name,
            image=image["id"],
            width=width,
            height=height,
            limit=MAX_PIXELS // 10**6,
        )
    return width, height


def _picture(name: object, folders: Sequence[Path], file: Path) -> Path:
    inside = isinstance(name, str) and not any(
        kind(name).anchor or ".." in kind(name).parts for kind in (PurePosixPath, PureWindowsPath)
    )
    if not inside:
        raise InputError(
            "{file}: the picture {picture!r} leads out of the folder: give a relative path without '..'.",
            file=file.name,
            picture=name,
        )
    for folder in folders:
        if (folder / str(name)).is_file():
            return folder / str(name)
    raise InputError(
        "The picture {picture!r} that {file} lists is missing: put it into {folder!r}.",
        picture=name,
        file=file.name,
        folder=str(folders[0]),
    )
