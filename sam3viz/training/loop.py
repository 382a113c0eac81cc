"""One training run of one bridge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from sam3viz.bridges import Bridge
from sam3viz.training.objective import joint_objective
from sam3viz.types import Tokens, Truth


@dataclass(frozen=True)
class Recipe:
    """How a bridge is trained; the same for every variant."""

    steps: int = 300
    batch: int = 8
    learning_rate: float = 1e-3
    weight_decay: float = 0.02
    calibration_rate: float = 0.05
    seed: int = 0


def train(bridge: Bridge, batches: Callable[[int], tuple[Tokens, Truth]], recipe: Recipe) -> Iterator[dict[str, float]]:
    """Train ``bridge`` in place; yields every step's loss terms, so that a caller can show, log or stop.

    AdamW (arXiv 1711.05101) under a one-cycle schedule (arXiv 1708.07120), gradients clipped to norm 1. The two
    calibration scalars of the readout have a rate of their own: they must travel far in few steps, and must not use
    up the features' gradient norm.
    """
    calibration = [bridge.log_scale, bridge.bias]
    features = [p for p in bridge.parameters() if not any(p is scalar for scalar in calibration)]
    optimizer = torch.optim.AdamW(
        [
            {"params": features, "weight_decay": recipe.weight_decay},
            {"params": calibration, "weight_decay": 0.0},
        ]
    )
    rates = [recipe.learning_rate, recipe.calibration_rate]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, recipe.steps, pct_start=0.1)
    bridge.train()
    for step in range(recipe.steps):
        tokens, truth = batches(step)
        terms = joint_objective(bridge, bridge(tokens), tokens, truth)
        optimizer.zero_grad()
        terms["total"].backward()
        torch.nn.utils.clip_grad_norm_(features, 1.0)
        optimizer.step()
        schedule.step()
        yield {name: term.item() for name, term in terms.items()}
    bridge.eval()
