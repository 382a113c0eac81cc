from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sam3viz.bridges import VARIANTS
from sam3viz.data.coco import read_coco
from sam3viz.evaluation.episodes import photo_tasks
from sam3viz.evaluation.scores import SCORE_NAMES
from sam3viz.evaluation.tables import score_table
from sam3viz.inference.inputs import make_scene
from sam3viz.studies.bench.measure import measure, predict_variants
from tests.helpers.analyzers import untrained
from tests.helpers.coco_sets import save_set
from tests.helpers.scenes import NEGATIVE, POSITIVE, picture


@pytest.fixture(scope="module")
def tasks(tmp_path_factory):
    return photo_tasks(read_coco(save_set(tmp_path_factory.mktemp("set") / "set")), "set")


def rows(analyzers, tasks):
    return score_table(row for part in measure(analyzers, tasks) for row in part)


@pytest.mark.parametrize("boxes", [[POSITIVE], [POSITIVE, NEGATIVE]])
def test_heat_and_detections_are_those_of_an_analysis(boxes):
    analyzer = untrained(*VARIANTS)
    scene = make_scene(picture(), boxes)
    predictions = predict_variants(analyzer.bridges, analyzer.encode(scene.image), scene)
    expected = analyzer.analyze(picture(), boxes).variants
    assert list(predictions) == list(expected)
    for name, prediction in predictions.items():
        np.testing.assert_array_equal(prediction.heat_grid, expected[name].heat_grid)
        assert prediction.detections == expected[name].detections


def test_every_episode_has_every_score_of_every_variant(tasks):
    analyzer = untrained("raw", "unified")
    frame = rows({"0": analyzer}, tasks)
    assert analyzer.backbone.calls == len(tasks) == 3  # each picture is encoded once
    assert set(frame["metric"]) == set(SCORE_NAMES)
    assert set(frame["variant"]) == {"raw", "unified"}
    assert frame["value"].notna().all()
    assert frame[~frame["metric"].isin(["count_error"])]["value"].between(0, 1).all()
    counts = frame.groupby(["image", "variant", "negative"])["metric"].nunique()
    assert set(counts["0.png"]) == {len(SCORE_NAMES)}
    assert set(counts["1.png"]) == {len(SCORE_NAMES) - 1}  # no other object to be told from
    assert not frame.duplicated(["image", "category", "variant", "negative", "metric"]).any()


def test_the_negative_box_matters_where_there_is_one(tasks):
    frame = rows({"0": untrained("unified")}, tasks)
    assert set(frame[frame["has_negative"]]["image"]) == {"0.png", "2.png"}
    values = frame[frame["metric"] == "patch_ap"].set_index(["image", "negative"])["value"]
    assert values["1.png", True] == values["1.png", False]
    assert values["0.png", True] != values["0.png", False]


def test_several_sets_of_weights_share_one_encoding(tasks):
    analyzers = {"a": untrained("raw", "unified"), "b": untrained("raw", "unified")}
    for bridge in analyzers["b"].bridges.values():
        bridge.log_scale.data += 1
    frame = rows(analyzers, tasks)
    assert (analyzers["a"].backbone.calls, analyzers["b"].backbone.calls) == (3, 0)
    alone = rows({"a": untrained("raw", "unified")}, tasks)
    np.testing.assert_array_equal(frame[frame["seed"] == "a"]["value"], alone["value"])
    assert len(frame) == 2 * len(alone)


def test_an_episode_whose_targets_are_all_left_out_has_no_rows(tasks):
    hidden = replace(tasks[0].episodes[0].mask_grid(), targets=np.zeros((64, 64), bool))
    silent = replace(tasks[0], episodes=(replace(tasks[0].episodes[0], mask_grid=lambda: hidden),))
    assert list(measure({"0": untrained("raw")}, [silent, replace(tasks[0], episodes=())])) == [[], []]


def test_the_caller_may_stop_and_keep_what_there_is(tasks):
    analyzer = untrained("raw")
    found = measure({"0": analyzer}, tasks)
    first = next(found)
    found.close()
    assert {row["image"] for row in first} == {"0.png"}
    assert analyzer.backbone.calls == 1


def test_the_order_of_the_pictures_does_not_matter(tasks):
    keys = ["image", "variant", "negative", "metric"]
    there, back = (rows({"0": untrained("raw")}, order) for order in (tasks, tasks[::-1]))
    one, other = (frame.sort_values(keys)[[*keys, "value"]] for frame in (there, back))
    assert (one.to_numpy() == other.to_numpy()).all()
