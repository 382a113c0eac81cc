from __future__ import annotations

import pytest
import torch

from sam3viz.encoders import ExemplarEncoder

M, DIM = 6, 12


@pytest.fixture
def encoder() -> ExemplarEncoder:
    return ExemplarEncoder(DIM, width=16).eval()


@pytest.fixture
def boxes() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    corner = 0.4 * torch.rand(M, 2)
    return torch.randn(M, DIM, 7, 7), torch.cat([corner, corner + 0.3], 1), torch.tensor([1, -1] * 3)


def test_permuting_the_boxes_permutes_the_tokens(encoder, boxes):
    order = torch.randperm(M)
    torch.testing.assert_close(encoder(*(t[order] for t in boxes)), encoder(*boxes)[order])


def test_other_boxes_do_not_matter(encoder, boxes):
    torch.testing.assert_close(encoder(*(t[2:3] for t in boxes)), encoder(*boxes)[2:3])


@pytest.mark.parametrize("which", ["content", "arrangement", "position", "label"])
def test_everything_about_a_box_changes_its_token(encoder, boxes, which):
    roi, position, label = boxes
    changed = {
        "content": (roi + 1 * torch.randn_like(roi), position, label),
        "arrangement": (roi.flip(-1), position, label),
        "position": (roi, position + 0.2, label),
        "label": (roi, position, -label),
    }[which]
    assert ((encoder(*changed) - encoder(*boxes)).abs().amax(1) > 1e-3).all()
