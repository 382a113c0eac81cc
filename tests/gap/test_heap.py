from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import pytest

from sam3viz.gap.heap import trim_heap


def resident() -> float:
    """Megabytes."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library is not glibc"
)
def test_holes_go_back_to_the_system():
    """Blocks too small for pages of their own, every hundredth of which is kept: nothing is free at the heap's end."""
    blocks = [bytearray(b"x") * 60_000 for _ in range(4000)]
    kept = blocks[99::100]
    del blocks
    before = resident()
    trim_heap()
    assert before - resident() > 150
    assert len(kept) == 40
