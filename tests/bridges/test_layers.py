from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from sam3viz.bridges.layers import (
    GridNorm,
    VisualAdapter,
    all_rows,
    both_grids,
    mean_by_image,
    pooled_roi,
    residual_mlp,
    roi_of,
)


def test_grid_norm_is_a_layer_norm_of_every_cell():
    norm, grid = GridNorm(5), torch.randn(2, 5, 3, 4)
    nn.init.normal_(norm.weight)
    for b, i, j in ((0, 0, 0), (1, 2, 3)):
        expected = nn.functional.layer_norm(grid[b, :, i, j], (5,), norm.weight, norm.bias)
        torch.testing.assert_close(norm(grid)[b, :, i, j], expected)


def test_residual_parts_start_silent():
    grid = nn.functional.normalize(torch.randn(1, 9, 4, 5), dim=1)
    torch.testing.assert_close(VisualAdapter(9)(grid), 3 * grid)
    assert not residual_mlp(9)(torch.randn(4, 9)).any()


def test_boxes_are_pooled_on_their_own_image(make_scene_tokens):
    box = (0.1, 0.1, 0.6, 0.8, 1)
    tokens = make_scene_tokens([(*box, 1, 1), (*box, 0, 1)], images=2)
    grid = torch.stack([torch.full((3, 8, 10), value) for value in (5.0, 7.0)])
    assert pooled_roi(roi_of(grid, tokens))[:, 0].tolist() == [7, 5]


def test_one_grid_is_bridged_once(make_scene_tokens):
    calls = []

    def module(grid):
        calls.append(grid)
        return 2 * grid

    tokens = make_scene_tokens([(0.0, 0.0, 1.0, 1.0, 1, 0, 1)])
    visual, reference = both_grids(module, tokens)
    assert reference is visual
    assert len(calls) == 1
    other = make_scene_tokens([(0.0, 0.0, 1.0, 1.0, 1, 0, 1)], reference=True)
    torch.testing.assert_close(both_grids(module, other), (2 * other.visual, 2 * other.reference))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.floats(-5, 5)), min_size=1, max_size=12))
def test_an_image_counts_once_however_many_boxes_it_has(rows):
    index, usable, values = (torch.tensor(column) for column in zip(*rows, strict=True))
    means = [values[usable & (index == image)].mean() for image in index.unique() if (usable & (index == image)).any()]
    expected = torch.stack(means).mean() if means else torch.tensor(0.0)
    torch.testing.assert_close(mean_by_image(values, usable, index), expected, atol=1e-5, rtol=1e-5)


def test_one_process_holds_all_rows():
    rows = torch.randn(3, 4)
    assert all_rows(rows) is rows
