from __future__ import annotations

import pytest
import torch

from sam3viz.bridges.foreground import MARGIN, ForegroundPooling, enlarged
from sam3viz.bridges.layers import pooled_roi, roi_of
from sam3viz.types import Tokens


def test_enlarged_boxes_stay_inside_and_keep_their_centre_where_there_is_room():
    boxes = torch.tensor([[0.4, 0.4, 0.6, 0.5], [0.0, 0.0, 1.0, 1.0], [0.8, 0.1, 1.0, 0.3]])
    grown = enlarged(boxes)
    torch.testing.assert_close(grown[0], torch.tensor([0.4 - MARGIN * 0.2, 0.4 - MARGIN * 0.1, 0.68, 0.54]))
    torch.testing.assert_close(grown[1], boxes[1])
    assert grown.min() >= 0
    assert grown.max() <= 1


def tokens_of(grid: torch.Tensor, box: tuple[float, ...]):
    return Tokens.gather(grid, torch.tensor([box]), torch.tensor([1]), torch.tensor([0]), torch.tensor([True]))


def test_without_surroundings_and_very_wide_it_is_the_mean():
    tokens = tokens_of(torch.randn(1, 6, 12, 16), (0.2, 0.3, 0.7, 0.9))
    got = ForegroundPooling(width=1e3, share=0.0)(tokens.roi, tokens.reference, tokens)
    torch.testing.assert_close(got, pooled_roi(tokens.roi), atol=1e-5, rtol=1e-4)


def test_narrow_it_is_the_centre():
    tokens = tokens_of(torch.randn(1, 6, 12, 16), (0.2, 0.3, 0.7, 0.9))
    got = ForegroundPooling(width=1e-2, share=0.0)(tokens.roi, tokens.reference, tokens)
    torch.testing.assert_close(got, tokens.roi[:, :, 3, 3], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("slack", [0.0, 0.08])
def test_it_finds_the_object_in_a_loose_box(slack):
    """Object and ground have features of their own; the pooled exemplar is nearer to the object than the mean is."""
    thing, ground = torch.nn.functional.normalize(torch.randn(2, 32), dim=1)
    grid = ground[None, :, None, None].expand(1, 32, 24, 24).clone()
    grid[0, :, 8:16, 8:16] = thing[:, None, None]
    tokens = tokens_of(grid, (1 / 3 - slack, 1 / 3 - slack, 2 / 3 + slack, 2 / 3 + slack))
    pooled = ForegroundPooling()(tokens.roi, tokens.reference, tokens)[0]
    mean = pooled_roi(roi_of(grid, tokens))[0]

    def margin(exemplar: torch.Tensor) -> float:
        near, far = (torch.cosine_similarity(exemplar, other, dim=0) for other in (thing, ground))
        return (near - far).item()

    assert margin(pooled) > margin(mean) + 0.1
