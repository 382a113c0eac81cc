"""Analyzers with random weights on the tiny backbone."""

from __future__ import annotations

import torch

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS, Bridge
from tests.helpers.tiny import TinyBackbone


def shaken(bridge: Bridge) -> Bridge:
    """Move its weights away from the zero start, so that no branch is tested while it is silent."""
    with torch.no_grad():
        for parameter in bridge.parameters():
            parameter += 0.05 * torch.randn_like(parameter)
    return bridge


def untrained(*names: str) -> Analyzer:
    """Return an analyzer of these variants, always with the same random weights."""
    torch.manual_seed(0)
    return Analyzer(TinyBackbone(), {name: shaken(VARIANTS[name](16)).eval() for name in names})
