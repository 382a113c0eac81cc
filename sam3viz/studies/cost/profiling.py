"""One figure of one piece of work: floating point operations, kept bytes, peak bytes, seconds."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

Work = Callable[[], object]
Name = TypeVar("Name")


def parameters(module: nn.Module) -> int:
    """Count the trainable scalars, as if none were frozen."""
    return sum(parameter.numel() for parameter in module.parameters())


def flops(work: Work) -> int:
    """Count floating point operations of convolutions and matrix products, a multiply-add counted as two.

    Elementwise work, normalisation and ROIAlign are not counted: they are small and torch has no formula for them.
    """
    with plain_attention(), FlopCounterMode(display=False) as counter, torch.no_grad():
        work()
    return int(counter.get_total_flops())


@contextmanager
def plain_attention() -> Iterator[None]:
    """Compute attention as matrix products: the fused kernels of transformer layers are counted as nothing."""
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


def kept_bytes(work: Work, owned: nn.Module) -> int:
    """Count the bytes that ``work`` keeps for its backward pass, each storage once, without ``owned``'s parameters."""
    own = {parameter.untyped_storage().data_ptr() for parameter in owned.parameters()}
    kept: dict[int, tuple[int, Tensor]] = {}  # the tensors stay, so that no address is used twice

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = (storage.nbytes(), tensor)
        return tensor

    with saved_tensors_hooks(note, lambda tensor: tensor):
        result = work()
    del result
    return sum(size for size, _ in kept.values())


def peak_bytes(work: Work, device: torch.device) -> int:
    """Return the most bytes that ``work`` holds at once over what was held before it."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
        before = torch.cuda.memory_allocated(device)
        torch.cuda.reset_peak_memory_stats(device)
        work()
        torch.cuda.synchronize(device)
        return torch.cuda.max_memory_allocated(device) - before
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiled:
        work()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace.json"
        profiled.export_chrome_trace(str(path))
        events = json.loads(path.read_text("utf-8"))["traceEvents"]
    memory = [event for event in events if event.get("name") == "[memory]"]
    memory.sort(key=lambda event: event["ts"])
    held = np.cumsum([0, *(event["args"]["Bytes"] for event in memory)])
    return int(held.max())


def interleaved_seconds(
    works: Mapping[Name, Work],
    repetitions: int,
    device: torch.device,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[Name, list[float]]:
    """Time each repetition of each piece of work, one after another in turns, so that a machine that slows down slows
    all of them down.

    Args:
        progress: called with (done, total); may raise to stop.

    Returns:
        Name -> seconds of each repetition.
    """
    seconds: dict[Name, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()  # the first time allocates and picks kernels
    for repetition in range(repetitions):
        for name, work in works.items():
            start = _now(device)
            work()
            seconds[name].append(_now(device) - start)
        progress(repetition + 1, repetitions)
    return seconds


def _now(device: torch.device) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()
