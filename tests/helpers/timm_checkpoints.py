"""Tiny models of timm with random weights, in files made on the spot."""

from __future__ import annotations

from pathlib import Path

import timm
import torch
from safetensors.torch import save_file

VIT, CNN = "test_vit.r160_in1k", "test_resnet.r160_in1k"


def save_checkpoint(name: str, folder: Path, seed: int = 0) -> str:
    """Writes the whole classifier's weights; returns the backbone's name for `load_backbone`."""
    torch.manual_seed(seed)
    path = folder / f"{name}-{seed}.safetensors"
    save_file({key: tensor.contiguous() for key, tensor in timm.create_model(name).state_dict().items()}, path)
    return f"timm:{name}={path}"
