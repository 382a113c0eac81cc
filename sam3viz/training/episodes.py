"""Episodes: what is asked, in which image, and what the right answer is.

Scenes are encoded once and kept as half-precision tokens; an episode picks a class of a scene that has at least two
instances, one to three of them as positive exemplars, sometimes an instance of another class as a negative one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int, UInt8
from PIL import Image
from torch import Tensor

from sam3viz.encoders import Backbone
from sam3viz.encoders.layers import make_tokens
from sam3viz.training.compose import ComposedScene, cover
from sam3viz.types import Tokens, Truth

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

    @property
    def askable(self) -> list[int]:
        """Classes with two instances or more."""
        classes, counts = self.classes.unique(return_counts=True)
        return classes[counts >= 2].tolist()


def encode_scenes(
    scenes: Callable[[int], ComposedScene],
    count: int,
    backbone: Backbone,
    class_ids: dict[str, int],
    sizes: Sequence[int],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[EncodedScene]:
    """Scene ``i`` of ``count``, seen at ``sizes[i % len(sizes)]`` pixels, through the backbone."""
    encoded = []
    for index in range(count):
        scene = scenes(index)
        size = sizes[index % len(sizes)]
        encoded.append(encode_scene(scene, size, backbone, class_ids))
        progress(index + 1, count)
    return [scene for scene in encoded if scene.askable]


@torch.no_grad()
def encode_scene(scene: ComposedScene, size: int, backbone: Backbone, class_ids: dict[str, int]) -> EncodedScene:
    """Tokens at ``size`` pixels; stored in half precision, which costs 1e-3 of a cosine and halves the memory."""
    side = scene.image.shape[0]
    image = np.array(Image.fromarray(scene.image).resize((size, size), Image.Resampling.BICUBIC))
    pixels = torch.from_numpy(image).permute(2, 0, 1)[None].float()
    visual = backbone(backbone.normalise(pixels).contiguous(memory_format=torch.channels_last))[0]
    share = cover(scene, size // backbone.stride)
    return EncodedScene(
        visual.half().contiguous(),
        torch.from_numpy(scene.boxes / side).float(),
        torch.tensor([class_ids[name] for name in scene.classes]),
        torch.from_numpy((share * 255).round().astype(np.uint8)),
    )


class EpisodeSampler:
    """Batches of episodes, one a scene; the ``index``-th batch is a pure function of ``seed`` and ``index``."""

    def __init__(self, scenes: Sequence[EncodedScene], batch: int, seed: int) -> None:
        self.batch, self.seed = batch, seed
        self.by_grid: dict[tuple[int, ...], list[EncodedScene]] = {}
        for scene in scenes:
            self.by_grid.setdefault(tuple(scene.visual.shape), []).append(scene)

    def __call__(self, index: int) -> tuple[Tokens, Truth]:
        rng = np.random.default_rng((self.seed, index))
        buckets = list(self.by_grid.values())
        share = np.array([len(bucket) for bucket in buckets], float)
        bucket = buckets[rng.choice(len(buckets), p=share / share.sum())]
        chosen = rng.choice(len(bucket), min(self.batch, len(bucket)), replace=False)
        return collate([episode(bucket[i], rng) for i in chosen])


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
    asked = int(rng.choice(scene.askable))
    same = rng.permutation(np.flatnonzero(scene.classes.numpy() == asked))
    others = rng.permutation(np.flatnonzero(scene.classes.numpy() != asked))
    positives = same[: min(int(rng.choice([1, 1, 1, 2, 3])), len(same) - 1)]
    negatives = others[: int(rng.random() < 0.5)]
    drawn = [*positives, *negatives]
    rest = [i for i in rng.permutation(len(scene.boxes)) if i not in drawn][:MEASURED]
    rows = torch.as_tensor([*drawn, *rest])

    share = scene.cover.float() / 255
    classes = scene.classes[rows]
    class_cover = torch.stack([share[scene.classes == c].sum(0) for c in classes])
    target = share[scene.classes == asked].sum(0)
    objects = share[scene.classes != asked].sum(0)
    boxes = _jitter(scene.boxes[rows], rng)
    visual = scene.visual.float()
    if rng.random() < 0.5:
        visual, class_cover, target, objects = (t.flip(-1) for t in (visual, class_cover, target, objects))
        boxes = boxes[:, [2, 1, 0, 3]] * boxes.new_tensor([-1, 1, -1, 1]) + boxes.new_tensor([1, 0, 1, 0])
    labels = torch.ones(len(rows), dtype=torch.long)
    labels[len(positives) : len(drawn)] = -1
    return Episode(visual, boxes, labels, len(drawn), classes, class_cover, target, objects)


def _jitter(boxes: Float[Tensor, "m 4"], rng: np.random.Generator) -> Float[Tensor, "m 4"]:
    sides = (boxes[:, 2:] - boxes[:, :2]).repeat(1, 2)
    noise = torch.as_tensor(rng.uniform(-JITTER, JITTER, boxes.shape), dtype=boxes.dtype)
    return (boxes + noise * sides).clamp(0, 1)


def collate(episodes: Sequence[Episode]) -> tuple[Tokens, Truth]:
    """Episodes of one grid size, stacked."""
    sizes = torch.tensor([len(e.boxes) for e in episodes])
    prompt = torch.cat([torch.arange(len(e.boxes)) < e.prompt for e in episodes])
    tokens = make_tokens(
        torch.stack([e.visual for e in episodes]),
        torch.cat([e.boxes for e in episodes]),
        torch.cat([e.labels for e in episodes]),
        torch.repeat_interleave(torch.arange(len(episodes)), sizes),
        prompt,
    )
    truth = Truth(
        torch.stack([e.target for e in episodes]),
        torch.stack([e.objects for e in episodes]),
        torch.cat([e.class_cover for e in episodes]),
        torch.cat([e.classes for e in episodes]),
    )
    return tokens, truth
