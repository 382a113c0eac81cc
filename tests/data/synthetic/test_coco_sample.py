from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from sam3viz.data.annotations import cover, union_cover
from sam3viz.data.coco import read_coco
from sam3viz.data.sources import FIRST_SEED
from sam3viz.data.synthetic import composition as compose
from sam3viz.data.synthetic.coco_sample import SIDE, write_sample
from sam3viz.data.synthetic.cutout_library import rendered_pictures
from sam3viz.evaluation.episodes import GRID, photo_tasks

COUNT = 3


@pytest.fixture(scope="module")
def scenes():
    composer = rendered_pictures().composer(SIDE, FIRST_SEED, unseen=True)
    return [composer.scene(number) for number in range(COUNT)]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The folder, and what was told of the progress."""
    told = []
    folder = tmp_path_factory.mktemp("sample") / "new"
    assert write_sample(folder, COUNT, progress=lambda *done: told.append(done)) == folder
    return folder, told


def test_the_scenes_own_truth_is_read_back(sample, scenes):
    pictures = read_coco(sample[0])
    assert len(pictures) == COUNT
    for picture, scene in zip(pictures, scenes, strict=True):
        found, size = picture.annotations, (picture.width, picture.height)
        np.testing.assert_array_equal(np.asarray(Image.open(picture.path)), scene.image)
        assert [annotation.category for annotation in found] == list(scene.classes)
        np.testing.assert_array_equal([annotation.box for annotation in found], scene.boxes)
        assert all(annotation.outlined and not annotation.crowd for annotation in found)
        np.testing.assert_array_equal(cover(found, size, (GRID, GRID)), compose.cover(scene, GRID))
        np.testing.assert_array_equal(union_cover(found, size, (SIDE, SIDE)), scene.instance_map > 0)


def test_the_areas_are_those_of_the_masks(sample, scenes):
    document = json.loads((sample[0] / "instances.json").read_bytes())
    areas = np.concatenate([np.bincount(scene.instance_map.ravel())[1:] for scene in scenes])
    assert [entry["area"] for entry in document["annotations"]] == areas.tolist()
    assert [entry["id"] for entry in document["annotations"]] == list(range(1, len(areas) + 1))


def test_only_classes_that_no_training_sees_are_in_it(sample):
    document = json.loads((sample[0] / "instances.json").read_bytes())
    assert [entry["name"] for entry in document["categories"]] == sorted(rendered_pictures().unseen)


def test_there_are_questions_to_it(sample):
    tasks = photo_tasks(read_coco(sample[0]), "sample")
    episodes = [episode for task in tasks for episode in task.episodes]
    assert len(episodes) >= COUNT
    assert any(episode.negative for episode in episodes)
    assert all(episode.mask_grid().targets.any() for episode in episodes)
    assert all(task.picture().size == task.size == (SIDE, SIDE) for task in tasks)


def test_the_same_arguments_give_the_same_bytes(sample, tmp_path):
    again, other, fewer = tmp_path / "again", tmp_path / "other", tmp_path / "fewer"
    write_sample(again, COUNT)
    files = sorted(path.relative_to(again) for path in again.rglob("*.*"))
    assert len(files) == COUNT + 1
    assert all((again / file).read_bytes() == (sample[0] / file).read_bytes() for file in files)
    write_sample(other, COUNT, seed=1)
    assert (other / "instances.json").read_bytes() != (again / "instances.json").read_bytes()
    write_sample(fewer, 1)
    assert read_coco(fewer)[0].annotations == read_coco(again)[0].annotations


def test_progress_is_told_from_the_first_to_the_last(sample):
    told = sample[1]
    total = told[0][1]
    assert told == [(done, total) for done in range(1, total + 1)]


def test_progress_may_stop_it(tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_sample(tmp_path / "sample", 1, progress=stop)
    assert not (tmp_path / "sample").exists()


def test_no_scene_is_no_sample(tmp_path):
    with pytest.raises(ValueError, match="ask for 1 or more"):
        write_sample(tmp_path / "sample", 0)
