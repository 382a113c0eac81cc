"""One pass over the pictures, each through the backbone once: objects to the features' file, questions to scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sam3viz.api.analyzer import Analyzer
from sam3viz.data.coco import CocoPicture
from sam3viz.evaluation.episodes import ImageTask, load_annotated
from sam3viz.evaluation.tables import ScoreRow
from sam3viz.studies.bench.measure import measure as score_tasks
from sam3viz.studies.dataset_gap.features import FeatureWriter
from sam3viz.studies.dataset_gap.instances import encode_pairs, select_objects
from sam3viz.utils.jobs import ReportProgress
from sam3viz.utils.memory import trim_heap


def measure_pictures(
    analyzer: Analyzer,
    pictures: Sequence[CocoPicture],
    tasks: Sequence[ImageTask],
    path: Path,
    progress: ReportProgress,
) -> list[ScoreRow]:
    """Write every object's features to ``path`` and return the scores of the questions.

    Nothing of a picture stays in memory but its scores. Questions are put without their negative box: it is the
    exemplar's gap that is judged.

    Args:
        progress: called with "Pictures read"; may raise to stop.
    """
    task_by_image = {task.image: task for task in tasks}
    rows: list[ScoreRow] = []
    with FeatureWriter(path) as writer:
        for done, picture in enumerate(pictures):
            progress("Pictures read", done, len(pictures))
            objects, size = select_objects(picture), (picture.width, picture.height)
            if len(objects.boxes):
                visual = analyzer.encode(load_annotated(picture.path, size))
                writer.write(objects, encode_pairs(analyzer.bridges, visual, objects, size))
            task = task_by_image.get(picture.name)
            if task is not None:
                positive = replace(task, episodes=tuple(replace(e, negative=None) for e in task.episodes))
                rows += next(score_tasks({"shipped": analyzer}, [positive]))
            trim_heap()
        progress("Pictures read", len(pictures), len(pictures))
    return rows
