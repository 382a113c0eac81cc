"""What tells two sets of weights apart, however a backbone came by them."""

from __future__ import annotations

import hashlib

import torch
from torch import nn


def weight_hash(network: nn.Module, dtype: torch.dtype | None = None) -> str:
    """Return eight hexadecimal digits of the SHA-256 of all parameters and buffers.

    Args:
        dtype: rounded to it first, so that weights loaded in several precisions count as the same.
    """
    digest = hashlib.sha256()
    for key, tensor in network.state_dict().items():
        digest.update(key.encode())
        rounded = tensor if dtype is None else tensor.to(dtype)
        digest.update(rounded.cpu().contiguous().view(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()[:8]
