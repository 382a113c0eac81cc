"""Composed scenes: cut-outs pasted on backgrounds, with the exact outline of every object known.

Copy-paste as a source of instance labels: Dwibedi et al., arXiv 1708.01642; Ghiasi et al., arXiv 2012.07177.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, UInt8
from numpy.random import Generator
from PIL import Image, ImageFilter, ImageOps
from scipy import ndimage

from sam3viz.data.synthetic.augmentation import backdrop, blob, choice, develop, relight, transform, window
from sam3viz.data.synthetic.cutouts import Cutout

MIN_VISIBLE = 150
"""Instances that show fewer pixels are not listed."""
MAX_OCCLUSION = 0.3
"""Share of an instance that later ones may hide."""

_OBJECT_SIDES = (0.11, 0.38)
"""Longest side of a scene's objects, as a share of the scene's side; single instances vary around it, 1:6 over all."""
_MAX_POSITIONS = 12
"""Places tried before an object is left out."""
_MAX_LAYOUTS = 20
"""Layouts tried until some class is visible twice."""


@dataclass(frozen=True)
class ComposedScene:
    """One scene and its truth. Boxes are pixels of ``image``."""

    image: UInt8[np.ndarray, "s s 3"]
    classes: tuple[str, ...]
    """Class of each of the n instances. At least one class occurs twice."""
    boxes: Float32[np.ndarray, "n 4"]
    """xyxy, tight around what is visible."""
    instance_map: UInt8[np.ndarray, "s s"]
    """0 where there is no object, i + 1 where instance i is in front."""


def cover(scene: ComposedScene, grid: int) -> Float32[np.ndarray, "n g g"]:
    """Compute the share of each cell of a ``grid`` x ``grid`` raster that each instance covers, 0..1.

    Where the scene's side is no multiple of ``grid``, a pixel belongs to the cell that holds its upper left corner.
    """
    side = len(scene.instance_map)
    cell = np.arange(side) * grid // side
    index = (scene.instance_map.astype(np.int64) * grid + cell[:, None]) * grid + cell
    count = len(scene.classes)
    pixels = np.bincount(index.ravel(), minlength=(count + 1) * grid * grid).reshape(count + 1, grid, grid)
    extent = np.bincount(cell, minlength=grid)
    return (pixels[1:] / np.outer(extent, extent)).astype(np.float32)


class Composer:
    """Makes scenes out of cut-outs and backgrounds.

    A scene shows a main class (2 to 6 instances), a second repeated class, single distractors (half of them of the
    main class's group) and patches of other backgrounds, so that "pasted" does not mean "object".

    Args:
        cutouts: by class.
        size: the scene's side in pixels.

    Raises:
        ValueError: there is nothing to compose of.
    """

    def __init__(
        self,
        cutouts: Mapping[str, Sequence[Cutout]],
        backgrounds: Sequence[Image.Image],
        size: int = 512,
        seed: int = 0,
    ) -> None:
        if not cutouts or not backgrounds:
            raise ValueError(
                f"{len(cutouts)} classes and {len(backgrounds)} backgrounds: a scene needs one of each or more."
            )
        self.cutouts = {cls: tuple(cutouts[cls]) for cls in sorted(cutouts)}
        self.backgrounds = tuple(backgrounds)
        self.size = size
        self.seed = seed
        self._groups: dict[str, list[str]] = defaultdict(list)
        for cls, members in self.cutouts.items():
            self._groups[members[0].group].append(cls)

    def scene(self, seed: int) -> ComposedScene:
        """Compose scene number ``seed`` (0 or more): the same for the same data, whatever was composed before.

        Raises:
            ValueError: the cut-outs are too small or too thin to show one class twice.
        """
        for sequence in np.random.SeedSequence([self.seed, seed]).spawn(_MAX_LAYOUTS):
            rng = np.random.default_rng(sequence)
            canvas = _Canvas(backdrop(self.backgrounds, self.size, rng))
            for cls, side in self._plan(rng):
                picture = self._patch(side, rng) if cls is None else transform(self._cutout(cls, rng), side, rng)
                canvas.paste(relight(picture, rng), cls, rng)
            scene = canvas.finish(rng)
            if max(Counter(scene.classes).values(), default=0) >= 2:
                return scene
        raise ValueError(
            "No class of cut-outs can be shown twice on one scene: give larger cut-outs, or a larger size."
        )

    def _plan(self, rng: Generator) -> list[tuple[str | None, float]]:
        """Plan (class, longest side in pixels) of everything to paste, back to front; None is a patch of background."""
        main = choice(list(self.cutouts), rng)
        base = self.size * math.exp(rng.uniform(*np.log(_OBJECT_SIDES)))
        plan: list[str | None] = [main] * int(rng.integers(2, 5 if base > 0.27 * self.size else 7))
        if len(self.cutouts) > 1:
            plan += [self._other(main, rng)] * int(rng.integers(2, 4))
            plan += [self._other(main, rng) for _ in range(rng.integers(0, 5))]
        plan += [None] * int(rng.integers(0, 4))
        bounds = np.array([0.08, 0.55]) * self.size
        return [
            (plan[i], float(np.clip(base * math.exp(rng.uniform(-0.5, 0.5)), *bounds)))
            for i in rng.permutation(len(plan))
        ]

    def _other(self, main: str, rng: Generator) -> str:
        """Draw a class other than ``main``, every second time from its group where that has one."""
        alike = [cls for cls in self._groups[self.cutouts[main][0].group] if cls != main]
        return choice(alike if alike and rng.random() < 0.5 else [cls for cls in self.cutouts if cls != main], rng)

    def _cutout(self, cls: str, rng: Generator) -> Image.Image:
        return choice(self.cutouts[cls], rng).image

    def _patch(self, side: float, rng: Generator) -> Image.Image:
        """Cut a piece of another background in the outline of an object or of a blob."""
        if rng.random() < 0.5:
            mask = transform(self._cutout(choice(list(self.cutouts), rng), rng), side, rng).getchannel("A")
        else:
            mask = blob(round(side), rng)
        picture = window(choice(self.backgrounds, rng), (0.15, 0.6), mask.size, rng)
        picture.putalpha(mask)
        return picture


class _Canvas:
    """A scene in the making."""

    def __init__(self, image: Float32[np.ndarray, "s s 3"]) -> None:
        self.image = image
        self.map: UInt8[np.ndarray, "s s"] = np.zeros(image.shape[:2], np.uint8)
        self.classes: list[str] = []
        self.windows: list[tuple[slice, slice]] = []
        """Where each instance was put."""
        self.areas = np.zeros(1, int)
        """Pixels of each instance before anything hid it; entry 0 is the background."""
        self.hidden = np.zeros(1, int)
        """Pixels of each instance that something hides by now."""

    def paste(self, picture: Image.Image, cls: str | None, rng: Generator) -> None:
        """Put ``picture`` (RGBA) in front, at a place where it hides no instance beyond `MAX_OCCLUSION`."""
        width, height = picture.size
        alpha = np.asarray(picture.getchannel("A"))
        for _ in range(_MAX_POSITIONS):
            x, y = self._position(width, height, rng)
            ours, theirs = _overlap(x, y, width, height, len(self.map))
            solid = alpha[theirs] >= 128
            hidden = self.hidden + np.bincount(self.map[ours][solid], minlength=len(self.areas))
            enough = solid.sum() >= (1 - MAX_OCCLUSION) * np.count_nonzero(alpha >= 128)
            if enough and (hidden <= MAX_OCCLUSION * self.areas)[1:].all():
                break
        else:
            return
        self._blend(picture, (x, y), rng)
        self.hidden = hidden
        self.map[ours][solid] = 0 if cls is None else len(self.areas)
        if cls is not None:
            self.classes.append(cls)
            self.windows.append(ours)
            self.areas = np.append(self.areas, solid.sum())
            self.hidden = np.append(self.hidden, 0)

    def finish(self, rng: Generator) -> ComposedScene:
        """Return the finished picture, and the truth about what is still visible on it."""
        visible = np.flatnonzero((self.areas - self.hidden)[1:] >= MIN_VISIBLE)
        relabel = np.zeros(len(self.areas), np.uint8)
        relabel[visible + 1] = np.arange(1, len(visible) + 1)
        instance_map = relabel[self.map]
        boxes = [(x.start, y.start, x.stop, y.stop) for y, x in ndimage.find_objects(instance_map)]
        return ComposedScene(
            image=develop(self.image, rng),
            classes=tuple(self.classes[i] for i in visible),
            boxes=np.array(boxes, np.float32).reshape(-1, 4),
            instance_map=instance_map,
        )

    def _position(self, width: int, height: int, rng: Generator) -> tuple[int, int]:
        """Draw an upper left corner: anywhere, or every third time beside what is there, as things stand in groups."""
        side = len(self.map)
        if self.windows and rng.random() < 0.3:
            rows, columns = choice(self.windows, rng)
            angle = rng.uniform(0, 2 * math.pi)
            return _beside(columns, width, math.cos(angle)), _beside(rows, height, math.sin(angle))
        margin_x, margin_y = width // 8, height // 8
        x = rng.integers(-margin_x, max(side - width, 0) + margin_x + 1)
        y = rng.integers(-margin_y, max(side - height, 0) + margin_y + 1)
        return int(x), int(y)

    def _blend(self, picture: Image.Image, corner: tuple[int, int], rng: Generator) -> None:
        """Paste with soft edges, sometimes with a shadow and in the light of what is behind."""
        side = max(picture.size)
        if rng.random() < 0.35:
            blur, strength = rng.uniform(0.02, 0.07) * side, rng.uniform(0.2, 0.5)
            margin = math.ceil(2 * blur)
            shadow = ImageOps.expand(picture.getchannel("A"), margin).filter(ImageFilter.GaussianBlur(blur))
            x, y = (round(c - margin + rng.uniform(-0.06, 0.06) * side) for c in corner)
            ours, theirs = _overlap(x, y, *shadow.size, len(self.map))
            self.image[ours] *= 1 - strength / 255 * np.asarray(shadow, np.float32)[theirs][..., None]
        ours, theirs = _overlap(*corner, *picture.size, len(self.map))
        pixels = np.asarray(picture, np.float32)[theirs]
        colour, alpha = pixels[..., :3], pixels[..., 3:] / 255
        behind = self.image[ours]
        if rng.random() < 0.4:
            ratio = (behind.mean() + 32) / ((colour * alpha).sum() / (3 * alpha.sum() + 1e-6) + 32)
            colour = (colour * np.clip(math.sqrt(ratio), 0.65, 1.4)).clip(0, 255)
        self.image[ours] = behind + alpha * (colour - behind)


def _beside(span: slice, length: int, direction: float) -> int:
    """Return the start of something ``length`` long whose centre lies off the span's; at +1 or -1 they just touch."""
    reach = 0.9 * (span.stop - span.start + length)
    return round((span.start + span.stop - length + direction * reach) / 2)


def _overlap(x: int, y: int, width: int, height: int, side: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return (window of the scene, window of the picture) of a picture with its corner at (x, y)."""
    left, top, right, bottom = max(x, 0), max(y, 0), min(x + width, side), min(y + height, side)
    right, bottom = max(right, left), max(bottom, top)
    return (slice(top, bottom), slice(left, right)), (slice(top - y, bottom - y), slice(left - x, right - x))
