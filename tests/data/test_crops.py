"""Parts of photographs: what is there keeps its place, what is cut away is neither one thing nor its absence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from faster_coco_eval import mask as rle_masks
from hypothesis import given, settings
from hypothesis import strategies as st

from sam3viz.data.annotations import CocoAnnotation, union_cover
from sam3viz.data.coco import CocoPicture
from sam3viz.data.crops import LEAST_INSIDE, choose_crop, take_crop, whole_crop

WIDTH, HEIGHT = 120, 80


def annotation(box, category="cat", crowd=False, rle=None) -> CocoAnnotation:
    x0, y0, x1, y1 = box
    polygons = () if rle is not None else ((x0, y0, x1, y0, x1, y1, x0, y1),)
    return CocoAnnotation(category, box, polygons, crowd, True, 0, rle)


def picture(*annotations: CocoAnnotation) -> CocoPicture:
    return CocoPicture(Path("a.jpg"), "a.jpg", WIDTH, HEIGHT, annotations)


def boxes() -> st.SearchStrategy[tuple[float, float, float, float]]:
    def ordered(corners: tuple[int, int, int, int]) -> tuple[float, float, float, float]:
        x, y, w, h = corners
        return float(x), float(y), float(min(x + w, WIDTH)), float(min(y + h, HEIGHT))

    return st.tuples(st.integers(0, WIDTH - 8), st.integers(0, HEIGHT - 8), st.integers(4, 60), st.integers(4, 60)).map(
        ordered
    )


@given(st.lists(boxes(), min_size=1, max_size=5), boxes())
@settings(deadline=None, max_examples=40)
def test_a_part_covers_what_the_whole_covers_there(objects, window):
    """Pixel by pixel, with the objects' own pixels as an independent picture of them."""
    drawn = picture(*map(annotation, objects))
    window = tuple(map(int, window))
    crop = take_crop(drawn, window)
    truth = np.zeros((HEIGHT, WIDTH), bool)
    for x0, y0, x1, y1 in objects:
        truth[int(y0) : int(y1), int(x0) : int(x1)] = True
    x0, y0, x1, y1 = window
    seen = union_cover([*crop.objects, *crop.cut], crop.size, (y1 - y0, x1 - x0))
    inner = seen[1:-1, 1:-1] > 0.5
    expected = truth[y0:y1, x0:x1][1:-1, 1:-1]
    assert (inner != expected).mean() < 0.2  # outlines take the whole of the fine cells they pass through
    for kept in crop.objects:
        bx0, by0, bx1, by1 = kept.box
        area = max(min(bx1, x1 - x0) - max(bx0, 0), 0) * max(min(by1, y1 - y0) - max(by0, 0), 0)
        assert area >= LEAST_INSIDE * (bx1 - bx0) * (by1 - by0) - 1e-6


def test_objects_are_parted_by_how_much_of_them_is_there():
    drawn = picture(
        annotation((0, 0, 20, 20)), annotation((50, 10, 70, 30)), annotation((36, 0, 46, 10)),
        annotation((100, 60, 110, 70)), annotation((10, 10, 30, 30), crowd=True),
    )  # fmt: skip
    crop = take_crop(drawn, (0, 0, 60, 40))
    assert [kept.box for kept in crop.objects] == [(0, 0, 20, 20), (50, 10, 70, 30), (36, 0, 46, 10)]
    assert [cut.crowd for cut in crop.cut] == [True]
    narrower = take_crop(drawn, (0, 0, 52, 40))
    assert [cut.box for cut in narrower.cut] == [(50, 10, 70, 30), (10, 10, 30, 30)]
    shifted = take_crop(drawn, (5, 10, 65, 50))
    assert shifted.size == (60, 40)
    assert shifted.objects[0].box == (-5, -10, 15, 10)


def test_a_mask_is_cut_like_the_picture():
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[20:50, 30:90] = 1
    rle = rle_masks.encode(np.asfortranarray(mask))
    crop = take_crop(picture(annotation((30, 20, 90, 50), rle=rle)), (40, 10, 100, 60))
    np.testing.assert_array_equal(rle_masks.decode(dict(crop.objects[0].rle)), mask[10:60, 40:100])


def test_a_drawn_part_shows_two_of_a_category_that_may_be_asked():
    cats = [annotation((x, 30, x + 10, 40)) for x in (20, 40, 60, 80)]
    dogs = [annotation((x, 60, x + 10, 70), "dog") for x in (20, 40, 60, 80)]
    for seed in range(20):
        crop = choose_crop(picture(*cats, *dogs), {"dog"}, np.random.default_rng(seed))
        assert sum(a.category == "dog" for a in crop.objects) >= 2
        assert 0 <= crop.window[0] < crop.window[2] <= WIDTH
        assert 0 <= crop.window[1] < crop.window[3] <= HEIGHT
    far = picture(annotation((0, 0, 4, 4)), annotation((110, 70, 114, 74)))
    assert choose_crop(far, {"cat"}, np.random.default_rng(0)) == whole_crop(far)


@pytest.mark.parametrize("crowd", [False, True])
def test_the_whole_is_all_of_it(crowd):
    drawn = picture(annotation((1, 2, 30, 40)), replace(annotation((5, 5, 20, 20)), crowd=crowd))
    every = whole_crop(drawn)
    assert every.size == (WIDTH, HEIGHT)
    assert (len(every.objects), len(every.cut)) == ((1, 1) if crowd else (2, 0))
