"""Fit the readout's slope and offset as they are used: with trained features that do not move any more."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from sam3viz.bridges import Bridge
from sam3viz.inference.readout import heat_logits, similarity
from sam3viz.training.objective import patch_loss
from sam3viz.types import GroundTruth, Tokens

_ITERATIONS = 100


def calibrate(bridge: Bridge, batches: Sequence[tuple[Tokens, GroundTruth]]) -> float:
    """Set ``log_scale`` and ``bias`` to the minimum of the patch loss over ``batches``, in eval mode; returns it.

    While training they chase features that move, with a rate of their own; once these stand still they have one best
    value. Two numbers, so a few steps of L-BFGS do.
    """
    bridge.eval()
    device = bridge.bias.device
    with torch.no_grad():
        seen = [(tokens.to(device), truth.to(device)) for tokens, truth in batches]
        cosines = [similarity(bridge(tokens), tokens) for tokens, _ in seen]
    scalars = [bridge.log_scale, bridge.bias]
    for scalar in scalars:
        scalar.requires_grad_(True)
    optimizer = torch.optim.LBFGS(scalars, max_iter=_ITERATIONS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        losses = [
            patch_loss(heat_logits(cosine, tokens, bridge.scale, bridge.bias), truth)
            for cosine, (tokens, truth) in zip(cosines, seen, strict=True)
        ]
        return torch.stack(losses).mean()

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    optimizer.step(closure)
    optimizer.zero_grad()
    return loss().item()
