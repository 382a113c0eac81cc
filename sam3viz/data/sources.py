"""Where training pictures come from, parted into what is trained on and what is held out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from PIL import Image
from torch.utils.data import Dataset

from sam3viz.data.coco import CocoPicture, read_coco
from sam3viz.data.samples import CocoSamples, ComposedSamples, GridOf, Sample
from sam3viz.data.synthetic.composition import Composer
from sam3viz.data.synthetic.cutouts import Cutout, load_backgrounds, load_cutouts, split_backgrounds, split_classes
from sam3viz.data.synthetic.packages import STAMPS, WALLPAPERS, fetch

SPLIT_SEED = 0
"""One split for every run: a class held out once is never trained on."""
FIRST_SEED = 1_000_000
"""Of scenes to evaluate on. Training composes its scenes from small seeds: those of seen classes must still be new."""
UNSEEN = 0.25
"""Share of the classes, and of the pictures, that training never asks for or never sees."""


@runtime_checkable
class Source(Protocol):
    """What a training run needs of its data."""

    @property
    def described(self) -> str: ...

    def samples(self, count: int, side: int, sizes: Sequence[int], grid: GridOf, seed: int) -> Dataset[Sample]:
        """``count`` training pictures, composed ones ``side`` pixels wide, seen at ``sizes`` in turn."""
        ...

    def held_out(self, count: int, side: int, sizes: Sequence[int], grid: GridOf, seed: int) -> Dataset[Sample]:
        """Pictures of seen classes that are not trained on: they tell when to stop."""
        ...


@dataclass(frozen=True)
class Pictures:
    """Cut-outs by class and backgrounds, each parted into seen and unseen."""

    seen: dict[str, list[Cutout]]
    unseen: dict[str, list[Cutout]]
    backgrounds: list[Image.Image]
    held_out_backgrounds: list[Image.Image]
    described: str

    @property
    def class_ids(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(sorted([*self.seen, *self.unseen]))}

    def composer(self, size: int, seed: int, unseen: bool = False) -> Composer:
        """Scenes of seen classes on the training backgrounds, or of unseen classes on held-out ones."""
        classes, backgrounds = (self.unseen, self.held_out_backgrounds) if unseen else (self.seen, self.backgrounds)
        return Composer(classes, backgrounds, size=size, seed=seed)

    def samples(self, count: int, side: int, sizes: Sequence[int], grid: GridOf, seed: int) -> Dataset[Sample]:
        return ComposedSamples(self.composer(side, seed), count, self.class_ids, sizes, grid)

    def held_out(self, count: int, side: int, sizes: Sequence[int], grid: GridOf, seed: int) -> Dataset[Sample]:
        composer = Composer(self.seen, self.held_out_backgrounds, size=side, seed=seed)
        return ComposedSamples(composer, count, self.class_ids, sizes, grid)


@dataclass(frozen=True)
class Photographs:
    """Annotated pictures of one's own. Unseen categories are in them, and are never asked for."""

    train: list[CocoPicture]
    validation: list[CocoPicture]
    categories: tuple[str, ...]
    unseen: tuple[str, ...]
    described: str

    @property
    def class_ids(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.categories)}

    def samples(self, count: int, side: int, sizes: Sequence[int], grid: GridOf, seed: int) -> Dataset[Sample]:
        return self._samples(self.train, count, sizes, grid, seed)

    def held_out(self, count: int, side: int, sizes: Sequence[int], grid: GridOf, seed: int) -> Dataset[Sample]:
        return self._samples(self.validation, count, sizes, grid, seed)

    def _samples(
        self, pictures: Sequence[CocoPicture], count: int, sizes: Sequence[int], grid: GridOf, seed: int
    ) -> Dataset[Sample]:
        withheld = frozenset(self.class_ids[name] for name in self.unseen)
        return CocoSamples(pictures, count, self.class_ids, sizes, grid, withheld, seed)


def from_packages(cache: Path, progress: Callable[[str], None]) -> Pictures:
    """Photographic cut-outs and wallpapers out of Debian packages, fetched on first use (see `packages.fetch`)."""
    root = fetch([*STAMPS, *WALLPAPERS], cache, progress)
    archives = sorted(path.stem.replace("%3a", ":") for path in cache.glob("*.deb"))
    return _split(root / STAMPS[0], [root / name for name in WALLPAPERS], " ".join(archives))


def from_folders(cutouts: Path, backgrounds: Path) -> Pictures:
    """RGBA cut-outs (``CLASS/*.png``) and a folder of backgrounds of one's own."""
    for folder in (cutouts, backgrounds):
        if not folder.is_dir():
            raise ValueError(f"{folder} is not a folder: give a folder of pictures.")
    return _split(cutouts, [backgrounds], f"{cutouts.name} on {backgrounds.name}")


def from_coco(root: Path) -> Photographs:
    """A folder in COCO format (see `sam3viz.data.coco.read_coco`), every fourth category and picture held out.

    Raises:
        ValueError: the folder is not COCO, or has too few pictures or categories to hold any out.
    """
    pictures = read_coco(root)
    categories = sorted({annotation.category for picture in pictures for annotation in picture.annotations})
    for what, count in (("pictures", len(pictures)), ("categories", len(categories))):
        if count < 2:
            raise ValueError(f"{root.name} has {count} {what}: at least 2 are needed, one of them to hold out.")
    rng = np.random.default_rng(SPLIT_SEED)
    unseen = sorted(rng.permutation(categories)[: max(1, round(UNSEEN * len(categories)))].tolist())
    order = rng.permutation(len(pictures))
    count = max(1, round(UNSEEN * len(pictures)))
    train, validation = ([pictures[i] for i in sorted(part)] for part in (order[count:], order[:count]))
    counts = f"{len(categories) - len(unseen)} seen and {len(unseen)} unseen categories, {len(train)} training pictures"
    return Photographs(train, validation, tuple(categories), tuple(unseen), f"{root.name} ({counts})")


def _split(cutouts: Path, backgrounds: list[Path], described: str) -> Pictures:
    classes = load_cutouts(cutouts)
    seen, unseen = split_classes(classes, SPLIT_SEED, UNSEEN)
    train, held_out = split_backgrounds(load_backgrounds(backgrounds), SPLIT_SEED, UNSEEN)
    counts = f"{len(seen)} seen and {len(unseen)} unseen classes, {len(train)} and {len(held_out)} backgrounds"
    return Pictures(seen, unseen, train, held_out, f"{described} ({counts})")
