"""Where networks run."""

from __future__ import annotations

import os

import torch


def default_device() -> torch.device:
    """Return the GPU where there is one, else the CPU.

    Not ZeroGPU's on a Space: it is lent to one call at a time, which runs in a process of its own, so that pictures
    encoded there would be forgotten with the call. The consequence: on ZeroGPU everything runs on the CPU, and a
    picture takes the real SAM 3 about a minute there. A Space with a GPU of its own uses that.
    """
    lent = os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")
    return torch.device("cuda" if torch.cuda.is_available() and not lent else "cpu")
