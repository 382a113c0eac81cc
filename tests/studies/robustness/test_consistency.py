"""The same thing by two paths."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from sam3viz.bridges import VARIANTS
from sam3viz.data.coco import read_coco
from sam3viz.evaluation.episodes import ImageTask, photo_tasks
from sam3viz.evaluation.intervals import mean_interval
from sam3viz.studies.robustness import consistency as module
from sam3viz.studies.robustness.consistency import (
    MEASURES,
    ConsistencyResult,
    compute_measures,
    measure_consistency,
    summarize_consistency,
)
from sam3viz.studies.robustness.routes import LOOSE_BOX_FACTOR, ROUTES, Route
from sam3viz.types import BridgeOutput, Tokens
from tests.helpers.analyzers import untrained
from tests.helpers.coco_sets import save_set
from tests.helpers.scenes import picture

BOX = (30.0, 20.0, 70.0, 60.0)


def of_route(instances: pd.DataFrame, route: str) -> list[ConsistencyResult]:
    return [result for result in summarize_consistency(instances) if result.route == route]


class Collapsed(VARIANTS["raw"]):
    """Everything is the same to it."""

    def forward(self, tokens: Tokens) -> BridgeOutput:
        found = super().forward(tokens)
        return BridgeOutput(found.visual, found.reference, torch.ones_like(found.exemplar))


@pytest.fixture
def tasks(tmp_path) -> list[ImageTask]:
    return photo_tasks(read_coco(save_set(tmp_path / "set", pictures=4)), "set")


def test_measures_are_those_of_a_slow_loop():
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(2, 6, 5))
    second[1] = first[1]
    got = compute_measures(torch.tensor(first), torch.tensor(second))
    for i in range(6):
        by_cosine = [a @ b / np.linalg.norm(a) / np.linalg.norm(b) for a, b in ((first[i], other) for other in second)]
        mismatched = [by_cosine[j] for j in range(6) if j != i]
        assert got["matched"][i] == pytest.approx(by_cosine[i])
        assert got["mismatched"][i] == pytest.approx(np.mean(mismatched))
        assert got["contrast"][i] == pytest.approx(by_cosine[i] - np.mean(mismatched))
        assert got["recall"][i] == float(by_cosine[i] > max(mismatched))
    assert got["recall"][1] == 1
    assert 0 < got["recall"].mean() < 1


def test_path_b_is_searched_and_not_path_a():
    """The first thing's token by A is nearest to its own by B, though the second's by B is nearest to it by A."""
    got = compute_measures(
        torch.tensor([[1.0, 0.0], [1.0, 0.1], [-1.0, 0]]), torch.tensor([[0.9, 0.1], [0.0, 1], [-1.0, 0]])
    )
    assert got["recall"].tolist() == [1, 0, 1]


def test_an_encoder_that_gives_everything_one_token_is_not_consistent(tasks):
    found = measure_consistency(untrained("raw").backbone, {"raw": Collapsed(16)}, tasks)
    assert found["matched"].to_numpy() == pytest.approx(1)
    assert found["mismatched"].to_numpy() == pytest.approx(1)
    assert found["contrast"].to_numpy() == pytest.approx(0, abs=1e-9)
    assert found["recall"].to_numpy() == pytest.approx(1 / len(tasks))  # as often as by chance


def test_a_path_that_changes_nothing_finds_every_thing(tasks, monkeypatch):
    monkeypatch.setattr(
        module, "ROUTES", {"as it is": Route("as it is", "as it is", lambda image, box, other: (image, box))}
    )
    found = measure_consistency(untrained("raw").backbone, untrained("raw", "unified").bridges, tasks)
    assert set(found["variant"]) == {"raw", "unified"}
    assert found["matched"].to_numpy() == pytest.approx(1)
    assert found["recall"].to_numpy() == pytest.approx(1)
    assert (found.loc[found["variant"] == "raw", "contrast"] > 0.01).all()


def test_a_crop_is_the_thing_alone_and_the_whole_of_its_picture():
    pixels = np.zeros((120, 160, 3), np.uint8)
    pixels[21:60, 31:70] = 255  # what lies wholly under the box
    crop, box = ROUTES["crop"].take(Image.fromarray(pixels), (30.4, 20.2, 70.3, 60.6), picture())
    assert np.asarray(crop).min() == 255
    assert crop.size == (39, 39)
    assert box == (0, 0, 39, 39)


def test_a_loose_box_is_on_the_same_picture_as_far_as_it_goes():
    image = picture()
    seen, box = ROUTES["loose"].take(image, BOX, picture(1))
    assert seen is image
    assert box == pytest.approx((16, 6, 84, 74))
    _, cut = ROUTES["loose"].take(image, (0.0, 0.0, 20.0, 20.0), picture(1))
    assert cut == pytest.approx((0, 0, 27, 27))


def test_elsewhere_the_thing_is_the_same_and_all_else_is_the_other_picture():
    image, other = picture(), picture(1, size=(80, 60))
    seen, box = ROUTES["elsewhere"].take(image, BOX, other)
    inside = np.zeros((120, 160), bool)
    inside[20:60, 30:70] = True
    np.testing.assert_array_equal(np.asarray(seen)[inside], np.asarray(image)[inside])
    expected = np.asarray(other.resize((160, 120), Image.Resampling.BICUBIC))
    np.testing.assert_array_equal(np.asarray(seen)[~inside], expected[~inside])
    assert box == BOX


def test_each_picture_is_encoded_once_and_the_last_ones_neighbour_is_the_first(tasks, monkeypatch):
    others = []

    def remembered(image: Image.Image, box, other: Image.Image):
        others.append(np.asarray(other))
        return image, box

    analyzer = untrained("raw", "unified")
    measure_consistency(analyzer.backbone, analyzer.bridges, tasks)
    assert analyzer.backbone.calls == 3 * len(
        tasks
    )  # its own, the crop, the other picture; the loose box is on its own
    monkeypatch.setattr(module, "ROUTES", {"x": Route("x", "x", remembered, needs_other=True)})
    measure_consistency(analyzer.backbone, analyzer.bridges, tasks)
    for other, task in zip(others, [*tasks[1:], tasks[0]], strict=True):
        np.testing.assert_array_equal(other, np.asarray(task.picture()))


@pytest.mark.parametrize("count", [1, 2])
def test_too_few_things_have_no_strangers_and_one_has_no_other_picture(tasks, count):
    found = measure_consistency(untrained("raw").backbone, untrained("raw").bridges, tasks[:count])
    assert list(found["route"].unique()) == (["crop", "loose"] if count == 1 else list(ROUTES))
    assert found["matched"].notna().all()
    assert found[["mismatched", "contrast", "recall"]].isna().all(axis=None)
    loose = {result.measure: result.ranking["raw"].estimate for result in of_route(found, "loose")}
    assert not math.isnan(loose["matched"].mean)
    for measure in ("mismatched", "contrast", "recall"):
        assert math.isnan(loose[measure].mean)
        assert loose[measure].n == count


def test_nothing_to_compare_is_an_empty_table(tasks):
    found = measure_consistency(untrained("raw").backbone, untrained("raw").bridges, [])
    assert found.empty
    assert summarize_consistency(found) == ()


def test_numbers_are_means_over_pictures_ranked_and_contrast_is_compared_with_raw():
    told = {"raw": (0.5, 0.6, 0.4, 0.5), "unified": (0.9, 1.0, 0.8, 0.9)}
    frame = pd.DataFrame(
        {"route": "crop", "image": image, "category": "c", "variant": name}
        | {"matched": value, "mismatched": 0.1, "contrast": value - 0.1, "recall": float(name == "unified")}
        for name, values in told.items()
        for image, value in zip("abcd", values, strict=True)
    )
    found = {result.measure: result.ranking for result in of_route(frame, "crop")}
    assert list(found) == list(MEASURES)
    assert list(found["contrast"]) == ["unified", "raw"]
    expected = mean_interval([value - 0.1 for value in told["unified"]], list("abcd"))
    got = found["contrast"]["unified"]
    assert (got.estimate.mean, got.estimate.low, got.estimate.high) == pytest.approx(
        (expected.mean, expected.low, expected.high)
    )
    assert got.to_reference.mean == pytest.approx(0.4)
    assert got.significant
    recall = found["recall"]["unified"]
    assert recall.estimate.mean == recall.estimate.high == 1
    assert 0.4 < recall.estimate.low < 0.6  # four of four is no proof
    assert not recall.significant


def test_the_label_of_the_loose_box_says_how_loose_it_is():
    assert f"{LOOSE_BOX_FACTOR:g} x" in ROUTES["loose"].label
