"""What the study of a dataset's gap measures: its pictures, the questions to them, and the seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sam3viz.data.coco import CocoPicture
from sam3viz.evaluation.episodes import ImageTask, photo_tasks
from sam3viz.utils.messages import InputError


@dataclass(frozen=True)
class GapPlan:
    """The pictures whose objects are measured, and the questions that the variants are scored on."""

    dataset: str
    """Name for the reader."""
    pictures: Sequence[CocoPicture]
    tasks: Sequence[ImageTask]
    unscored_reason: str
    """One sentence on why there are no tasks, hence no scores; empty where there are some."""
    seed: int
    """Draws the exemplars, the pictures of the map and of measures of sets, and the resampled pictures."""


def plan_gap(pictures: Sequence[CocoPicture], dataset: str, seed: int) -> GapPlan:
    """Draw the questions to the pictures.

    There are none without outlines, or where no picture has two objects of a category: the gap is measured all the
    same.
    """
    try:
        return GapPlan(dataset, pictures, photo_tasks(pictures, dataset, seed), "", seed)
    except InputError as error:
        return GapPlan(dataset, pictures, [], error.message, seed)
    except ValueError as error:
        return GapPlan(dataset, pictures, [], str(error), seed)
