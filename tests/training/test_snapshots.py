"""Weights that a run keeps on its way: which, where, and that later steps do not change them."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from sam3viz.bridges import VARIANTS
from sam3viz.training.snapshots import (
    SNAPSHOT_SHARES,
    find_snapshots,
    forget_snapshots,
    snapshot_path,
    snapshot_steps,
    take_snapshot,
)


@given(st.integers(1, 2000))
def test_a_run_keeps_its_start_and_never_its_last_step_twice(steps):
    kept = snapshot_steps(steps)
    assert kept[0] == 0
    assert list(kept) == sorted(set(kept))
    assert kept[-1] < steps
    if steps >= 20:
        assert len(kept) == len(SNAPSHOT_SHARES) - 1
        for step, share in zip(kept, SNAPSHOT_SHARES, strict=False):
            assert abs(step / steps - share) <= 0.5 / steps + 1e-9


def test_a_snapshot_stays_as_it_was():
    bridge = VARIANTS["unified"](16)
    before = take_snapshot(bridge)
    kept = {name: tensor.clone() for name, tensor in before.state_dict().items()}
    with torch.no_grad():
        for parameter in bridge.parameters():
            parameter.add_(1)
    assert not before.training
    assert not any(parameter.requires_grad for parameter in before.parameters())
    for name, tensor in before.state_dict().items():
        torch.testing.assert_close(tensor, kept[name], rtol=0, atol=0)


def test_files_are_found_by_variant_and_step_of_one_seed(tmp_path):
    for variant, seed, step in (("unified", 0, 40), ("unified", 0, 2), ("raw", 0, 2), ("unified", 1, 7)):
        path = snapshot_path(tmp_path, variant, seed, step)
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "snapshots" / "notes.safetensors").touch()
    found = find_snapshots(tmp_path, 0)
    assert {name: list(files) for name, files in found.items()} == {"raw": [2], "unified": [2, 40]}
    assert list(found) == ["raw", "unified"]
    with pytest.raises(ValueError, match="holds no snapshots of seed 5"):
        find_snapshots(tmp_path, 5)


def test_a_run_that_starts_anew_leaves_no_snapshot_of_the_one_before(tmp_path):
    for variant, step in (("unified", 0), ("unified", 12), ("unified", 240), ("raw", 240)):
        path = snapshot_path(tmp_path, variant, 0, step)
        path.parent.mkdir(exist_ok=True)
        path.touch()
    forget_snapshots(tmp_path, "unified", 0, after=12)
    assert {name: list(files) for name, files in find_snapshots(tmp_path, 0).items()} == {
        "raw": [240],
        "unified": [0, 12],
    }
    forget_snapshots(tmp_path, "unified", 1)
    forget_snapshots(tmp_path, "unified", 0)
    assert list(find_snapshots(tmp_path, 0)) == ["raw"]
