"""Where training pictures come from, parted into what is trained on and what is held out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from sam3viz.training.compose import Composer
from sam3viz.training.cutouts import Cutout, load_backgrounds, load_cutouts, split_backgrounds, split_classes
from sam3viz.training.packages import STAMPS, WALLPAPERS, fetch

SPLIT_SEED = 0
"""One split for every run: a class held out once is never trained on."""


@dataclass(frozen=True)
class Pictures:
    """Cut-outs by class and backgrounds, each parted into seen and unseen."""

    seen: dict[str, list[Cutout]]
    unseen: dict[str, list[Cutout]]
    backgrounds: list[Image.Image]
    held_out: list[Image.Image]
    described: str

    @property
    def class_ids(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(sorted([*self.seen, *self.unseen]))}

    def composer(self, size: int, seed: int, unseen: bool = False) -> Composer:
        """Scenes of seen classes on the training backgrounds, or of unseen classes on held-out ones."""
        classes, backgrounds = (self.unseen, self.held_out) if unseen else (self.seen, self.backgrounds)
        return Composer(classes, backgrounds, size=size, seed=seed)


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


def _split(cutouts: Path, backgrounds: list[Path], described: str) -> Pictures:
    classes = load_cutouts(cutouts)
    seen, unseen = split_classes(classes, SPLIT_SEED)
    train, held_out = split_backgrounds(load_backgrounds(backgrounds), SPLIT_SEED)
    counts = f"{len(seen)} seen and {len(unseen)} unseen classes, {len(train)} and {len(held_out)} backgrounds"
    return Pictures(seen, unseen, train, held_out, f"{described} ({counts})")
