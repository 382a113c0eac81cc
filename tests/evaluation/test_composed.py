from __future__ import annotations

import random

import numpy as np
import pytest

from sam3viz.data.sources import FIRST_SEED, from_folders
from sam3viz.data.synthetic.composition import ComposedScene
from sam3viz.evaluation import composed
from sam3viz.evaluation.composed import SEEN_CLASSES, UNSEEN_CLASSES, composed_tasks, scene_task
from sam3viz.evaluation.episodes import GRID
from tests.helpers.picture_folders import save_folders


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return from_folders(*save_folders(tmp_path_factory.mktemp("pictures")))


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(composed, "SCENE_SIZE", 192)


def squares() -> ComposedScene:
    """Two cats and a dog on a 128 x 128 scene, 2 x 2 pixels a cell."""
    corners = {1: (8, 8), 2: (8, 70), 3: (70, 8)}
    instance_map = np.zeros((128, 128), np.uint8)
    for number, (row, column) in corners.items():
        instance_map[row : row + 20, column : column + 20] = number
    boxes = np.array([(c, r, c + 20, r + 20) for r, c in corners.values()], np.float32)
    return ComposedScene(np.zeros((128, 128, 3), np.uint8), ("cat", "cat", "dog"), boxes, instance_map)


def test_the_instance_map_is_the_truth():
    scene = squares()
    task = scene_task(scene, "set", "one", random.Random(0))
    (question,) = task.episodes
    assert (question.category, question.negative) == ("cat", (8, 70, 28, 90))
    asked = 2 if question.positive == (8, 8, 28, 28) else 1
    grid = question.mask_grid()
    np.testing.assert_array_equal(grid.targets, scene.instance_map[::2, ::2] == asked)
    np.testing.assert_array_equal(grid.ignored, ~np.isin(scene.instance_map[::2, ::2], [0, asked]))
    assert grid.targets.shape == (GRID, GRID)
    assert task.picture().size == task.size == (128, 128)


def test_seen_and_unseen_classes_are_asked_for(pictures):
    for unseen, name, classes in ((False, SEEN_CLASSES, pictures.seen), (True, UNSEEN_CLASSES, pictures.unseen)):
        tasks = list(composed_tasks(pictures, 3, unseen))
        assert [task.dataset for task in tasks] == [name] * 3
        assert len({task.image for task in tasks}) == 3
        asked = {question.category for task in tasks for question in task.episodes}
        assert asked
        assert asked <= set(classes)


def test_the_seed_decides_all(pictures):
    def first(seed):
        task = next(composed_tasks(pictures, 1, False, seed))
        return np.asarray(task.picture()), [(q.category, q.positive, q.negative) for q in task.episodes]

    (image, questions), (again, same) = first(0), first(0)
    np.testing.assert_array_equal(image, again)
    assert questions == same
    assert (first(1)[0] != image).any()


def test_no_scene_of_the_training_is_asked_again(pictures):
    trained = pictures.composer(192, 0).scene(0).image
    assert (np.asarray(next(composed_tasks(pictures, 1, False, 0)).picture()) != trained).any()
    assert FIRST_SEED > 10_000
