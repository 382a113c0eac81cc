from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sam3viz.encoders.roi import box_geometry, box_position, centre_and_normalise
from sam3viz.types import Tokens
from sam3viz.utils.roi import roi_features


def ramp(height: int, width: int) -> torch.Tensor:
    """Every cell holds the normalised x and y of its centre."""
    y, x = torch.meshgrid((torch.arange(height) + 0.5) / height, (torch.arange(width) + 0.5) / width, indexing="ij")
    return torch.stack([x, y])[None]


inside = st.floats(0.15, 0.85)


@settings(max_examples=50, deadline=None)
@given(xs=st.tuples(inside, inside).map(sorted), ys=st.tuples(inside, inside).map(sorted), grid=st.integers(8, 40))
def test_roi_features_of_a_ramp_are_the_bin_centres(xs, ys, grid):
    """On any grid, so boxes are in the image's frame; without alignment all would be half a cell off."""
    (x0, x1), (y0, y1) = xs, ys
    got = roi_features(ramp(grid, grid + 3), torch.tensor([[x0, y0, x1, y1]]), torch.tensor([0]))
    share = (torch.arange(7) + 0.5) / 7
    expected = torch.stack(torch.broadcast_tensors(x0 + (x1 - x0) * share, (y0 + (y1 - y0) * share)[:, None]))
    torch.testing.assert_close(got[0], expected.float(), atol=1e-5, rtol=0)


def test_roi_features_are_of_the_boxes_own_image():
    grid = torch.stack([torch.full((3, 6, 6), float(value)) for value in range(3)])
    boxes = torch.tensor([[0.2, 0.2, 0.8, 0.8]]).expand(4, 4)
    got = roi_features(grid, boxes, torch.tensor([2, 0, 1, 2]))
    assert got.mean((1, 2, 3)).tolist() == [2, 0, 1, 2]


def test_roi_features_keep_the_grids_precision():
    assert roi_features(ramp(8, 8).half(), torch.rand(1, 4).half().sort(1)[0], torch.tensor([0])).dtype == torch.half


def test_centring_takes_away_what_all_cells_of_an_image_share():
    features = torch.randn(2, 5, 4, 6)
    tokens = centre_and_normalise(features)
    torch.testing.assert_close(tokens.norm(dim=1), torch.ones(2, 4, 6))
    torch.testing.assert_close(centre_and_normalise(3 * features + torch.randn(2, 5, 1, 1)), tokens)
    torch.testing.assert_close(centre_and_normalise(features[1:]), tokens[1:])


def test_box_geometry():
    got = box_geometry(torch.tensor([[0.1, 0.2, 0.5, 0.4], [0.3, 0.3, 0.3, 0.3]]))
    expected = [0.3, 0.3, 0.4, 0.2, torch.tensor(0.08).log().item() / 4 + 1, torch.tensor(2.0).log().item()]
    torch.testing.assert_close(got[0], torch.tensor(expected))
    assert got.isfinite().all()


@pytest.mark.parametrize("mirror", [(2, 1, 0, 3), (0, 3, 2, 1)])
def test_a_mirrored_box_has_another_position(mirror):
    box = torch.tensor([[0.1, 0.2, 0.4, 0.3]])
    mirrored = box.clone()
    for target, source in enumerate(mirror):
        if target != source:
            mirrored[0, target] = 1 - box[0, source]
    here, there = box_position(box), box_position(mirrored)
    assert here.shape == (1, 64)
    assert (here - there).abs().max() > 0.5


def test_the_position_tells_boxes_of_a_lattice_apart():
    lattice = torch.cartesian_prod(*[torch.linspace(0, 0.6, 5)] * 2, torch.tensor([0.1, 0.2, 0.4]))
    boxes = torch.cat([lattice[:, :2], lattice[:, :2] + lattice[:, 2:]], 1)
    distance = torch.cdist(*[box_position(boxes)] * 2) + 9 * torch.eye(len(boxes))
    assert distance.min() > 0.3


def test_tokens_pool_the_image_the_boxes_lie_on():
    visual, reference = torch.randn(1, 2, 4, 4), ramp(9, 9)
    box = [torch.tensor([[0.2, 0.2, 0.6, 0.6]]), torch.tensor([1]), torch.tensor([0]), torch.tensor([True])]
    torch.testing.assert_close(
        Tokens.gather(visual, *box, reference).roi.mean((2, 3)), torch.tensor([[0.4, 0.4]]), atol=1e-5, rtol=0
    )
    same = Tokens.gather(visual, *box)
    assert same.reference is same.visual
