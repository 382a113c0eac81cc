from __future__ import annotations

import pytest
import torch
from scipy.optimize import minimize

from sam3viz.bridges import VARIANTS
from sam3viz.inference.readout import heat_logits, similarity
from sam3viz.training.calibration import calibrate
from sam3viz.training.objective import patch_loss
from tests.helpers.analyzers import shaken
from tests.helpers.tiny import DIM


@pytest.mark.parametrize("name", ["raw", "unified", "baseline"])
def test_it_finds_the_minimum_over_slope_and_offset(name, overfit_episode):
    tokens, truth = overfit_episode
    bridge = shaken(VARIANTS[name](DIM))
    before = {key: value.clone() for key, value in bridge.state_dict().items()}
    found = calibrate(bridge, [overfit_episode])
    with torch.no_grad():
        cosine = similarity(bridge.eval()(tokens), tokens)

    def loss(scalars) -> float:
        scale, bias = torch.tensor(scalars[0]).exp().float(), torch.tensor(scalars[1]).float()
        return patch_loss(heat_logits(cosine, tokens, scale, bias), truth).item()

    assert found == pytest.approx(loss((bridge.log_scale.item(), bridge.bias.item())), rel=1e-5)
    best = minimize(loss, (2.3, -5.0), method="Nelder-Mead", options={"maxiter": 2000})
    assert found <= best.fun + 1e-3
    changed = {key for key, value in bridge.state_dict().items() if (value != before[key]).any()}
    assert changed <= {"log_scale", "bias"}


def test_it_leaves_the_bridge_ready_to_use(overfit_episode):
    bridge = VARIANTS["unified"](DIM).train()
    calibrate(bridge, [overfit_episode])
    assert not bridge.training
    assert all(parameter.grad is None or not parameter.grad.any() for parameter in bridge.parameters())
