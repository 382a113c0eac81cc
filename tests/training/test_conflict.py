from __future__ import annotations

import pytest
import torch
from torch import nn

from sam3viz.figures.training_curves import GRADIENT_COSINE
from sam3viz.training.conflict import gradient_cosines


@pytest.fixture
def bridge() -> nn.ModuleDict:
    return nn.ModuleDict({"adapter": nn.Linear(3, 3), "space": nn.Linear(3, 1)})


def loss(bridge: nn.ModuleDict, weights: tuple[float, float, float]) -> torch.Tensor:
    return bridge["adapter"](torch.ones(3)) @ torch.tensor(weights)


def test_the_cosine_is_that_of_the_two_gradients_laid_end_to_end(bridge):
    first, second = (1.0, 2.0, 0.0), (2.0, 0.0, 1.0)
    expected = torch.cosine_similarity(torch.tensor(first), torch.tensor(second), dim=0).item()
    cosines = gradient_cosines(bridge, loss(bridge, first), loss(bridge, second))
    assert cosines[GRADIENT_COSINE] == pytest.approx(expected, abs=1e-6)
    assert cosines[f"{GRADIENT_COSINE}/adapter"] == pytest.approx(expected, abs=1e-6)
    assert f"{GRADIENT_COSINE}/space" not in cosines  # neither loss reaches it


def test_a_loss_agrees_with_itself_and_conflicts_with_its_opposite(bridge):
    one = loss(bridge, (1.0, -1.0, 0.5))
    assert gradient_cosines(bridge, one, 3 * one)[GRADIENT_COSINE] == pytest.approx(1)
    assert gradient_cosines(bridge, one, -one)[GRADIENT_COSINE] == pytest.approx(-1)


def test_losses_that_share_nothing_have_no_cosine_and_the_graph_is_kept(bridge):
    detection, alignment = bridge["adapter"].weight.sum(), bridge["space"].weight.sum()
    assert gradient_cosines(bridge, detection, alignment) == {}
    (detection + alignment).backward()
    assert bridge["space"].weight.grad is not None
