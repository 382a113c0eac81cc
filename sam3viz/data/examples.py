"""Pictures with boxes to begin with: installed packages' sample photos and drawn scenes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import resources

from PIL import Image

from sam3viz.data.images import load_image
from sam3viz.data.synthetic.still_life import render
from sam3viz.types import Exemplar
from sam3viz.utils.assets import asset_path

# Read as files: skimage.data would download what it misses and keep a cache in the home folder.
_FOLDERS = {"skimage": ("skimage", "data"), "sklearn": ("sklearn", "datasets", "images")}


@dataclass(frozen=True)
class Example:
    """A picture, boxes on it, and what to look at."""

    name: str
    title: Mapping[str, str]
    """Language (``en``, ``zh-CN``) -> name on the page."""
    teaches: Mapping[str, str]
    """Language -> one sentence on what to look at."""
    image: Callable[[], Image.Image]
    """Reads or renders the RGB picture anew at each call."""
    exemplars: tuple[Exemplar, ...]
    """In pixels of the picture."""


def load_examples() -> dict[str, Example]:
    """All examples by name, in the order of ``assets/scenes.json``; the page opens with the first."""
    examples = (_parse(entry) for entry in json.loads(asset_path("scenes.json").read_text(encoding="utf-8")))
    return {example.name: example for example in examples}


def example_image(name: str) -> Image.Image:
    """The RGB picture of one example.

    Raises:
        ValueError: there is no example of that name.
    """
    examples = load_examples()
    if name not in examples:
        raise ValueError(f"There is no example {name!r}; choose one of {', '.join(examples)}.")
    return examples[name].image()


def _parse(entry: dict) -> Example:
    kind, _, item = entry["source"].partition(":")
    image = partial(_rendered, item) if kind == "rendered" else partial(_packaged, *_FOLDERS[kind], item)
    exemplars = tuple(
        Exemplar((float(x0), float(y0), float(x1), float(y1)), label) for x0, y0, x1, y1, label in entry["boxes"]
    )
    return Example(entry["name"], entry["title"], entry["teaches"], image, exemplars)


def _rendered(scene: str) -> Image.Image:
    return render(scene)[0]


def _packaged(package: str, *path: str) -> Image.Image:
    return load_image(resources.files(package).joinpath(*path).read_bytes())
