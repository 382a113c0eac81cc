from __future__ import annotations

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from sam3viz.bridges import VARIANTS
from sam3viz.bridges.checkpoints import load_bridge, load_bridges, save_bridge

DIM = 8


def save(folder, name: str, backbone: str = "tiny", dim: int = DIM, file: str | None = None):
    path = folder / f"{file or name}.safetensors"
    save_bridge(VARIANTS[name](dim), path, backbone, {"seed": "7"})
    return path


def retold(path, **metadata: str):
    """The same tensors with other metadata."""
    with safe_open(path, "pt") as file:
        told = file.metadata() | metadata
    save_file(load_file(path), path, told)
    return path


def test_a_file_is_half_precision_and_says_where_it_comes_from(tmp_path):
    path = save(tmp_path / "new" / "folder", "raw")
    assert {tensor.dtype for tensor in load_file(path).values()} == {torch.half}
    with safe_open(path, "pt") as file:
        assert file.metadata() == {"variant": "raw", "backbone": "tiny", "dim": str(DIM), "seed": "7"}


def test_a_loaded_bridge_is_ready_to_run_and_frozen(tmp_path):
    bridge = load_bridge(save(tmp_path, "unified"), "tiny")
    assert not any(module.training for module in bridge.modules())
    assert {(p.dtype, p.requires_grad) for p in bridge.parameters()} == {(torch.float32, False)}
    assert bridge.dim == DIM


def test_a_folder_is_read_in_screen_order_and_without_other_backbones(tmp_path):
    for name in reversed(VARIANTS):
        save(tmp_path, name)
    save(tmp_path, "raw", "another", file="0_other")
    assert list(load_bridges(tmp_path, "tiny")) == list(VARIANTS)
    assert list(load_bridges(tmp_path, "another")) == ["raw"]
    assert load_bridges(tmp_path, "third") == {}


def test_weights_of_another_backbone_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"raw\.safetensors was trained on 'tiny', not on 'large'.*sam3viz train"):
        load_bridge(save(tmp_path, "raw"), "large")


def test_an_unknown_variant_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"unknown variant 'magic'; known are raw, surround"):
        load_bridge(retold(save(tmp_path, "raw"), variant="magic"), "tiny")


@pytest.mark.parametrize(
    "metadata",
    [{"variant": "unified"}, *({"dim": dim} for dim in ("12", "", "wide", "-1", "0", "1000000", "9" * 30, "9" * 5000))],
)
@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
def test_tensors_that_do_not_fit_are_refused(tmp_path, metadata):
    with pytest.raises(ValueError, match="does not fit this version"):
        load_bridge(retold(save(tmp_path, "baseline"), **metadata), "tiny")


def test_weights_that_are_no_numbers_are_refused(tmp_path):
    path = save(tmp_path, "raw")
    with safe_open(path, "pt") as file:
        told = file.metadata()
    save_file({name: tensor * float("nan") for name, tensor in load_file(path).items()}, path, told)
    with pytest.raises(ValueError, match=r"raw\.safetensors holds weights that are no finite numbers"):
        load_bridge(path, "tiny")


def test_a_damaged_file_is_refused(tmp_path):
    path = save(tmp_path, "raw")
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(ValueError, match=r"raw\.safetensors is damaged"):
        load_bridge(path, "tiny")
    with pytest.raises(ValueError, match=r"raw\.safetensors is damaged"):
        load_bridges(tmp_path, "tiny")
