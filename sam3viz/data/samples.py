"""Training pictures with their truth, before any backbone: what the workers of a data loader make."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float32, Int64, UInt8
from numpy.random import Generator
from PIL import Image
from torch.utils.data import Dataset

from sam3viz.data.annotations import certain_cover, union_cover
from sam3viz.data.coco import CocoPicture
from sam3viz.data.crops import Crop, choose_crop, whole_crop
from sam3viz.data.images import load_image
from sam3viz.data.synthetic.composition import ComposedScene, Composer, cover

CROP_EVERY = 3
"""Of so many rounds through the photographs the last sees parts of them."""

GridOf = Callable[[int, int, float], tuple[int, int]]
"""Width, height and size of the longer side as it is seen -> rows and columns of the token grid."""


@dataclass(frozen=True)
class Sample:
    """A picture, the size it is to be seen at, and every object on it."""

    image: UInt8[np.ndarray, "h w 3"]
    size: int
    """Pixels of the longer side when it is encoded."""
    boxes: Float32[np.ndarray, "n 4"]
    """Normalised xyxy."""
    classes: Int64[np.ndarray, " n"]
    cover: UInt8[np.ndarray, "n gh gw"]
    """Share of each cell of the token grid that each object covers, in units of 1/255."""
    uncertain: Bool[np.ndarray, "gh gw"]
    """Cells of crowds, whose objects were not told apart: neither matched nor unmatched."""
    withheld: frozenset[int] = frozenset()
    """Classes that are never asked for: they are there to test with."""


class ComposedSamples(Dataset[Sample]):
    """Scenes 0 to ``count`` - 1 of a composer, seen at ``sizes`` in turn. Item i is the same whoever makes it."""

    def __init__(
        self, composer: Composer, count: int, class_ids: Mapping[str, int], sizes: Sequence[int], grid: GridOf
    ) -> None:
        self.composer, self.count, self.class_ids, self.sizes, self.grid = composer, count, class_ids, sizes, grid

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Sample:
        if index >= self.count:
            raise IndexError(index)
        return composed_sample(
            self.composer.scene(index), self.sizes[index % len(self.sizes)], self.class_ids, self.grid
        )


def composed_sample(scene: ComposedScene, size: int, class_ids: Mapping[str, int], grid: GridOf) -> Sample:
    """Turn a composed scene, which is square, into a sample."""
    side = len(scene.image)
    rows, _ = grid(side, side, size)
    classes = np.array([class_ids[name] for name in scene.classes], np.int64)
    share = _to_bytes(cover(scene, rows))
    uncertain = np.zeros(share.shape[1:], bool)
    return Sample(scene.image, size, scene.boxes / np.float32(side), classes, share, uncertain)


class CocoSamples(Dataset[Sample]):
    """Annotated photographs, each exposed anew as the item's seed says, at ``sizes`` in turn, and from round to round.

    In every third round a part of each is seen instead, see `choose_crop`.

    Raises:
        ValueError: no picture shows any category twice, so nothing can be asked.
    """

    def __init__(
        self,
        pictures: Sequence[CocoPicture],
        count: int,
        class_ids: Mapping[str, int],
        sizes: Sequence[int],
        grid: GridOf,
        withheld: frozenset[int] = frozenset(),
        seed: int = 0,
    ) -> None:
        self.pictures = [picture for picture in pictures if _has_question(picture, class_ids, withheld)]
        if not self.pictures:
            raise ValueError(
                "No picture shows two objects of one training category: an exemplar needs another to be found with it."
            )
        self.count, self.class_ids, self.sizes, self.grid = count, class_ids, sizes, grid
        self.withheld, self.seed = withheld, seed
        self._askable = frozenset(name for name, number in class_ids.items() if number not in withheld)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Sample:
        if index >= self.count:
            raise IndexError(index)
        rng = np.random.default_rng((self.seed, index))
        turn, number = divmod(index, len(self.pictures))
        picture = self.pictures[number]
        image = _change_exposure(load_image(picture.path), rng)
        if image.size != (picture.width, picture.height):
            raise ValueError(
                f"{picture.path.name} is {image.width} x {image.height} pixels when upright, its annotations are for "
                f"{picture.width} x {picture.height}: annotate the upright picture."
            )
        crop = choose_crop(picture, self._askable, rng) if turn % CROP_EVERY == CROP_EVERY - 1 else whole_crop(picture)
        return self._sample(_seen(image, picture, crop), crop, self.sizes[(number + turn) % len(self.sizes)])

    def _sample(self, image: Image.Image, crop: Crop, size: int) -> Sample:
        grid = self.grid(*image.size, size)
        share = certain_cover(crop.objects, crop.size, grid)
        uncertain = union_cover(crop.cut, crop.size, grid) > 0
        extent = np.array(crop.size * 2, np.float32)
        boxes = np.array([annotation.box for annotation in crop.objects], np.float32).reshape(-1, 4) / extent
        classes = np.array([self.class_ids[annotation.category] for annotation in crop.objects], np.int64)
        return Sample(np.asarray(image), size, boxes.clip(0, 1), classes, _to_bytes(share), uncertain, self.withheld)


def _seen(image: Image.Image, picture: CocoPicture, crop: Crop) -> Image.Image:
    """Cut a part out of a picture, scaled down as the picture would be."""
    part = image if crop.size == image.size else image.crop(crop.window)
    if picture.scaled_to is None or picture.scaled_to[0] >= image.width:
        return part
    if part is image:
        return image.resize(picture.scaled_to, Image.Resampling.LANCZOS)
    scale = picture.scaled_to[0] / image.width
    width, height = (max(1, round(scale * side)) for side in part.size)
    return part.resize((width, height), Image.Resampling.LANCZOS)


def _has_question(picture: CocoPicture, class_ids: Mapping[str, int], withheld: frozenset[int]) -> bool:
    classes = [class_ids[a.category] for a in picture.annotations if not a.crowd]
    return any(classes.count(identity) >= 2 for identity in set(classes) - withheld)


def _change_exposure(image: Image.Image, rng: Generator) -> Image.Image:
    """Change the exposure at random: photographs come in one light each."""
    table = 255 * np.linspace(0, 1, 256) ** math.exp(rng.uniform(-0.2, 0.2))
    return image.point(table.round().astype(int).tolist() * 3)


def _to_bytes(share: Float32[np.ndarray, "n h w"]) -> UInt8[np.ndarray, "n h w"]:
    return (255 * share).round().astype(np.uint8)
