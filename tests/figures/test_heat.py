"""Pictures of heat keep the heat where it is."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from sam3viz.figures.heat import attention_png, heat_png, overlay
from sam3viz.types import Detection, Exemplar, VariantResult


def with_grid(heat: np.ndarray, size: tuple[int, int], attention: np.ndarray | None = None) -> VariantResult:
    drawn = np.zeros((0 if attention is None else len(attention), 4), np.float32)
    none = drawn[:0]
    return VariantResult(
        heat.astype(np.float32), size, (), 0.0, "raw", size, none, drawn, drawn, none, none, attention_grid=attention
    )  # fmt: skip


def pixels(png: bytes) -> np.ndarray:
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    assert image.mode == "L"
    return np.asarray(image)


@pytest.mark.parametrize("corner", [(0, 0), (0, -1), (-1, 0), (-1, -1)])
def test_a_hot_corner_stays_in_its_corner(corner):
    grid = np.zeros((4, 6))
    grid[corner] = 1
    shown = pixels(heat_png(with_grid(grid, (400, 600)), side=300))
    assert shown.shape == (200, 300)
    assert shown[corner] == 255
    assert shown.sum() == shown[:100, :150].sum() + shown[:100, 150:].sum() + shown[100:].sum()
    other = (-1 - corner[0], -1 - corner[1])
    assert shown[other] == 0


@pytest.mark.parametrize(
    ("size", "expected"), [((100, 50), (384, 192)), ((50, 100), (192, 384)), ((1, 9999), (1, 384))]
)
def test_the_longer_side_is_what_was_asked_for(size, expected):
    assert pixels(heat_png(with_grid(np.full((2, 2), 0.5), size))).shape == expected


def test_it_is_the_heat_map_that_the_api_gives():
    result = with_grid(np.random.default_rng(0).random((5, 7)), (50, 70))
    assert np.abs(pixels(heat_png(result, side=70)) / 255 - result.heatmap).max() < 1.5 / 255


def test_attention_is_scaled_to_its_own_peak():
    grid = np.zeros((2, 3, 3), np.float32)
    grid[1, 2, 0] = 0.02
    shown = pixels(attention_png(with_grid(np.zeros((3, 3)), (30, 30), grid), 1, side=30))
    assert shown[-1, 0] == 255
    assert shown[0, -1] == 0


def test_what_is_not_there_is_said():
    result = with_grid(np.zeros((2, 2)), (9, 9))
    with pytest.raises(ValueError, match="no context attention"):
        attention_png(result, 0)
    with pytest.raises(ValueError, match="no exemplar 2"):
        attention_png(with_grid(np.zeros((2, 2)), (9, 9), np.ones((2, 2, 2), np.float32)), 2)


def test_an_overlay_shows_the_picture_where_it_is_cold_and_paints_where_it_is_hot():
    grid = np.zeros((2, 2), np.float32)
    grid[0, 0] = 1
    image = Image.new("RGB", (80, 40), (10, 200, 30))
    painted = np.asarray(overlay(image, grid, side=80))
    assert painted.shape == (40, 80, 3)
    assert painted[-1, -1].tolist() == [10, 200, 30]
    assert np.abs(painted[0, 0].astype(int) - [10, 200, 30]).max() > 100


def test_an_overlay_draws_each_box_in_its_colour_and_place():
    image = Image.new("RGB", (200, 100), "black")
    boxes = [Exemplar((20, 20, 80, 80), 1), Exemplar((120, 20, 180, 80), -1)]
    drawn = np.asarray(
        overlay(image, np.zeros((2, 2), np.float32), [Detection((90, 5, 110, 95), 0.9)], boxes, 200)
    ).astype(int)
    red, green, blue = drawn[..., 0], drawn[..., 1], drawn[..., 2]
    is_green, is_red, is_white = (green > red + 50), (red > green + 50), (np.minimum(red, blue) > 250)
    assert is_green[:, :100].any()
    assert not is_green[:, 100:].any()
    assert is_red[:, 100:].any()
    assert not is_red[:, :100].any()
    assert is_green[79, 30:70].all()
    assert 0.2 < is_red[79, 125:175].mean() < 0.8
    assert is_white[40:60, 91].all()


def test_a_box_smaller_than_a_pixel_of_the_overlay_is_drawn_all_the_same():
    image = Image.new("RGB", (4000, 3000), "black")
    small = overlay(
        image, np.zeros((2, 2), np.float32), [Detection((9, 9, 10, 10), 1)], [Exemplar((9, 9, 10, 10), 1)], 64
    )
    assert small.size == (64, 48)
    assert np.asarray(small).any()
