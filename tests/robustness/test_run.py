from __future__ import annotations

import numpy as np
import pytest

from sam3viz.bench.protocol import GRID, Raster, photo_tasks
from sam3viz.coco import read_coco
from sam3viz.robustness import PERTURBATIONS
from sam3viz.robustness.geometry import rotation, scale
from sam3viz.robustness.perturbation import IDENTITY, View
from sam3viz.robustness.run import measure, moved_raster, table
from tests.bench.sets import save_set
from tests.test_pipeline import picture, untrained


@pytest.fixture
def raster() -> Raster:
    asked = np.zeros((GRID, GRID), bool)
    asked[20:30, 40:44] = True
    objects = np.zeros_like(asked)
    objects[5:9, 5:9] = True
    return Raster(asked, objects, np.zeros_like(asked))


def test_an_undisturbed_picture_has_the_same_answer(raster):
    moved = moved_raster(raster, View(picture(), IDENTITY), picture().size)
    for name in ("asked", "objects", "left_out"):
        np.testing.assert_array_equal(getattr(moved, name), getattr(raster, name))


def test_half_a_turn_turns_the_answer(raster):
    size = picture().size
    view = rotation(picture(), (0.0, 0.0, *map(float, size)), 180.0, np.random.default_rng(0))
    moved = moved_raster(raster, view, size)
    np.testing.assert_array_equal(moved.asked, raster.asked[::-1, ::-1])
    assert not moved.left_out.any()


def test_what_was_not_on_the_clean_picture_is_left_out(raster):
    size = picture().size
    view = scale(picture(), (0.0, 0.0, *map(float, size)), 0.5, np.random.default_rng(0))
    moved = moved_raster(raster, view, size)
    assert moved.left_out.mean() == pytest.approx(0.75, abs=0.03)
    assert not moved.left_out[GRID // 4 + 1 : 3 * GRID // 4 - 1, GRID // 4 + 1 : 3 * GRID // 4 - 1].any()
    assert moved.asked.sum() == pytest.approx(raster.asked.sum() / 4, abs=4)


@pytest.fixture
def measured(tmp_path):
    analyzer = untrained("raw", "baseline", "unified")
    tasks = photo_tasks(read_coco(save_set(tmp_path / "set")), "set")
    chosen = [PERTURBATIONS[name] for name in ("rotation", "occlusion", "jitter")]
    parts = list(measure(analyzer.backbone, analyzer.bridges, tasks, chosen, side=96))
    assert len(parts) == len(tasks)
    return table([row for part in parts for row in part])


def test_every_variant_answers_at_every_level_both_ways(measured):
    counts = measured[measured["metric"] == "similarity"].groupby(["disturbed", "perturbation", "level"]).size()
    assert set(counts) == {3 * 3}
    assert set(measured.loc[measured["perturbation"] == "jitter", "disturbed"]) == {"exemplar"}
    assert set(measured["disturbed"]) == {"exemplar", "scene"}
    ap = measured.loc[measured["metric"] == "patch_ap", "value"]
    assert ap.between(0, 1).all()
    assert len(ap)


def test_undisturbed_both_ways_are_one(measured):
    neutral = measured[(measured["level"] == 0) & (measured["perturbation"] == "rotation")]
    both = neutral.pivot_table(index=["image", "variant", "metric"], columns="disturbed", values="value")
    np.testing.assert_array_equal(both["exemplar"], both["scene"])
    raw = both.xs("raw", level="variant").xs("similarity", level="metric")
    assert raw["scene"].to_numpy() == pytest.approx(1, abs=1e-5)


def test_disturbing_costs_raw_its_similarity(measured):
    raw = measured[(measured["variant"] == "raw") & (measured["metric"] == "similarity")]
    mean = raw[raw["disturbed"] == "exemplar"].groupby(["perturbation", "level"])["value"].mean()
    for name, strongest in (("occlusion", 0.7), ("jitter", 0.4), ("rotation", 90.0)):
        assert mean[name, strongest] < mean[name, 0.0]
