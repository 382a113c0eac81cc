from __future__ import annotations

from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from sam3viz.bridges import VARIANTS
from sam3viz.data.annotations import CocoAnnotation
from sam3viz.data.coco import CocoPicture
from sam3viz.studies.dataset_gap.instances import (
    MAX_OBJECTS_PER_PICTURE,
    ExcludedCounts,
    count_excluded,
    encode_pairs,
    select_objects,
)
from tests.helpers.tiny import DIM


def annotation(box: tuple[float, ...], category: str = "cat", crowd: bool = False) -> CocoAnnotation:
    return CocoAnnotation(category, box, (), crowd, outlined=False, category_id=1)


def picture(*annotations: CocoAnnotation) -> CocoPicture:
    return CocoPicture(Path("folder/a.jpg"), "folder/a.jpg", 320, 240, annotations)


def test_objects_are_single_and_large_enough_and_have_cocos_sizes():
    objects = select_objects(
        picture(
            annotation((0, 0, 31, 31), "dog"),
            annotation((0, 0, 100, 100), crowd=True),
            annotation((0, 0, 32, 32)),
            annotation((0, 0, 3.9, 200)),
            annotation((10, 20, 106, 116), "cow"),
        )
    )
    assert objects.image == "folder/a.jpg"
    assert objects.categories == ("dog", "cat", "cow")
    assert objects.sizes == ("small", "medium", "large")
    np.testing.assert_array_equal(objects.boxes[2], [10, 20, 106, 116])


def test_of_a_crowded_picture_the_largest_are_kept_in_the_files_order():
    sides = np.random.default_rng(0).permutation(np.arange(10, 10 + MAX_OBJECTS_PER_PICTURE + 20))
    objects = select_objects(picture(*(annotation((0, 0, int(side), int(side))) for side in sides)))
    assert len(objects.boxes) == MAX_OBJECTS_PER_PICTURE
    assert objects.boxes[:, 2].tolist() == [side for side in sides if side >= 30]


def test_what_is_not_measured_is_counted_by_its_reason():
    """Whatever is annotated is either measured or counted, and once."""
    many = picture(*(annotation((0, 0, 20, 20)) for _ in range(MAX_OBJECTS_PER_PICTURE + 5)), annotation((0, 0, 3, 90)))
    some = replace(
        picture(
            annotation((0, 0, 60, 60), crowd=True),
            annotation((0, 0, 3, 3), crowd=True),
            annotation((0, 0, 60, 3.9)),
            annotation((0, 0, 4, 4)),
        ),
        flat=2,
    )
    excluded = count_excluded([many, some])
    assert excluded == ExcludedCounts(flat=2, crowds=2, thin=2, beyond=5)
    measured = sum(len(select_objects(shown).boxes) for shown in (many, some))
    annotated = sum(len(shown.annotations) + shown.flat for shown in (many, some))
    assert measured + sum(astuple(excluded)) == annotated
    assert count_excluded([]) == ExcludedCounts(0, 0, 0, 0)


def test_a_picture_without_objects_has_none():
    assert select_objects(picture()).boxes.shape == (0, 4)


@pytest.fixture
def through():
    torch.manual_seed(0)
    bridges = {name: VARIANTS[name](DIM).eval() for name in ("raw", "baseline", "multilevel")}
    objects = select_objects(picture(*(annotation((x, 20, x + 60, 120)) for x in (0, 90, 200))))
    visual = torch.nn.functional.normalize(torch.randn(1, DIM, 12, 16), dim=1)
    return encode_pairs(bridges, visual, objects, (320, 240)), objects, bridges, visual


def test_pairs_have_a_row_an_object_and_raw_has_no_gap(through):
    got, objects, *_ = through
    assert list(got) == ["raw", "baseline", "multilevel"]
    for pair in got.values():
        assert len(pair.instance) == len(pair.region) == len(objects.boxes)
        assert (np.abs(pair.matched) <= 1 + 1e-6).all()
    np.testing.assert_allclose(got["raw"].matched, 1, atol=1e-5)


def test_cosines_by_a_slow_loop(through):
    pair = through[0]["baseline"]
    a, b = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (pair.instance, pair.region))
    for i in range(3):
        assert pair.matched[i] == pytest.approx(a[i] @ b[i], abs=1e-5)
        assert pair.mismatched[i] == pytest.approx(np.mean([a[i] @ b[j] for j in range(3) if j != i]), abs=1e-5)


def test_an_object_alone_has_no_strangers(through):
    _, _, bridges, visual = through
    alone = encode_pairs(bridges, visual, select_objects(picture(annotation((0, 0, 80, 80)))), (320, 240))
    assert np.isnan(alone["raw"].mismatched).all()
