"""Where networks run."""

from __future__ import annotations

import os

import torch


def default_device() -> torch.device:
    """The GPU where there is one, else the CPU.

    Not ZeroGPU's on a Space: it answers that it is there, but can be used within calls that borrow it alone, which
    would forget the encoded pictures.
    """
    lent = os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")
    return torch.device("cuda" if torch.cuda.is_available() and not lent else "cpu")
