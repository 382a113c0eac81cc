"""Bridges with random weights, saved where trained ones lie."""

from __future__ import annotations

from pathlib import Path

from sam3viz.bridges import VARIANTS
from sam3viz.bridges.checkpoints import save_bridge, weights_folder
from sam3viz.encoders import load_backbone


def save_bridges(backbone: str, *names: str) -> Path:
    """Save bridges for the backbone of that name, and return their folder."""
    network = load_backbone(backbone)
    folder = weights_folder(network.identity)
    for name in names:
        save_bridge(VARIANTS[name](network.dim), folder / f"{name}.safetensors", network.identity, {})
    return folder
