"""The bench's episodes asked again with exemplars from other pictures.

A cross-image episode is an episode of `sam3viz.evaluation.episodes` whose category has a usable instance (of the size
that the protocol asks for, no crowd) on another picture, too; episodes of a category that is on one picture alone are
skipped. Up to `SHOTS` other pictures are drawn by the seed without repetition, each picture with the same chance
however many instances it shows, and one usable instance of each. They need a box and no outline. A picture is known by
its name in the annotations (`CocoPicture.name`), a category by its name. Each is asked in four ways:

- ``same_image``: the episode's own positive box, as `sam3viz bench` asks without the negative one
- ``cross_image``: the first drawn instance instead, without its place (`Tokens.use_box_position`)
- ``cross_image_placed``: the same instance with its place, so that what position terms do shows
- ``cross_image_shots``: all drawn instances, which vote together, without their places

All four are compared with the same right answer: the cells of the episode's own boxes stay left out where nothing was
drawn, so that the answers differ by the exemplar alone.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypedDict

from PIL import Image

from sam3viz.api.analyzer import Analyzer
from sam3viz.data.coco import CocoPicture
from sam3viz.evaluation.episodes import (
    MAX_BOX_SHARE,
    MIN_BOX_SHARE,
    Box,
    Episode,
    ImageTask,
    load_annotated,
    usable_instances,
)
from sam3viz.evaluation.scores import resample, score_heat
from sam3viz.inference.inputs import make_references, make_scene
from sam3viz.studies.bench.measure import predict_variants
from sam3viz.types import Exemplar, Prediction, ReferenceImage

SHOTS = 3
"""References that vote together."""
WAYS = ("same_image", "cross_image", "cross_image_placed", "cross_image_shots")


@dataclass(frozen=True)
class Reference:
    """One instance on another picture, its box in that picture's pixels."""

    image: str
    picture: Callable[[], Image.Image]
    box: Box


@dataclass(frozen=True)
class CrossImageEpisode:
    """An episode and 1 to `SHOTS` instances of its category, each on a picture of its own."""

    episode: Episode
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class CrossImageTask:
    """A picture and the cross-image episodes on it."""

    target: ImageTask
    episodes: tuple[CrossImageEpisode, ...]


class CrossImageRow(TypedDict):
    """One score of one variant on one cross-image episode, asked in one way."""

    dataset: str
    image: str
    category: str
    seed: str
    """Name of the set of weights."""
    variant: str
    way: str
    """One of `WAYS`."""
    metric: str
    value: float


def cross_image_tasks(
    tasks: Sequence[ImageTask], pictures: Sequence[CocoPicture], seed: int = 0
) -> list[CrossImageTask]:
    """Draw references for the episodes of ``tasks``; pictures without any are left out.

    Args:
        tasks: from `photo_tasks`.
        pictures: where the references are drawn from.

    Raises:
        ValueError: no category is on two pictures.
    """
    rng = random.Random(seed)
    candidates = _candidates(pictures)
    cross_tasks = []
    for task in tasks:
        episodes = []
        for episode in task.episodes:
            others = [group for name, group in candidates[episode.category].items() if name != task.image]
            if others:
                groups = rng.sample(others, min(SHOTS, len(others)))
                episodes.append(CrossImageEpisode(episode, tuple(rng.choice(group) for group in groups)))
        if episodes:
            cross_tasks.append(CrossImageTask(task, tuple(episodes)))
    if not cross_tasks:
        raise ValueError(
            f"No category that can be asked for has an instance of {MIN_BOX_SHARE:.1%} to {MAX_BOX_SHARE:.0%} on "
            "another picture: add pictures of the same categories, or leave out --cross-image."
        )
    return cross_tasks


def measure_across(analyzers: Mapping[str, Analyzer], tasks: Iterable[CrossImageTask]) -> Iterator[list[CrossImageRow]]:
    """Yield the rows of one picture after another.

    A picture that serves several episodes is encoded again unless it is among the last that an `Analyzer` keeps, so
    that memory does not grow with the folder; on COCO128 that is every picture about twice.

    Args:
        analyzers: one for each set of weights by name, all of one backbone and with the same variants.
    """
    encoder = next(iter(analyzers.values()))
    sharing = {seed: encoder.with_bridges(analyzer.bridges) for seed, analyzer in analyzers.items()}
    for task in tasks:
        image = task.target.picture()
        yield [row for episode in task.episodes for row in _episode_rows(sharing, task.target, image, episode)]


def _candidates(pictures: Sequence[CocoPicture]) -> Mapping[str, Mapping[str, list[Reference]]]:
    """Group the usable instances by category and picture; empty for a category without any."""
    groups: dict[str, dict[str, list[Reference]]] = defaultdict(lambda: defaultdict(list))
    for picture in pictures:
        size, annotations = (picture.width, picture.height), picture.annotations
        for i in usable_instances([a.box for a in annotations], [a.crowd for a in annotations], size):
            load = partial(load_annotated, picture.path, size)
            reference = Reference(picture.name, load, annotations[i].box)
            groups[annotations[i].category][picture.name].append(reference)
    return groups


def _episode_rows(
    analyzers: Mapping[str, Analyzer], target: ImageTask, image: Image.Image, cross_image: CrossImageEpisode
) -> list[CrossImageRow]:
    """Score every variant on one episode, in every way; no rows where the rules leave no cell of the targets."""
    episode = cross_image.episode
    grid = episode.mask_grid()
    if not grid.targets.any():
        return []
    references, _ = make_references([ReferenceImage(r.picture(), (Exemplar(r.box),)) for r in cross_image.references])
    return [
        CrossImageRow(
            dataset=target.dataset,
            image=target.image,
            category=episode.category,
            seed=seed,
            variant=name,
            way=way,
            metric=metric,
            value=value,
        )
        for seed, analyzer in analyzers.items()
        for way, predictions in _predict(analyzer, image, episode, references).items()
        for name, prediction in predictions.items()
        for metric, value in score_heat(resample(prediction.heat_grid, target.size), grid, episode, target.size).items()
    ]


def _predict(
    analyzer: Analyzer, image: Image.Image, episode: Episode, references: Sequence[ReferenceImage]
) -> dict[str, Mapping[str, Prediction]]:
    """Predict with every variant, by way."""
    scene = make_scene(image, episode.exemplars(False))
    same_image = predict_variants(analyzer.bridges, analyzer.encode(image), scene)
    encoded = [analyzer.encode_reference(reference) for reference in references]
    predictions = (
        same_image,
        analyzer.search(image, encoded[:1]),
        analyzer.search(image, encoded[:1], use_box_position=True),
        analyzer.search(image, encoded),
    )
    return dict(zip(WAYS, predictions, strict=True))
