"""Picture files: decoded once, and written where Gradio may serve them."""

from __future__ import annotations

import base64
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from gradio.processing_utils import save_bytes_to_cache, save_pil_to_cache
from gradio.utils import get_upload_folder
from PIL import Image

from app.services.redaction import redact_folder
from sam3viz import load_image
from sam3viz.data.images import webp_uri

PREVIEW_SIDE = 1600
"""Pixels of the longer side of an uploaded picture's copy to draw on."""
HEAT_SIDE = 192
"""Pixels of the longer side of a heat map that the page scales itself."""
PICTURE_SIDE = 768
"""Pixels of the longer side of a picture below heat."""


def read(path: str) -> Image.Image:
    """Decode an uploaded file.

    Raises:
        ValueError: one sentence on what is wrong with the file.
    """
    try:
        return load_image(Path(path))
    except ValueError as error:  # the person knows the file, not where it was put
        raise redact_folder(error, path) from error


@lru_cache(maxsize=4)
def picture(path: str) -> Image.Image:
    """Decode an uploaded file, or return one of the last few that were decoded; do not change the image.

    Gradio's paths hold the file's hash, so a path always means one picture.

    Raises:
        ValueError: one sentence on what is wrong with the file.
    """
    return read(path)


def served(image: Image.Image, format: str) -> str:
    """Write the picture as a file that Gradio may serve, and return its path."""
    return save_pil_to_cache(image, get_upload_folder(), format=format)


def served_bytes(data: bytes, name: str) -> str:
    """Write a file that Gradio may serve, in a folder named after its content, and return its path."""
    return save_bytes_to_cache(data, name, get_upload_folder())


def data_uri(image: Image.Image) -> str:
    """Return the picture as a data URI, at most `PICTURE_SIDE` pixels a side."""
    small = image.copy()
    small.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    return webp_uri(small)


def exact_uri(image: Image.Image) -> str:
    """Return a small picture, every pixel as it is, as a data URI."""
    file = BytesIO()
    image.save(file, "PNG")
    return png_uri(file.getvalue())


def png_uri(png: bytes) -> str:
    """Return an encoded PNG as a data URI."""
    return "data:image/png;base64," + base64.b64encode(png).decode()
