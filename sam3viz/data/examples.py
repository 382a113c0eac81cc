"""Pictures with boxes to begin with: installed packages' sample photos and shipped, rendered scenes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import resources
from typing import Any

from PIL import Image

from sam3viz.data.images import load_image
from sam3viz.types import Exemplar
from sam3viz.utils.assets import asset_path
from sam3viz.utils.messages import InputError

# Read as files: skimage.data would download what it misses and keep a cache in the home folder.
_FOLDERS = {"skimage": ("skimage", "data"), "sklearn": ("sklearn", "datasets", "images")}


@dataclass(frozen=True)
class Example:
    """A picture, boxes on it, and what to look at."""

    name: str
    title: str
    """Name on the page, in English; a key of the catalogues, as is ``teaches``."""
    teaches: str
    """One sentence on what to look at, in English."""
    image: Callable[[], Image.Image]
    """Reads the RGB picture anew at each call."""
    exemplars: tuple[Exemplar, ...]
    """In pixels of the picture."""


def load_examples() -> dict[str, Example]:
    """Load all examples by name, in the order of ``assets/scenes.json``; the page opens with the first."""
    examples = (_parse(entry) for entry in json.loads(asset_path("scenes.json").read_text(encoding="utf-8")))
    return {example.name: example for example in examples}


def example_image(name: str) -> Image.Image:
    """Read the RGB picture of one example.

    Raises:
        InputError: there is no example of that name.
    """
    examples = load_examples()
    if name not in examples:
        raise InputError("There is no example {name!r}; choose one of {known}.", name=name, known=", ".join(examples))
    return examples[name].image()


def shipped_image(file_name: str) -> Image.Image:
    """Read an RGB picture of the folder ``assets/examples``, anew at each call."""
    return load_image(asset_path(f"examples/{file_name}"))


def _parse(entry: dict[str, Any]) -> Example:
    kind, _, item = entry["source"].partition(":")
    image = partial(shipped_image, item) if kind == "file" else partial(_package_image, *_FOLDERS[kind], item)
    exemplars = tuple(
        Exemplar((float(x0), float(y0), float(x1), float(y1)), label) for x0, y0, x1, y1, label in entry["boxes"]
    )
    return Example(entry["name"], entry["title"], entry["teaches"], image, exemplars)


def _package_image(package: str, *path: str) -> Image.Image:
    return load_image(resources.files(package).joinpath(*path).read_bytes())
