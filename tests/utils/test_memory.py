from __future__ import annotations

import ctypes
import subprocess
import sys
from inspect import getsource
from pathlib import Path

import pytest

from sam3viz.utils import memory
from sam3viz.utils.memory import LARGE, trim_heap

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library is not glibc"
)
LARGE_BLOCKS = """
{resident}
freed = bytearray(b"x") * 30_000_000
del freed  # from this glibc learns that such a size is nothing large
blocks = [bytearray(b"x") * size for _ in range(20) for size in (LARGE, 60_000)]
before = resident()
del blocks[::2]
print(before - resident())
"""


def resident() -> float:
    """Megabytes."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def given_back(call: str) -> float:
    """Megabytes that come back when large blocks between kept small ones are freed, in a process of its own."""
    module = Path(memory.__file__).read_text(encoding="utf-8")  # alone: the whole package loads torch
    code = "\n".join([module, call, "from pathlib import Path", LARGE_BLOCKS.format(resident=getsource(resident))])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def test_holes_go_back_to_the_system():
    """Blocks too small for pages of their own, every hundredth of which is kept: nothing is free at the heap's end."""
    blocks = [bytearray(b"x") * 60_000 for _ in range(4000)]
    kept = blocks[99::100]
    del blocks
    before = resident()
    trim_heap()
    assert before - resident() > 150
    assert len(kept) == 40


def test_large_blocks_go_back_as_they_are_freed():
    assert given_back("keep_large_blocks_apart()") > 0.9 * 20 * LARGE / 2**20
    assert given_back("") < 0.5 * 20 * LARGE / 2**20
