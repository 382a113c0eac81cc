from __future__ import annotations

import pytest
from huggingface_hub import constants
from huggingface_hub.utils import close_session

from sam3viz.bridges import VARIANTS
from sam3viz.bridges import checkpoints as model
from sam3viz.bridges.checkpoints import save_bridge
from tests.helpers.hub_stand_in import TOKEN, serving

DIM = 16


@pytest.fixture(autouse=True)
def _own_client(tmp_path, monkeypatch):
    """Neither this machine's token, proxy, cache nor the real hub."""
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no" / "token"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    monkeypatch.setattr(model, "TRAINED", tmp_path / "trained")
    close_session()


@pytest.fixture
def hub():
    with serving() as hub:
        yield hub
        close_session()


@pytest.fixture
def save(tmp_path):
    """Writes a bridge, by default for a tiny backbone; returns its file."""

    def write(name="raw", backbone="tiny", file=None, folder="weights", **metadata):
        path = tmp_path / folder / f"{file or name}.safetensors"
        told = {"seed": "7", "preset": "smoke", "commit": "abc", "data": "boxes", "command": "sam3viz train"}
        save_bridge(VARIANTS[name](DIM), path, backbone, told | metadata)
        return path

    return write
