"""Picture by picture through the backbone once: objects to the features' file, questions to scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sam3viz.api.analyzer import Analyzer
from sam3viz.data.coco import CocoPicture
from sam3viz.evaluation.episodes import ImageTask, load_annotated, photo_tasks
from sam3viz.evaluation.tables import ScoreRow
from sam3viz.studies.bench.measure import measure as answered
from sam3viz.studies.dataset_gap.features import FeatureWriter
from sam3viz.studies.dataset_gap.instances import objects_of, pairs
from sam3viz.utils.jobs import ReportProgress
from sam3viz.utils.memory import trim_heap


@dataclass(frozen=True)
class Survey:
    """What is looked at, and what is asked."""

    dataset: str
    """Name for the reader."""
    pictures: Sequence[CocoPicture]
    tasks: Sequence[ImageTask]
    unasked: str
    """One sentence on why there are no tasks; empty where there are some."""
    seed: int
    """Draws the exemplars, the pictures of the map and of measures of sets, and the resampled pictures."""


def survey(pictures: Sequence[CocoPicture], dataset: str, seed: int) -> Survey:
    """The pictures with the questions to them.

    Without outlines, or where nothing is twice on a picture, there are none; there is a gap all the same.
    """
    try:
        return Survey(dataset, pictures, photo_tasks(pictures, dataset, seed), "", seed)
    except ValueError as error:
        return Survey(dataset, pictures, [], str(error), seed)


def measure(
    analyzer: Analyzer,
    pictures: Sequence[CocoPicture],
    tasks: Sequence[ImageTask],
    path: Path,
    progress: ReportProgress,
) -> list[ScoreRow]:
    """Write every object's features to ``path`` and return the scores of the questions.

    Nothing of a picture is kept but its scores. Questions are asked without their negative box: it is the exemplar's
    gap that is judged.

    Args:
        progress: told "pictures"; may raise to stop.
    """
    asked = {task.image: task for task in tasks}
    rows: list[ScoreRow] = []
    with FeatureWriter(path) as writer:
        for done, picture in enumerate(pictures):
            progress("Pictures read", done, len(pictures))
            objects, size = objects_of(picture), (picture.width, picture.height)
            if len(objects.boxes):
                visual = analyzer.encode(load_annotated(picture.path, size))
                writer.write(objects, pairs(analyzer.bridges, visual, objects, size))
            task = asked.get(picture.name)
            if task is not None:
                positive = replace(task, episodes=tuple(replace(e, negative=None) for e in task.episodes))
                rows += next(answered({"shipped": analyzer}, [positive]))
            trim_heap()
        progress("Pictures read", len(pictures), len(pictures))
    return rows
