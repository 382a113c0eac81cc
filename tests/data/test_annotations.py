from __future__ import annotations

import numpy as np
import pytest
from faster_coco_eval import mask as rle_masks

from sam3viz.data.annotations import UNCERTAIN, CocoAnnotation, certain_cover, cover, read_annotation, union_cover

SQUARE = [10, 10, 30, 10, 30, 30, 10, 30]
"""A 20 x 20 square as a polygon."""


def read(segmentation: object, **more: object) -> CocoAnnotation:
    """An object on a picture of 64 x 48 pixels."""
    entry = {"category_id": 1, "bbox": [10, 10, 20, 20], "segmentation": segmentation} | more
    found = read_annotation(entry, "cat", (64, 48), "annotation 1")
    assert found is not None
    return found


def test_a_polygon_of_two_points_is_no_outline():
    assert not read([[1, 1, 9, 9]]).outlined
    kept = read([[1, 1, 9, 9], SQUARE])
    assert (kept.outlined, len(kept.polygons)) == (True, 1)


def ellipse() -> np.ndarray:
    rows, columns = np.mgrid[:48, :64]
    return np.asfortranarray(((rows - 24) ** 2 / 400 + (columns - 30) ** 2 / 500 < 1).astype(np.uint8))


@pytest.mark.parametrize("compressed", [True, False])
def test_a_run_length_mask_covers_its_pixels(compressed):
    mask = ellipse()
    counts: object = rle_masks.encode(mask)["counts"].decode()
    if not compressed:
        flat = mask.ravel(order="F")
        edges = np.flatnonzero(np.diff(flat)) + 1
        counts = np.diff([0, *edges, flat.size]).tolist()
    segmentation = {"size": [48, 64], "counts": counts}
    crowd = read(segmentation, iscrowd=1)
    assert (crowd.crowd, crowd.outlined, crowd.polygons) == (True, True, ())
    # a grid whose fine raster is a whole multiple of the picture's pixels is exact
    share = cover([crowd], (64, 48), (12, 16))[0]
    np.testing.assert_allclose(share, mask.reshape(12, 4, 16, 4).mean((1, 3)), atol=1e-6)


def in_polygon(x: float, y: float, polygon: list[float]) -> bool:
    """Even-odd rule, one edge after the other."""
    points = list(zip(polygon[::2], polygon[1::2], strict=True))
    inside = False
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            inside = not inside
    return inside


def test_cover_agrees_with_counting_points_inside():
    polygon = [5.0, 4.0, 60.0, 10.0, 40.0, 44.0, 12.0, 30.0]
    annotation = read([polygon])
    share = cover([annotation], (64, 48), (6, 8))[0]
    for row in range(6):
        for column in range(8):
            points = [in_polygon(8 * column + i + 0.5, 8 * row + j + 0.5, polygon) for i in range(8) for j in range(8)]
            assert share[row, column] == pytest.approx(np.mean(points), abs=0.2)  # an edge is drawn a pixel wide
    area = 0.5 * abs(
        sum(polygon[i] * polygon[(i + 3) % 8] - polygon[(i + 2) % 8] * polygon[i + 1] for i in range(0, 8, 2))
    )
    assert share.sum() * 64 == pytest.approx(area, rel=0.05)


def test_what_overlaps_counts_once_in_the_union():
    found = [read([SQUARE]), read([[20, 10, 40, 10, 40, 30, 20, 30]])]
    each, union = cover(found, (64, 48), (12, 16)), union_cover(found, (64, 48), (12, 16))
    assert each.shape == (2, 12, 16)
    assert (union <= each.sum(0) + 1e-6).all()
    assert (union >= each.max(0) - 1e-6).all()
    assert union[4, 6] == 1 < each[:, 4, 6].sum()
    assert not union_cover([], (64, 48), (12, 16)).any()
    assert cover([], (64, 48), (12, 16)).shape == (0, 12, 16)


def test_of_a_box_without_an_outline_only_the_middle_is_certain():
    box, outlined = read([], bbox=[12, 8, 40, 32]), read([[12, 8, 52, 8, 52, 40, 12, 40]], bbox=[12, 8, 40, 32])
    for one, same in ((box, False), (outlined, True)):
        (whole,), (certain,) = cover([one], (64, 48), (24, 32)), certain_cover([one], (64, 48), (24, 32))
        assert np.array_equal(whole, certain) == same
        assert certain[12, 16] == 1
        assert not certain[whole == 0].any()
    (certain,) = certain_cover([box], (64, 48), (24, 32))
    assert certain[4, 6] == pytest.approx(UNCERTAIN)  # the corner of the box
    assert (certain == 1).sum() * 4 == pytest.approx(np.pi / 4 * 0.75**2 * 40 * 32, rel=0.1)
