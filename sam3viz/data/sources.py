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
from sam3viz.data.manifest import select_pictures
from sam3viz.data.samples import CocoSamples, ComposedSamples, GridOf, Sample
from sam3viz.data.synthetic.composition import Composer
from sam3viz.data.synthetic.cutouts import Cutout, load_backgrounds, load_cutouts, split_backgrounds, split_classes
from sam3viz.data.synthetic.packages import STAMPS, WALLPAPERS, fetch
from sam3viz.utils.messages import InputError

SPLIT_SEED = 0
"""One split for every run: a class held out once is never trained on."""
FIRST_SEED = 1_000_000
"""Of scenes to evaluate on. Training composes its scenes from small seeds: those of seen classes must still be new."""
UNSEEN_SHARE = 0.25
"""Of the classes, and of the backgrounds, that composed training scenes never show."""
HELD_OUT_SHARE = 0.15
"""Of the categories of photographs, which training never asks for, and of the photographs, which it never sees."""


@runtime_checkable
class TrainingData(Protocol):
    """What a training run needs of its data: pictures to train on, and others that tell when to stop."""

    @property
    def described(self) -> str:
        """One line for the record of a training, without a path of this machine."""
        ...

    def samples(self, count: int, side: int, sizes: Sequence[int], grid: GridOf, seed: int) -> Dataset[Sample]:
        """Make ``count`` training pictures, composed ones ``side`` pixels wide, seen at ``sizes`` in turn."""
        ...

    def held_out(self, count: int, side: int, sizes: Sequence[int], grid: GridOf, seed: int) -> Dataset[Sample]:
        """Make pictures that are not trained on: they tell when to stop."""
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
        """Number all classes, the unseen ones among them, in the order of their names."""
        return {name: i for i, name in enumerate(sorted([*self.seen, *self.unseen]))}

    def composer(self, size: int, seed: int, unseen: bool = False) -> Composer:
        """Make a composer of seen classes on the training backgrounds, or of unseen classes on held-out ones."""
        classes, backgrounds = (self.unseen, self.held_out_backgrounds) if unseen else (self.seen, self.backgrounds)
        return Composer(classes, backgrounds, size=size, seed=seed)

    def samples(self, count: int, side: int, sizes: Sequence[int], grid: GridOf, seed: int) -> Dataset[Sample]:
        return ComposedSamples(self.composer(side, seed), count, self.class_ids, sizes, grid)

    def held_out(self, count: int, side: int, sizes: Sequence[int], grid: GridOf, seed: int) -> Dataset[Sample]:
        composer = Composer(self.seen, self.held_out_backgrounds, size=side, seed=seed)
        return ComposedSamples(composer, count, self.class_ids, sizes, grid)


@dataclass(frozen=True)
class Photographs:
    """Annotated photographs. Unseen categories are on those of training as well, and are never asked for there."""

    train: list[CocoPicture]
    validation: list[CocoPicture]
    categories: tuple[str, ...]
    unseen: tuple[str, ...]
    described: str

    @property
    def class_ids(self) -> dict[str, int]:
        """Number all categories, the unseen ones among them, in their order."""
        return {name: i for i, name in enumerate(self.categories)}

    def samples(self, count: int, side: int, sizes: Sequence[int], grid: GridOf, seed: int) -> Dataset[Sample]:
        withheld = frozenset(self.class_ids[name] for name in self.unseen)
        return CocoSamples(self.train, count, self.class_ids, sizes, grid, withheld, seed)

    def held_out(self, count: int, side: int, sizes: Sequence[int], grid: GridOf, seed: int) -> Dataset[Sample]:
        """Make pictures that are not trained on, which ask for unseen categories as well: they tell when to stop."""
        return CocoSamples(self.validation, count, self.class_ids, sizes, grid, seed=seed)


def from_packages(cache: Path, progress: Callable[[str], None]) -> Pictures:
    """Load photographic cut-outs and wallpapers out of Debian packages, fetched on first use by `packages.fetch`."""
    root = fetch([*STAMPS, *WALLPAPERS], cache, progress)
    archives = sorted(path.stem.replace("%3a", ":") for path in cache.glob("*.deb"))
    return _split(root / STAMPS[0], [root / name for name in WALLPAPERS], " ".join(archives))


def from_folders(cutouts: Path, backgrounds: Path) -> Pictures:
    """Load RGBA cut-outs (``CLASS/*.png``) and a folder of backgrounds of one's own.

    Raises:
        InputError: one of the two is no folder.
    """
    for folder in (cutouts, backgrounds):
        if not folder.is_dir():
            raise InputError("{folder} is not a folder: give a folder of pictures.", folder=folder)
    return _split(cutouts, [backgrounds], f"{cutouts.name} on {backgrounds.name}")


def from_coco(root: Path, manifest: Path | None = None) -> Photographs:
    """Load a folder in COCO format (see `sam3viz.data.coco.read_coco`), a share of categories and pictures held out.

    Args:
        manifest: of the pictures to take (`select_pictures`); all by default.

    Raises:
        InputError: the folder is not COCO, lacks pictures of the manifest, or has too few pictures or categories to
            hold any out.
    """
    every = read_coco(root)
    pictures = every if manifest is None else select_pictures(every, manifest)
    categories = sorted({annotation.category for picture in pictures for annotation in picture.annotations})
    few_pictures = "{name} has {count} pictures: at least 2 are needed, one of them to hold out."
    few_categories = "{name} has {count} categories: at least 2 are needed, one of them to hold out."
    for template, count in ((few_pictures, len(pictures)), (few_categories, len(categories))):
        if count < 2:
            raise InputError(template, name=root.name, count=count)
    rng = np.random.default_rng(SPLIT_SEED)
    unseen = sorted(rng.permutation(categories)[: max(1, round(HELD_OUT_SHARE * len(categories)))].tolist())
    order = rng.permutation(len(pictures))
    count = max(1, round(HELD_OUT_SHARE * len(pictures)))
    train, validation = ([pictures[i] for i in sorted(part)] for part in (order[count:], order[:count]))
    counts = f"{len(categories) - len(unseen)} seen and {len(unseen)} unseen categories, {len(train)} training pictures"
    return Photographs(train, validation, tuple(categories), tuple(unseen), f"{root.name} ({counts})")


def _split(cutouts: Path, backgrounds: list[Path], described: str) -> Pictures:
    classes = load_cutouts(cutouts)
    seen, unseen = split_classes(classes, SPLIT_SEED, UNSEEN_SHARE)
    train, held_out = split_backgrounds(load_backgrounds(backgrounds), SPLIT_SEED, UNSEEN_SHARE)
    counts = f"{len(seen)} seen and {len(unseen)} unseen classes, {len(train)} and {len(held_out)} backgrounds"
    return Pictures(seen, unseen, train, held_out, f"{described} ({counts})")
