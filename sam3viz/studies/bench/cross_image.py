"""The bench's episodes asked again with exemplars from other pictures.

A question is an episode of `sam3viz.evaluation.episodes` whose category has a usable instance (of the size that the
protocol asks for, no crowd) on another picture, too; episodes of a category that is on one picture alone are passed
over. Up to `SHOTS` other pictures are drawn by the seed without repetition, each picture with the same chance however
many instances it shows, and one usable instance of each. They need a box and no outline. A picture is known by its
name in the annotations (`CocoPicture.name`), a category by its name. The question is asked in four ways:

- ``same_image``: the episode's own positive box, as `sam3viz bench` asks without the negative one
- ``cross_image``: the first drawn instance instead, without its place (`Tokens.placed`)
- ``cross_image_placed``: the same instance with its place, so that what position terms do shows
- ``cross_image_shots``: all drawn instances, which vote together, without their places

All four are compared with the same raster: the cells of the episode's own boxes stay left out where nothing was drawn,
so that the answers differ by the exemplar alone.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypedDict

import numpy as np
from jaxtyping import Float32
from PIL import Image

from sam3viz.api.analyzer import Analyzer
from sam3viz.data.coco import CocoPicture
from sam3viz.evaluation.episodes import SIZES, Box, Episode, Task, load_annotated, resample, scores, usable
from sam3viz.inference.inputs import make_references, make_scene
from sam3viz.studies.bench.measure import heats
from sam3viz.types import Exemplar, ReferenceImage

SHOTS = 3
WAYS = ("same_image", "cross_image", "cross_image_placed", "cross_image_shots")


@dataclass(frozen=True)
class Reference:
    """One instance on another picture, its box in that picture's pixels."""

    image: str
    picture: Callable[[], Image.Image]
    box: Box


@dataclass(frozen=True)
class Question:
    """An episode and 1 to `SHOTS` instances of its category, each on a picture of its own."""

    episode: Episode
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class CrossTask:
    """A picture and the questions to it."""

    target: Task
    questions: tuple[Question, ...]


class CrossRow(TypedDict):
    """One score of one variant on one question."""

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


def cross_image_tasks(tasks: Sequence[Task], pictures: Sequence[CocoPicture], seed: int = 0) -> list[CrossTask]:
    """The questions to the pictures of ``tasks`` that have any.

    Args:
        tasks: from `photo_tasks`.
        pictures: where the references are drawn from.

    Raises:
        ValueError: no category is on two pictures.
    """
    rng = random.Random(seed)
    candidates = _candidates(pictures)
    found = []
    for task in tasks:
        questions = []
        for episode in task.episodes:
            others = [group for name, group in candidates[episode.category].items() if name != task.image]
            if others:
                drawn = rng.sample(others, min(SHOTS, len(others)))
                questions.append(Question(episode, tuple(rng.choice(group) for group in drawn)))
        if questions:
            found.append(CrossTask(task, tuple(questions)))
    if not found:
        raise ValueError(
            f"No category that can be asked for has an instance of {SIZES[0]:.1%} to {SIZES[1]:.0%} on another "
            "picture: add pictures of the same categories, or leave out --cross-image."
        )
    return found


def measure_across(analyzers: Mapping[str, Analyzer], tasks: Iterable[CrossTask]) -> Iterator[list[CrossRow]]:
    """The rows of one picture after another.

    A picture that serves several questions is encoded again unless it is among the last that an `Analyzer` keeps, so
    that memory does not grow with the folder; on COCO128 that is every picture about twice.

    Args:
        analyzers: one for each set of weights by name, all of one backbone and with the same variants.
    """
    encoder = next(iter(analyzers.values()))
    sharing = {seed: encoder.with_bridges(analyzer.bridges) for seed, analyzer in analyzers.items()}
    for task in tasks:
        image = task.target.picture()
        yield [row for question in task.questions for row in _rows(sharing, task.target, image, question)]


def _candidates(pictures: Sequence[CocoPicture]) -> Mapping[str, Mapping[str, list[Reference]]]:
    """Usable instances by category and picture; empty for a category without any."""
    found: dict[str, dict[str, list[Reference]]] = defaultdict(lambda: defaultdict(list))
    for picture in pictures:
        name, size, every = picture.name, (picture.width, picture.height), picture.annotations
        for i in usable([a.box for a in every], [a.crowd for a in every], size):
            load = partial(load_annotated, picture.path, size)
            found[every[i].category][name].append(Reference(name, load, every[i].box))
    return found


def _rows(analyzers: Mapping[str, Analyzer], target: Task, image: Image.Image, question: Question) -> list[CrossRow]:
    """All scores of one question; none where the rules leave no cell of the targets."""
    episode = question.episode
    raster = episode.raster()
    if not raster.asked.any():
        return []
    references, _ = make_references([ReferenceImage(r.picture(), (Exemplar(r.box),)) for r in question.references])
    return [
        CrossRow(
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
        for way, grids in _answers(analyzer, image, episode, references).items()
        for name, heat in grids.items()
        for metric, value in scores(resample(heat, target.size), raster, episode, target.size).items()
    ]


def _answers(
    analyzer: Analyzer, image: Image.Image, episode: Episode, references: Sequence[ReferenceImage]
) -> dict[str, dict[str, Float32[np.ndarray, "h w"]]]:
    """Every variant's heat grid, by way."""
    own = heats(analyzer.bridges, analyzer.encode(image), make_scene(image, episode.exemplars(False)))
    encoded = [analyzer.encode_reference(reference) for reference in references]
    searched = (
        analyzer.search(image, encoded[:1]),
        analyzer.search(image, encoded[:1], use_box_position=True),
        analyzer.search(image, encoded),
    )
    grids = [{name: heat for name, (heat, _) in own.items()}]
    grids += [{name: found.heat_grid for name, found in answer.items()} for answer in searched]
    return dict(zip(WAYS, grids, strict=True))
