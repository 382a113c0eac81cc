"""Picture by picture through the backbone once: objects to the features' file, questions to scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sam3viz.bench.protocol import Task, load_annotated
from sam3viz.bench.run import Row, measure
from sam3viz.coco import CocoPicture
from sam3viz.gap.features import FeatureWriter
from sam3viz.gap.instances import objects_of, pairs
from sam3viz.pipeline import Analyzer


def stream(
    analyzer: Analyzer, pictures: Iterable[CocoPicture], tasks: Iterable[Task], writer: FeatureWriter
) -> Iterator[list[Row]]:
    """Write every picture's features and yield the scores of its questions, so that a caller can show progress or stop.

    Nothing of a picture is kept but its scores. Questions are asked without their negative box: it is the exemplar's
    gap that is judged.
    """
    asked = {task.image: task for task in tasks}
    for picture in pictures:
        objects, size = objects_of(picture), (picture.width, picture.height)
        task = asked.get(picture.path.name)
        if len(objects.boxes):
            visual = analyzer.encode(load_annotated(picture.path, size))
            writer.write(objects, pairs(analyzer.bridges, visual, objects, size))
        if task is None:
            yield []
            continue
        positive = replace(task, episodes=tuple(replace(episode, negative=None) for episode in task.episodes))
        yield from measure({"shipped": analyzer}, [positive])
