"""What the tests in `tests/data/test_images.py` and `tests/data/test_images_refused.py` share."""

from __future__ import annotations

import base64
import inspect
import io
import struct
import zlib

import numpy as np
from PIL import Image

from sam3viz.data import images

load_image = inspect.unwrap(images.load_image)  # as in production, where no type check comes before our sentences


GRADIENT = np.linspace(0, 255, 48 * 32).reshape(32, 48).astype(np.uint8)


COLOUR = np.stack([GRADIENT, GRADIENT[::-1], GRADIENT[:, ::-1]], axis=-1)


def encode(image: Image.Image, format: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds no pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def is_sentence(text: str) -> bool:
    return (text[0] == "'" or text[0].isupper()) and text.endswith(".") and "; " in text and "\n" not in text


def pixels(image: Image.Image) -> np.ndarray:
    assert image.mode == "RGB"
    return np.asarray(image).astype(int)


SEEDS = [
    encode(Image.fromarray(COLOUR), "PNG"),
    encode(Image.fromarray(COLOUR), "JPEG"),
    encode(Image.fromarray(COLOUR), "GIF"),
    encode(Image.fromarray(COLOUR), "TIFF", compression="tiff_lzw"),
    encode(Image.fromarray(COLOUR), "WEBP"),
    encode(Image.fromarray(COLOUR), "BMP"),
]


def unpacked(uri: str) -> bytes:
    head, body = uri.split(",", 1)
    assert head == "data:image/webp;base64"
    return base64.b64decode(body, validate=True)
