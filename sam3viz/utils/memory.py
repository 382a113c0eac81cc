"""Freed memory goes back to the system.

glibc keeps what was freed below something that is still in use. Every new size of a picture leaves such holes: over
96 pictures of COCO128 a process held 2.4 GB, of which 1.0 GB were holes. Both calls are glibc's own, and do nothing
where the C library has none.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

LARGE = 6_000_000
"""Bytes. Lower, and a forward pass spends its time on fresh pages: at 1 MB it took a tenth longer."""
_M_MMAP_THRESHOLD = -3  # malloc.h


def trim_heap() -> None:
    """Give the holes back."""
    _glibc("malloc_trim", 0)


def keep_large_blocks_apart() -> None:
    """From now on a block of `LARGE` bytes has pages of its own, which go back as soon as it is freed.

    Left alone, glibc moves that size up to 32 MB with what it sees freed. It is set for the whole process, so this is
    for commands, and not for a page that also has visitors to serve.
    """
    _glibc("mallopt", _M_MMAP_THRESHOLD, LARGE)


def _glibc(name: str, *values: int) -> None:
    call: Any = getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
    if call is not None:
        call(*values)
