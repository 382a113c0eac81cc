"""What a result is made from, as a few characters: the page marks every view whose stamp is not the current one.

``app/components/shared/stamp.js`` makes the same stamp from the same picture and boxes, before the server is asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

_OFFSET, _PRIME, _MASK = 0x811C9DC5, 0x01000193, 0xFFFFFFFF


def fingerprint(text: str) -> str:
    """Return the 32-bit FNV-1a of a text's UTF-8 bytes as eight hexadecimal digits."""
    value = _OFFSET
    for byte in text.encode():
        value = (value ^ byte) * _PRIME & _MASK
    return f"{value:08x}"


def stamp_prompt(path: str | None, boxes: Iterable[tuple[float, float, float, float, int]]) -> str:
    """Return PICTURE.BOXES: fingerprints of a picture's server path and of its boxes to a hundredth of a pixel."""
    rows = (
        ",".join([*(str(math.floor(100 * side + 0.5)) for side in corners), str(label)]) for *corners, label in boxes
    )
    return f"{fingerprint(path or '')}.{fingerprint(';'.join(rows))}"
