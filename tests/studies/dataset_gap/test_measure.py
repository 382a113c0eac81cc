"""Picture by picture: every object's features to a file, every question to scores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sam3viz.data.coco import read_coco
from sam3viz.evaluation.episodes import photo_tasks
from sam3viz.evaluation.tables import score_table
from sam3viz.studies.bench import measure as bench
from sam3viz.studies.dataset_gap import measure as run
from sam3viz.studies.dataset_gap.features import read_rows
from sam3viz.studies.dataset_gap.measure import measure_pictures
from tests.helpers.analyzers import untrained
from tests.helpers.coco_sets import BLUE, RED, save_set

NAMES = ("raw", "unified")


def silent(what: str, done: int, total: int) -> None:
    pass


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return read_coco(save_set(tmp_path_factory.mktemp("set") / "set"))


@pytest.fixture
def tasks(pictures):
    return photo_tasks(pictures, "set")


def test_every_object_has_a_row_a_variant_and_each_picture_is_encoded_once(pictures, tasks, tmp_path):
    analyzer = untrained(*NAMES)
    measure_pictures(analyzer, pictures, tasks, tmp_path / "new" / "features.parquet", silent)
    assert analyzer.backbone.calls == len(pictures) == 3
    rows = read_rows([tmp_path / "new" / "features.parquet"])
    counts = rows.groupby(["image", "variant"], sort=False).size()
    objects = {"0.png": len(RED) + len(BLUE), "1.png": len(RED), "2.png": len(RED) + len(BLUE)}
    assert counts.to_dict() == {(image, name): count for image, count in objects.items() for name in NAMES}
    first = rows[(rows["image"] == "0.png") & (rows["variant"] == "raw")]
    np.testing.assert_array_equal(np.stack(first["box"].to_list()), [*RED, *BLUE])
    assert first["category"].to_list() == ["square"] * len(RED) + ["bar"] * len(BLUE)


def test_questions_are_asked_without_their_negative_box(pictures, tasks, tmp_path):
    assert any(episode.negative for task in tasks for episode in task.episodes)
    keys = ["image", "category", "variant", "negative"]
    got = score_table(measure_pictures(untrained(*NAMES), pictures, tasks, tmp_path / "features.parquet", silent))
    assert not got["has_negative"].any()
    there = score_table(row for part in bench.measure({"shipped": untrained(*NAMES)}, tasks) for row in part)
    one, other = (
        frame[(frame["metric"] == "patch_ap") & ~frame["negative"].astype(bool)].set_index(keys)["value"].sort_index()
        for frame in (got, there)
    )
    assert one.index.equals(other.index)
    assert one.to_numpy() == pytest.approx(other.to_numpy())


def test_pictures_of_the_same_file_name_in_different_folders_are_asked_once_each(pictures, tmp_path):
    two = [replace(picture, name=f"{folder}/1.png") for picture, folder in zip(pictures[:2], "ab", strict=True)]
    rows = measure_pictures(untrained("raw"), two, photo_tasks(two, "set"), tmp_path / "features.parquet", silent)
    asked = [row["image"] for row in rows if row["metric"] == "patch_ap" and not row["negative"]]
    assert sorted(asked) == ["a/1.png", "b/1.png"]
    found = read_rows([tmp_path / "features.parquet"])
    assert found["image"].value_counts().to_dict() == {"a/1.png": len(RED) + len(BLUE), "b/1.png": len(RED)}


def test_freed_memory_is_given_back_after_each_picture(pictures, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(run, "trim_heap", lambda: told.append("given back"))
    measure_pictures(
        untrained("raw"), pictures, [], tmp_path / "features.parquet", lambda what, done, total: told.append(done)
    )
    assert told == [0, "given back", 1, "given back", 2, "given back", 3]


def test_a_picture_that_nobody_asks_about_has_features_and_no_scores(pictures, tasks, tmp_path):
    rows = measure_pictures(untrained("raw"), pictures, tasks[1:2], tmp_path / "features.parquet", silent)
    assert {row["image"] for row in rows} == {"1.png"}
    assert set(read_rows([tmp_path / "features.parquet"])["image"]) == {"0.png", "1.png", "2.png"}


def test_a_picture_without_objects_is_not_even_opened(pictures, tmp_path):
    bare = replace(pictures[0], name="nowhere.png", path=tmp_path / "nowhere.png", annotations=())
    analyzer = untrained("raw")
    assert measure_pictures(analyzer, [bare, pictures[1]], [], tmp_path / "features.parquet", silent) == []
    assert analyzer.backbone.calls == 1
    assert set(read_rows([tmp_path / "features.parquet"])["image"]) == {"1.png"}


def test_a_picture_of_another_size_than_annotated_is_refused(pictures, tmp_path):
    wrong = replace(pictures[0], width=pictures[0].width + 1)
    with pytest.raises(ValueError, match="its boxes would not fit"):
        measure_pictures(untrained("raw"), [wrong], [], tmp_path / "features.parquet", silent)


def test_progress_is_told_and_may_stop_with_a_file_that_can_be_read(pictures, tmp_path):
    told = []
    measure_pictures(untrained("raw"), pictures, [], tmp_path / "all.parquet", lambda *at: told.append(at))
    assert told == [("Pictures read", done, 3) for done in range(4)]

    def stop(what: str, done: int, total: int) -> None:
        if done == 1:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        measure_pictures(untrained("raw"), pictures, [], tmp_path / "some.parquet", stop)
    assert set(read_rows([tmp_path / "some.parquet"])["image"]) == {"0.png"}
