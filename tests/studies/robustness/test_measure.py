from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.metrics import average_precision_score

from sam3viz.data.coco import read_coco
from sam3viz.evaluation.episodes import GRID, ImageTask, MaskGrid, photo_tasks
from sam3viz.evaluation.scores import resample
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.geometry import rotation, scale
from sam3viz.studies.robustness.measure import (
    CHANCE,
    Measurement,
    measure_perturbations,
    move_mask_grid,
    random_stream,
    tabulate,
)
from sam3viz.studies.robustness.perturbation import IDENTITY, Perturbation, View
from sam3viz.studies.robustness.summarize import Condition, summarize
from sam3viz.types import Exemplar
from tests.helpers.analyzers import untrained
from tests.helpers.coco_sets import save_set
from tests.helpers.scenes import picture


@pytest.fixture
def raster() -> MaskGrid:
    asked = np.zeros((GRID, GRID), bool)
    asked[20:30, 40:44] = True
    objects = np.zeros_like(asked)
    objects[5:9, 5:9] = True
    return MaskGrid(asked, objects, np.zeros_like(asked))


def test_an_undisturbed_picture_has_the_same_answer(raster):
    moved = move_mask_grid(raster, View(picture(), IDENTITY), picture().size)
    for name in ("targets", "objects", "ignored"):
        np.testing.assert_array_equal(getattr(moved, name), getattr(raster, name))


def test_half_a_turn_turns_the_answer(raster):
    size = picture().size
    view = rotation(picture(), (0.0, 0.0, *map(float, size)), 180.0, np.random.default_rng(0))
    moved = move_mask_grid(raster, view, size)
    np.testing.assert_array_equal(moved.targets, raster.targets[::-1, ::-1])
    assert not moved.ignored.any()


