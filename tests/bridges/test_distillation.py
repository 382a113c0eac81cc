from __future__ import annotations

import dataclasses

import pytest
import torch
import torch.nn.functional as F

from sam3viz.bridges.distillation import Distillation, distillation
from sam3viz.bridges.layers import pooled_roi, unit_variance
from sam3viz.types import BridgeOutput, Tokens
from tests.helpers.tiny import DIM


def test_it_is_zero_at_the_teacher_alone():
    teacher = torch.randn(5, 9)
    student = 3 * F.normalize(teacher, dim=1)
    assert distillation(student, 7 * teacher).tolist() == pytest.approx([0] * 5, abs=1e-6)
    assert distillation(student.roll(1, 0), teacher).mean() > 0.5
    assert distillation(-student, teacher).tolist() == pytest.approx([2 + 4] * 5)  # each channel off by two
    assert distillation(torch.zeros(5, 9), teacher).tolist() == pytest.approx([1 + 1] * 5)


def test_the_teacher_has_no_gradient():
    student, teacher = torch.randn(3, 4, requires_grad=True), torch.randn(3, 4, requires_grad=True)
    distillation(student, teacher).mean().backward()
    assert student.grad.any()
    assert teacher.grad is None


@pytest.mark.parametrize("reference", [False, True])
def test_the_teacher_is_the_region_on_the_boxes_own_image(make_scene_tokens, overfit_episode, reference):
    """The same box on two images of a batch: a student that equals its own image's region has no loss left."""
    box = (0.1, 0.2, 0.5, 0.7, 1)
    tokens = make_scene_tokens([(*box, 1, 1), (*box, 0, 1), (*box, 1, 1)], images=2, reference=reference)
    alone = [
        Tokens.gather(tokens.reference[i : i + 1], tokens.boxes[:1], *(torch.tensor([x]) for x in (1, 0, True))).roi
        for i in (0, 1)
    ]
    right = torch.cat([pooled_roi(alone[i]) for i in (1, 0, 1)])
    truth = dataclasses.replace(
        overfit_episode[1],
        target=torch.zeros(2, 8, 10),
        objects=torch.zeros(2, 8, 10),
        class_cover=torch.zeros(3, 8, 10),
    )

    def loss(rows: torch.Tensor) -> float:
        student = DIM**0.5 * F.normalize(rows, dim=1)
        bridged = BridgeOutput(tokens.visual, tokens.reference, student)
        return Distillation(DIM).loss(bridged, tokens, truth)["distillation"].item()

    assert loss(right) == pytest.approx(0, abs=1e-5)
    assert loss(right[[1, 0, 1]]) > 0.1


def test_the_visual_side_stays_as_it_is(make_scene_tokens):
    tokens = make_scene_tokens([(0.1, 0.1, 0.5, 0.5, 1, 0, 1)])
    torch.testing.assert_close(Distillation(DIM)(tokens).visual, unit_variance(tokens.visual))
