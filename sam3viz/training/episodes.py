"""Episodes: what is asked, in which image, and what the right answer is.

Scenes are encoded once and kept as half-precision tokens; an episode picks a class of a scene that has at least two
instances, one to three of them as positive exemplars, sometimes an instance of another class as a negative one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from sam3viz.data.annotations import UNCERTAIN
from sam3viz.data.samples import Sample, composed_sample
from sam3viz.data.synthetic.composition import ComposedScene
from sam3viz.encoders import Backbone
from sam3viz.types import GroundTruth, Tokens

MEASURED = 4
"""Instances of a scene that are encoded beside the prompt, for the alignment losses."""
JITTER = 0.06
"""Drawn boxes are sloppy: each side moves by up to this share of the box."""


@dataclass(frozen=True)
class EncodedScene:
    """A scene as a bridge sees it. ``cover`` is in units of 1/255 of a cell."""

    visual: Float[Tensor, "d h w"]
    boxes: Float[Tensor, "n 4"]
    classes: Int[Tensor, " n"]
    cover: UInt8[Tensor, "n h w"]
    uncertain: Bool[Tensor, "h w"]
    """Cells of crowds."""
    withheld: frozenset[int] = frozenset()
    """Classes that are neither asked for nor aligned: as other objects they are there."""

    @property
    def askable(self) -> list[int]:
        """Classes with two instances or more."""
        classes, counts = self.classes.unique(return_counts=True)
        return [c for c in classes[counts >= 2].tolist() if c not in self.withheld]


def encode_scenes(
    samples: Dataset[Sample],
    backbone: Backbone,
    workers: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
    part: tuple[int, int] = (0, 1),
) -> list[tuple[int, EncodedScene]]:
    """Every sample through the backbone, numbered and in order; those that ask nothing are left out.

    Args:
        workers: processes that make samples meanwhile; the result does not depend on their number.
        part: (i, n) encodes samples i, i + n, i + 2 n...
    """
    indices = range(part[0], len(samples), part[1])  # type: ignore[arg-type]
    loader = DataLoader(samples, batch_size=None, sampler=indices, num_workers=workers)
    encoded = []
    for done, (index, sample) in enumerate(zip(indices, loader, strict=True), 1):
        encoded.append((index, encode_sample(sample, backbone)))
        progress(done, len(indices))
    return [(index, scene) for index, scene in encoded if scene.askable]


def encode_sample(sample: Sample, backbone: Backbone) -> EncodedScene:
    """Stored in half precision on the CPU, which costs 1e-3 of a cosine and halves the memory."""
    visual = backbone.encode(Image.fromarray(sample.image), sample.size)[0].half().cpu()
    boxes, classes, share, uncertain = (
        torch.from_numpy(part) for part in (sample.boxes, sample.classes, sample.cover, sample.uncertain)
    )
    return EncodedScene(visual.contiguous(), boxes, classes, share, uncertain, sample.withheld)


def encode_scene(scene: ComposedScene, size: int, backbone: Backbone, class_ids: Mapping[str, int]) -> EncodedScene:
    """One composed scene, seen at ``size`` pixels."""
    return encode_sample(composed_sample(scene, size, class_ids, backbone.grid), backbone)


class EpisodeSampler:
    """Batches of episodes, one a scene; the ``index``-th batch is a pure function of ``seed`` and ``index``.

    Args:
        part: (i, n): of every batch this is the i-th of n equal parts, for n processes.

    Raises:
        ValueError: ``batch`` cannot be dealt to the processes, or no scenes of one grid size are enough for them.
    """

    def __init__(self, scenes: Sequence[EncodedScene], batch: int, seed: int, part: tuple[int, int] = (0, 1)) -> None:
        if batch % part[1]:
            raise ValueError(f"A batch of {batch} cannot be dealt to {part[1]} processes: choose a multiple of them.")
        by_grid: dict[tuple[int, ...], list[EncodedScene]] = {}
        for scene in scenes:
            by_grid.setdefault(tuple(scene.visual.shape), []).append(scene)
        self.buckets = [bucket for bucket in by_grid.values() if len(bucket) >= part[1]]
        if not self.buckets:
            raise ValueError(f"{len(scenes)} scenes are too few to train on: raise their number.")
        self.batch, self.seed, self.part = batch, seed, part

    def __call__(self, index: int) -> tuple[Tokens, GroundTruth]:
        rng = np.random.default_rng((self.seed, index))
        share = np.array([len(bucket) for bucket in self.buckets], float)
        bucket = self.buckets[rng.choice(len(self.buckets), p=share / share.sum())]
        first, step = self.part
        count = min(self.batch, len(bucket) // step * step)
        chosen = rng.choice(len(bucket), count, replace=False)
        return collate([episode(bucket[i], np.random.default_rng((self.seed, index, i))) for i in chosen[first::step]])


@dataclass(frozen=True)
class Episode:
    """One question to one scene; box rows: first the prompt, then instances that are only measured."""

    visual: Float[Tensor, "d h w"]
    boxes: Float[Tensor, "m 4"]
    labels: Int[Tensor, " m"]
    prompt: int
    classes: Int[Tensor, " m"]
    class_cover: Float[Tensor, "m h w"]
    target: Float[Tensor, "h w"]
    objects: Float[Tensor, "h w"]


def episode(scene: EncodedScene, rng: np.random.Generator) -> Episode:
    """Draw a question: class, exemplars, sloppy boxes, mirror image."""
    category = int(rng.choice(scene.askable))
    same = rng.permutation(np.flatnonzero(scene.classes.numpy() == category))
    trained = ~np.isin(scene.classes.numpy(), list(scene.withheld))
    others = rng.permutation(np.flatnonzero((scene.classes.numpy() != category) & trained))
    positives = same[: min(int(rng.choice([1, 1, 1, 2, 3])), len(same) - 1)]
    negatives = others[: int(rng.random() < 0.5)]
    drawn = [*positives, *negatives]
    rest = [i for i in rng.permutation(len(scene.boxes)) if i not in drawn and trained[i]][:MEASURED]
    rows = torch.as_tensor([*drawn, *rest])

    classes = scene.classes[rows]
    class_cover = torch.stack([_union(scene, scene.classes == c) for c in classes])
    target, objects = _union(scene, scene.classes == category), _union(scene, scene.classes != category)
    boxes = _jitter(scene.boxes[rows], rng)
    visual = scene.visual.float()
    if rng.random() < 0.5:
        visual, class_cover, target, objects = (t.flip(-1) for t in (visual, class_cover, target, objects))
        boxes = boxes[:, [2, 1, 0, 3]] * boxes.new_tensor([-1, 1, -1, 1]) + boxes.new_tensor([1, 0, 1, 0])
    labels = torch.ones(len(rows), dtype=torch.long)
    labels[len(positives) : len(drawn)] = -1
    return Episode(visual, boxes, labels, len(drawn), classes, class_cover, target, objects)


def _union(scene: EncodedScene, chosen: Bool[Tensor, " n"]) -> Float[Tensor, "h w"]:
    """Largest share of each cell that one of the chosen objects covers; at least `UNCERTAIN` in crowds."""
    least = UNCERTAIN * scene.uncertain.float()
    shares = scene.cover[chosen]
    return torch.maximum(shares.amax(0).float() / 255, least) if len(shares) else least


def _jitter(boxes: Float[Tensor, "m 4"], rng: np.random.Generator) -> Float[Tensor, "m 4"]:
    sides = (boxes[:, 2:] - boxes[:, :2]).repeat(1, 2)
    noise = torch.as_tensor(rng.uniform(-JITTER, JITTER, boxes.shape), dtype=boxes.dtype)
    return (boxes + noise * sides).clamp(0, 1)


def collate(episodes: Sequence[Episode]) -> tuple[Tokens, GroundTruth]:
    """Episodes of one grid size, stacked."""
    sizes = torch.tensor([len(e.boxes) for e in episodes])
    prompt = torch.cat([torch.arange(len(e.boxes)) < e.prompt for e in episodes])
    tokens = Tokens.gather(
        torch.stack([e.visual for e in episodes]),
        torch.cat([e.boxes for e in episodes]),
        torch.cat([e.labels for e in episodes]),
        torch.repeat_interleave(torch.arange(len(episodes)), sizes),
        prompt,
    )
    truth = GroundTruth(
        torch.stack([e.target for e in episodes]),
        torch.stack([e.objects for e in episodes]),
        torch.cat([e.class_cover for e in episodes]),
        torch.cat([e.classes for e in episodes]),
    )
    return tokens, truth
