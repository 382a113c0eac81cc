"""What survives a kill, and what several processes make of one run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from sam3viz.training.checkpoint import load_checkpoint
from sam3viz.training.history import read_history
from tests.helpers.picture_folders import save_folders

ROOT = Path(__file__).parents[2]
PATIENCE = 240
"""Seconds a program may take; only a hang takes them."""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    save_folders(folder)
    return folder


def program(*words: object, launcher: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    command = [sys.executable, *launcher, "-m", "tests.helpers.tiny_run", *map(str, words)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finish(*words: object, launcher: tuple[str, ...] = ()) -> str:
    process = program(*words, launcher=launcher)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    return said


def history(folder: Path) -> pd.DataFrame:
    return read_history(folder / "history.jsonl")


@pytest.mark.slow
def test_a_killed_run_goes_on_as_if_nothing_had_been(pictures, tmp_path):
    """Killed in the middle of a step somewhere after the first checkpoint; tolerance: none."""
    finish(pictures, tmp_path / "whole", "--steps", 40)
    process = program(pictures, tmp_path / "killed", "--steps", 40)
    checkpoint, start = tmp_path / "killed" / "unified-0.pt", time.monotonic()
    while not checkpoint.exists() and time.monotonic() - start < PATIENCE:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    state = load_checkpoint(checkpoint)
    assert state is not None
    assert 0 < state["step"] < 40, "the run must be killed before its end"
    said = finish(pictures, tmp_path / "killed", "--steps", 40, "--resume")
    assert f"goes on after step {state['step']}" in said
    pd.testing.assert_frame_equal(history(tmp_path / "killed"), history(tmp_path / "whole"))
    whole, killed = (load_file(tmp_path / name / "unified.safetensors") for name in ("whole", "killed"))
    assert all((whole[key] == killed[key]).all() for key in whole)


@pytest.mark.slow
def test_a_kill_while_writing_leaves_a_whole_checkpoint(tmp_path):
    """A program does nothing but write checkpoints whose tensors all hold the same number; killed again and again."""
    path = tmp_path / "state.pt"
    writer = (
        "import sys, torch; from pathlib import Path; from sam3viz.training.checkpoint import save_checkpoint\n"
        "print('ready', flush=True)\n"
        "for n in range(10**6):\n"
        "    save_checkpoint({'n': n, 'a': torch.full((10**6,), n), 'b': torch.full((10**6,), n)}, Path(sys.argv[1]))\n"
    )
    seen = []
    for attempt in range(5):
        process = subprocess.Popen([sys.executable, "-c", writer, str(path)], stdout=subprocess.PIPE, cwd=ROOT)
        assert process.stdout is not None
        process.stdout.readline()
        start = time.monotonic()
        while not (path.exists() and path.stat().st_size) and time.monotonic() - start < PATIENCE:
            time.sleep(0.01)
        time.sleep(0.15 + 0.037 * attempt)
        process.kill()
        process.communicate()
        state = load_checkpoint(path)
        assert state is not None
        assert (state["a"] == state["n"]).all()
        assert (state["b"] == state["n"]).all()
        seen.append(state["n"])
    assert max(seen) > 0


@pytest.mark.slow
def test_two_processes_are_one_with_the_whole_batch(pictures, tmp_path):
    """Under `accelerate launch`: two halves of a batch give the loss curve and the weights of the whole."""
    variants = ("--variants", "unified", "baseline", "contrastive", "distillation")
    finish(pictures, tmp_path / "one", *variants)
    launcher = ("-m", "accelerate.commands.launch", "--num_processes", "2", "--cpu", "--num_machines", "1")
    launcher += ("--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0")
    finish(pictures, tmp_path / "two", *variants, launcher=launcher)
    one, two = history(tmp_path / "one"), history(tmp_path / "two")
    assert len(one) == 4 * 12
    pd.testing.assert_frame_equal(one, two, rtol=2e-3, atol=2e-4)
    for name in ("unified", "baseline"):
        single, double = (load_file(tmp_path / folder / f"{name}.safetensors") for folder in ("one", "two"))
        for key in single:
            torch.testing.assert_close(double[key].float(), single[key].float(), atol=2e-2, rtol=2e-2)