def test_what_was_not_on_the_clean_picture_is_left_out(raster):
    size = picture().size
    view = scale(picture(), (0.0, 0.0, *map(float, size)), 0.5, np.random.default_rng(0))
    moved = move_mask_grid(raster, view, size)
    assert moved.ignored.mean() == pytest.approx(0.75, abs=0.03)
    assert not moved.ignored[GRID // 4 + 1 : 3 * GRID // 4 - 1, GRID // 4 + 1 : 3 * GRID // 4 - 1].any()
    assert moved.targets.sum() == pytest.approx(raster.targets.sum() / 4, abs=4)


def test_what_is_hidden_is_left_out_and_nothing_is_right_there(raster):
    """A slow loop over cells: 160 x 120 pixels, so a cell is 2.5 x 1.875."""
    hidden = ((100.0, 40.0, 106.0, 48.0), (0.0, 0.0, 20.0, 12.0))
    moved = move_mask_grid(raster, View(picture(), IDENTITY, hidden=hidden), picture().size)
    for row in range(GRID):
        for column in range(GRID):
            x, y = 2.5 * (column + 0.5), 1.875 * (row + 0.5)
            covered = any(x0 <= x < x1 and y0 <= y < y1 for x0, y0, x1, y1 in hidden)
            assert moved.ignored[row, column] == covered
            assert moved.targets[row, column] == (raster.targets[row, column] and not covered)
            assert moved.objects[row, column] == (raster.objects[row, column] and not covered)
    assert 0 < moved.targets.sum() < raster.targets.sum()


@pytest.fixture
def tasks(tmp_path) -> list[ImageTask]:
    return photo_tasks(read_coco(save_set(tmp_path / "set")), "set")


@pytest.fixture
def measured(tasks):
    analyzer = untrained("raw", "baseline", "unified")
    chosen = [PERTURBATIONS[name] for name in ("rotation", "occlusion", "jitter")]
    parts = list(measure_perturbations(analyzer.backbone, analyzer.bridges, tasks, chosen, side=96))
    assert len(parts) == len(tasks)
    return tabulate([row for part in parts for row in part])


def test_every_variant_answers_at_every_level_both_ways(measured):
    counts = measured[measured["metric"] == "similarity"].groupby(["target", "perturbation", "level"]).size()
    assert set(counts) == {3 * 3}
    assert set(measured.loc[measured["perturbation"] == "jitter", "target"]) == {"exemplar"}
    assert set(measured["target"]) == {"exemplar", "scene"}
    ap = measured.loc[measured["metric"] == "patch_ap", "value"]
    assert ap.between(0, 1).all()
    assert set(counts.index.get_level_values("level")) == {
        level for name in ("rotation", "occlusion", "jitter") for level in PERTURBATIONS[name].levels
    }


def test_undisturbed_both_ways_are_one(measured):
    neutral = measured[(measured["level"] == 0) & (measured["perturbation"] == "rotation")]
    both = neutral.pivot_table(index=["image", "variant", "metric"], columns="target", values="value")
    np.testing.assert_array_equal(both["exemplar"], both["scene"])
    raw = both.xs("raw", level="variant").xs("similarity", level="metric")
    assert raw["scene"].to_numpy() == pytest.approx(1, abs=1e-5)


def test_disturbing_costs_raw_its_similarity(measured):
    raw = measured[(measured["variant"] == "raw") & (measured["metric"] == "similarity")]
    mean = raw[raw["target"] == "exemplar"].groupby(["perturbation", "level"])["value"].mean()
    for name, strongest in (("occlusion", 0.7), ("jitter", 0.4), ("rotation", 90.0)):
        assert mean[name, strongest] < mean[name, 0.0]


def cells() -> list[tuple[int, int, float, float]]:
    """Row, column and centre in pixels of each cell of a picture of 160 x 120."""
    return [(row, column, 2.5 * (column + 0.5), 1.875 * (row + 0.5)) for row in range(GRID) for column in range(GRID)]


def expected_ap(scene: Image.Image, task: ImageTask, truth: np.ndarray, keep: np.ndarray) -> float:
    """Of `raw`, as the public API answers a box on the clean picture, asked of another scene."""
    exemplar = Exemplar(task.episodes[0].positive)
    found = untrained("raw").analyze(scene, [exemplar], reference=task.picture()).variants["raw"]
    return float(average_precision_score(truth[keep], resample(found.heat_grid, task.size)[keep]))


def measured_ap(task: ImageTask, name: str, level: float, seed: int = 0) -> dict[str, float]:
    """Variant -> AP of the scene disturbed."""
    analyzer = untrained("raw")
    (rows,) = measure_perturbations(analyzer.backbone, analyzer.bridges, [task], [PERTURBATIONS[name]], seed=seed)
    return {
        row.variant: row.value for row in rows if (row.target, row.metric, row.level) == ("scene", "patch_ap", level)
    }


def test_a_turned_scene_is_scored_against_the_turned_answer(tasks):
    """Half a turn about the exemplar's middle takes (x, y) to (2 u - x, 2 v - y)."""
    task = tasks[0]
    x0, y0, x1, y1 = task.episodes[0].positive
    clean = task.episodes[0].mask_grid()
    truth, keep = np.zeros((GRID, GRID), bool), np.zeros((GRID, GRID), bool)
    for row, column, x, y in cells():
        was_x, was_y = x0 + x1 - x, y0 + y1 - y
        if 0 <= was_x < 160 and 0 <= was_y < 120:
            there = int(was_y // 1.875), int(was_x // 2.5)
            truth[row, column], keep[row, column] = clean.targets[there], not clean.ignored[there]
    scene = PERTURBATIONS["rotation"](task.picture(), task.episodes[0].positive, 180.0, np.random.default_rng()).image
    got, expected = measured_ap(task, "rotation", 180.0), expected_ap(scene, task, truth, keep)
    assert got["raw"] == pytest.approx(expected, abs=1e-6)
    assert got[CHANCE] == pytest.approx(truth[keep].mean())
    assert expected_ap(scene, task, clean.targets, ~clean.ignored) != pytest.approx(expected, abs=0.01)


OCCLUDING_SEED = 1
"""With it what is hidden makes a difference to the score."""


def test_an_occluded_scene_hides_a_part_of_everything_and_asks_for_what_is_left(tasks):
    """Half of each box is grey, from the side that the picture's own generator says, one box after the other."""
    task = tasks[0]
    asked, clean = task.episodes[0], task.episodes[0].mask_grid()
    pixels, rng = (
        np.asarray(task.picture()).copy(),
        np.random.default_rng(random_stream(OCCLUDING_SEED, 0, "occlusion")),
    )
    hidden = np.zeros(pixels.shape[:2], bool)
    for x0, y0, x1, y1 in ([*map(int, box)] for box in (asked.positive, *asked.targets)):
        x, y = round((x0 + x1) / 2), round((y0 + y1) / 2)
        whole, left, right = (slice(y0, y1), slice(x0, x1)), slice(x0, x), slice(x, x1)
        sides = ((whole[0], left), (whole[0], right), (slice(y0, y), whole[1]), (slice(y, y1), whole[1]))
        rows, columns = sides[int(rng.integers(4))]
        hidden[rows, columns] = True
    pixels[hidden] = 128
    truth, keep = clean.targets.copy(), ~clean.ignored
    for row, column, x, y in cells():
        if hidden[int(y), int(x)]:
            truth[row, column] = keep[row, column] = False
    got, scene = measured_ap(task, "occlusion", 0.5, OCCLUDING_SEED), Image.fromarray(pixels)
    assert got["raw"] == pytest.approx(expected_ap(scene, task, truth, keep), abs=1e-6)
    assert got[CHANCE] == pytest.approx(truth[keep].mean())
    assert expected_ap(task.picture(), task, truth, keep) != pytest.approx(got["raw"], abs=0.03)
    assert clean.targets[~clean.ignored].mean() > 1.5 * got[CHANCE]


def test_chance_is_the_share_of_right_cells_once_a_question_and_level(measured, tasks):
    chance = measured[(measured["variant"] == CHANCE)]
    assert set(chance["metric"]) == {"patch_ap"}
    undisturbed = chance[(chance["level"] == 0) & (chance["perturbation"] == "jitter")].set_index("image")["value"]
    for task in tasks:
        raster = task.episodes[0].mask_grid()
        assert undisturbed[task.image] == pytest.approx(raster.targets.sum() / (~raster.ignored).sum())


def test_pictures_drop_out_at_some_levels_and_the_curve_is_of_those_that_never_do(tasks):
    analyzer = untrained("raw")
    parts = measure_perturbations(analyzer.backbone, analyzer.bridges, tasks, [PERTURBATIONS["scale"]], seed=1)
    frame = tabulate([row for part in parts for row in part])
    ap = frame[(frame["target"] == "scene") & (frame["metric"] == "patch_ap") & (frame["variant"] == "raw")]
    counts = ap.groupby("level")["image"].nunique().reindex(PERTURBATIONS["scale"].levels, fill_value=0)
    assert counts.nunique() > 1  # four times as large, the others are off the picture
    always = sorted(image for image, own in ap.groupby("image") if len(own) == len(counts))
    summary = summarize(frame, pd.DataFrame(columns=["route"]))
    if always:
        (result,) = summary.select("scene", "patch_ap")
        assert {estimate.n for estimate in result.curves["raw"].estimates} == {len(always)}
    else:
        assert summary.absent == (Condition("scene", "scale", "patch_ap"),)


def test_each_perturbation_has_a_stream_of_its_own_that_begins_anew_at_each_level(tasks):
    drawn: dict[str, list[float]] = {"noise": [], "light": []}

    def listening(name: str) -> Perturbation:
        def apply(image, box, level, rng):
            drawn[name].append(rng.random())
            return View(image.copy(), IDENTITY)

        return replace(PERTURBATIONS[name], apply=apply)

    analyzer = untrained("raw")
    list(
        measure_perturbations(analyzer.backbone, analyzer.bridges, tasks[:2], [listening("light"), listening("noise")])
    )
    together = drawn["noise"].copy()
    first, second = together[:4], together[4:]
    assert len(set(first)) == len(set(second)) == 1  # four levels that disturb, one pattern
    assert first != second
    assert set(drawn["light"]).isdisjoint(together)
    drawn["noise"].clear()
    list(measure_perturbations(analyzer.backbone, analyzer.bridges, tasks[:2], [listening("noise")]))
    assert drawn["noise"] == together
    drawn["noise"].clear()
    list(measure_perturbations(analyzer.backbone, analyzer.bridges, tasks[:2], [listening("noise")], seed=1))
    assert set(drawn["noise"]).isdisjoint(together)


@pytest.fixture
def registry():
    """`PERTURBATIONS`, which may be changed and is as it was afterwards."""
    entries = list(PERTURBATIONS.items())
    yield PERTURBATIONS
    PERTURBATIONS.clear()
    PERTURBATIONS.update(entries)


def test_another_perturbation_in_the_registry_leaves_the_random_numbers_of_the_others(tasks, registry):
    """A generator is seeded by its perturbation's name, not by its place among the others."""
    analyzer, noise = untrained("raw"), registry["noise"]

    def measured() -> list[Measurement]:
        (part,) = measure_perturbations(analyzer.backbone, analyzer.bridges, tasks[:1], [noise], side=96)
        return part

    streams = {name: random_stream(3, 1, name) for name in registry}
    before, entries = measured(), list(registry.items())
    entries.insert(list(registry).index("noise"), ("fog", replace(noise, name="fog")))
    for order in (entries, entries[::-1]):
        registry.clear()
        registry.update(order)
        assert {name: random_stream(3, 1, name) for name in streams} == streams
        assert measured() == before
    assert len({*streams.values(), random_stream(3, 1, "fog")}) == len(entries)
