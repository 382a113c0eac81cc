from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sam3viz.bridges import VARIANTS
from sam3viz.data.coco import read_coco
from sam3viz.evaluation.episodes import photo_tasks
from sam3viz.studies.bench.gap import GAP_MEASURES, measure_with_gap
from sam3viz.studies.bench.measure import measure
from tests.helpers.analyzers import untrained
from tests.helpers.coco_sets import save_set


@pytest.fixture(scope="module")
def tasks(tmp_path_factory):
    return photo_tasks(read_coco(save_set(tmp_path_factory.mktemp("set") / "set")), "set")


def gaps(analyzers, tasks) -> pd.DataFrame:
    return pd.DataFrame(row for rows in measure_with_gap(analyzers, tasks) for row in rows.gaps)


def test_the_gap_of_a_picture_is_that_of_an_analysis_of_its_first_episode(tasks):
    analyzer = untrained(*VARIANTS)
    values = gaps({"0": analyzer}, tasks).set_index(["image", "variant", "measure"])["value"].sort_index()
    for task in tasks:
        analysis = analyzer.analyze(task.picture(), task.episodes[0].exemplars(negative=False))
        for name, result in analysis.variants.items():
            metrics = result.metrics
            expected = {name: metrics[name] for name in ("recall_at_1", "centroid_distance", "domain_auc")}
            expected["contrast"] = metrics["matched_cosine"] - metrics["mismatched_cosine"]
            assert values[task.image, name].to_dict() == pytest.approx(expected, abs=1e-6)


def test_each_picture_is_encoded_once_and_probed_once_whatever_its_episodes(tasks):
    twice = [replace(task, episodes=task.episodes * 2) for task in tasks]
    analyzers = {"a": untrained("raw", "unified"), "b": untrained("raw", "unified")}
    frame = gaps(analyzers, twice)
    assert [analyzer.backbone.calls for analyzer in analyzers.values()] == [3, 0]
    assert len(frame) == len(tasks) * 2 * 2 * len(GAP_MEASURES)
    assert not frame.duplicated(["image", "seed", "variant", "measure"]).any()


def test_scores_are_those_of_the_bench_without_a_gap(tasks):
    with_gap = [rows.scores for rows in measure_with_gap({"0": untrained("raw", "unified")}, tasks)]
    assert with_gap == list(measure({"0": untrained("raw", "unified")}, tasks))


def test_a_picture_without_a_scored_episode_is_not_probed(tasks):
    hidden = replace(tasks[0].episodes[0].mask_grid(), targets=np.zeros((64, 64), bool))
    silent = replace(tasks[0], episodes=(replace(tasks[0].episodes[0], mask_grid=lambda: hidden),))
    empty = replace(tasks[0], episodes=())
    measured = list(measure_with_gap({"0": untrained("raw")}, [silent, empty]))
    assert [(rows.scores, rows.gaps) for rows in measured] == [([], [])] * 2
