from __future__ import annotations

import pytest
import torch

from sam3viz.encoders.device import default_device


@pytest.mark.parametrize(
    ("there", "zero_gpu", "device"),
    [(True, None, "cuda"), (True, "true", "cpu"), (True, "false", "cuda"), (False, None, "cpu"), (False, "1", "cpu")],
)
def test_a_gpu_is_used_unless_it_is_only_lent(monkeypatch, there, zero_gpu, device):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    monkeypatch.delenv("SPACES_ZERO_GPU", raising=False)
    if zero_gpu is not None:
        monkeypatch.setenv("SPACES_ZERO_GPU", zero_gpu)
    assert default_device().type == device
