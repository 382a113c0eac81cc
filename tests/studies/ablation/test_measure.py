from __future__ import annotations

import numpy as np
import pytest
import torch

from sam3viz.bridges import VARIANTS
from sam3viz.data.coco import read_coco
from sam3viz.evaluation.episodes import photo_tasks
from sam3viz.evaluation.scores import resample, score_heat
from sam3viz.inference.predict import exemplar_tokens
from sam3viz.inference.readout import predict_heat
from sam3viz.studies.ablation.measure import HEAT, measure
from tests.helpers.analyzers import untrained
from tests.helpers.coco_sets import save_set


@pytest.fixture(scope="module")
def tasks(tmp_path_factory):
    return photo_tasks(read_coco(save_set(tmp_path_factory.mktemp("set") / "set")), "set")


def test_every_mechanism_of_every_variant_is_measured_and_pictures_are_encoded_once(tasks):
    analyzer = untrained("raw", "contrastive", "adaptive")
    steps = []
    parts = list(measure(analyzer, tasks, lambda *step: steps.append(step)))
    assert analyzer.backbone.calls == len(tasks)
    assert [done for _, done, _ in steps] == list(range(len(tasks) + 1))
    measured = {(change.variant, change.mechanism) for part in parts for change in part.changes}
    assert measured == {
        (name, mechanism.name) for name in ("contrastive", "adaptive") for mechanism in VARIANTS[name].mechanisms
    }
    pairs = {(row.first, row.second) for part in parts for row in part.agreements}
    assert pairs == {("raw", "contrastive"), ("raw", "adaptive"), ("contrastive", "adaptive")}
    for row in (row for part in parts for row in part.scales):
        assert row.variant == "adaptive"
        assert sum(row.weights) == pytest.approx(1, abs=1e-5)
        assert 0 < row.box_share < 1


def test_a_label_is_only_measured_where_there_is_a_negative_box(tasks):
    parts = list(measure(untrained("contrastive"), tasks, lambda *_: None))
    label = {change.image for part in parts for change in part.changes if change.mechanism == "label"}
    assert label == {task.image for task in tasks for episode in task.episodes if episode.negative is not None}
    assert label < {task.image for task in tasks}


def test_a_change_is_what_two_heats_score_apart(tasks):
    analyzer, task = untrained("contrastive"), tasks[0]
    (episode, *_), image = task.episodes, task.picture()
    bridge, grid = analyzer.bridges["contrastive"], episode.mask_grid()
    tokens = exemplar_tokens(analyzer.encode(image), episode.exemplars(False), image.size)
    with torch.inference_mode():
        whole, without = (
            predict_heat(bridge, bridge(tokens, neutral=neutral), tokens)[0] for neutral in ((), ("encoder",))
        )
    old, new = (score_heat(resample(heat, task.size), grid, episode, task.size) for heat in (whole, without))
    (part, *_) = measure(analyzer, [task], lambda *_: None)
    changes = {change.measure: change.value for change in part.changes if change.mechanism == "encoder"}
    assert changes["patch_ap"] == pytest.approx(new["patch_ap"] - old["patch_ap"], abs=1e-6)
    assert changes[HEAT] == pytest.approx(np.abs(without - whole).max(), abs=1e-5)
