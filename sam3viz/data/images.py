"""Any picture that a user may bring -> RGB, or one clear sentence."""

from __future__ import annotations

import base64
import io
import os
import stat
from pathlib import Path
from typing import BinaryIO

import numpy as np
from jaxtyping import Shaped, UInt8
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_PIXELS = 40_000_000
MAX_BYTES = 50_000_000
NOTES = "sam3viz_notes"
"""Key of `PIL.Image.Image.info` under which `load_image` leaves what it had to change."""

# Raster formats alone: EPS, PDF, WMF and the like run other programs or interpret scripts.
FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP", "PPM")
_READABLE = "PNG, JPEG, WebP, GIF, TIFF, BMP or PPM"

Source = str | os.PathLike[str] | BinaryIO | bytes | Image.Image | np.ndarray


def webp_uri(image: Image.Image, quality: int = 85) -> str:
    """A picture as a data URI, for a page that fetches nothing."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=quality)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()


def load_image(source: Source) -> Image.Image:
    """Read a picture and bring it to 8-bit RGB, upright.

    Args:
        source: path, open binary file, encoded bytes, PIL image, or an array ``[H, W]`` or ``[H, W, 1..4]``
            (grey, grey + alpha, RGB, RGBA) of uint8, uint16, bool, other integers in 0..255 or 0..65535, or
            floats in 0..1 or 0..255.

    Returns:
        An RGB image turned as its EXIF orientation says; boxes are in its pixels. 16-bit values are scaled by
        65535. Transparent areas are laid on white, the ground that cut-outs, logos and diagrams are drawn for.
        Of an animation or a file of many pages it is the first. ``image.info["sam3viz_notes"]`` is a tuple of
        what was lost on the way, one clause each; all other metadata is left behind.

    Raises:
        ValueError: one sentence on what is wrong (missing, unreadable, cut short, over 50 MB, over 40 megapixels,
            values out of range) and what to do.
    """
    if isinstance(source, Image.Image):
        return _decode(source, "The picture")
    if isinstance(source, np.ndarray):
        return _decode(_from_array(source), "The array")
    data, name = _read(source)
    try:
        opened = Image.open(io.BytesIO(data), formats=_available_formats())
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(name) from error
    except UnidentifiedImageError as error:
        raise ValueError(f"{name} is not a picture that can be read; use a {_READABLE} file.") from error
    except Exception as error:  # a decoder that meets hostile bytes may raise anything
        raise _damaged(name, error) from error
    with opened:
        return _decode(opened, name)


def _available_formats() -> list[str]:
    """A build of Pillow may lack AVIF or WebP."""
    Image.init()
    return [name for name in FORMATS if name in Image.OPEN]


def _read(source: object) -> tuple[bytes, str]:
    """The encoded bytes and the name that messages use."""
    if isinstance(source, bytes):
        data, name = source, "The picture"
    elif isinstance(source, str | os.PathLike):
        name = repr(os.fspath(source))
        data = _read_file(Path(source), name)
    elif hasattr(source, "read"):
        data, name = source.read(MAX_BYTES + 1), "The picture"
        if not isinstance(data, bytes):
            raise ValueError("The file was opened as text; open it in binary mode, as in open(path, 'rb').")
    else:
        raise ValueError(
            f"A {type(source).__name__} is not a picture; pass a path, an open file, bytes, a PIL image or an array."
        )
    if not data:
        raise ValueError(f"{name} is empty; save or download it again.")
    if len(data) > MAX_BYTES:
        raise ValueError(f"{name} is over {MAX_BYTES // 10**6} MB; save it smaller or as a JPEG.")
    return data, name


def _read_file(path: Path, name: str) -> bytes:
    if "\0" in str(path):
        raise ValueError(f"{name} holds a null character, which no path may; check the path.")
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ValueError(f"{name} is a folder; name one picture in it.")
        if not stat.S_ISREG(mode):  # a pipe or a device may never end
            raise ValueError(f"{name} is not an ordinary file; name a picture file.")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise ValueError(f"There is no file {name}; check the path.") from error
    except OSError as error:
        raise ValueError(f"{name} cannot be opened ({error.strerror}); check the path and its permissions.") from error


def _decode(opened: Image.Image, name: str) -> Image.Image:
    if opened.width * opened.height > MAX_PIXELS:
        raise _too_large(name, opened.size)
    if not opened.width * opened.height:
        raise ValueError(f"{name} has no pixels ({opened.width} x {opened.height}); use a picture of 1 x 1 or more.")
    notes = list(opened.info.get(NOTES, ()))
    try:
        notes += _frames_note(opened)
        opened.load()
        upright = ImageOps.exif_transpose(opened)
    except Exception as error:  # a decoder that meets hostile bytes may raise anything
        raise _damaged(name, error) from error
    image, more = _to_rgb(upright, name)
    image.info = {NOTES: (*notes, *more)}
    return image


def _frames_note(opened: Image.Image) -> list[str]:
    # is_animated looks at one frame; n_frames would walk a hostile file of millions
    if opened.format == "MPO" or not getattr(opened, "is_animated", False):  # a camera's MPO adds previews or depth
        return []
    kind, part = ("several pages", "page") if opened.format == "TIFF" else ("animated", "frame")
    return [f"{kind}: only {part} {opened.tell() + 1} is used"]


def _to_rgb(image: Image.Image, name: str) -> tuple[Image.Image, list[str]]:
    notes: list[str] = []
    if image.mode[0] in "IF":  # I, I;16, I;16B, F: wider than a byte, and PIL would clip them
        values = np.asarray(image)
        if image.mode == "I" and values.min() >= 0 and values.max() <= 65535:  # how PIL holds a 16-bit PGM
            values = values.astype(np.uint16)
        return Image.fromarray(_to_uint8(values, name)).convert("RGB"), notes
    if image.has_transparency_data:
        layered = (image.convert("LA") if image.mode == "La" else image).convert("RGBA")
        if layered.getchannel("A").getextrema() != (255, 255):
            notes.append("transparent areas were laid on white")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), layered).convert("RGB"), notes
    if image.mode == "CMYK":
        notes.append("CMYK colours were turned into RGB without their colour profile, so hues may differ")
    # convert() may hand an RGB image back as it is, and the caller's must not change with ours
    return (image.copy() if image.mode == "RGB" else image.convert("RGB")), notes


def _from_array(array: Shaped[np.ndarray, "*shape"]) -> Image.Image:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if array.ndim != 2 and not (array.ndim == 3 and array.shape[2] in (2, 3, 4)):
        raise ValueError(f"The array has shape {list(array.shape)}; pass [H, W] or [H, W, C] with C from 1 to 4.")
    if array.shape[0] * array.shape[1] > MAX_PIXELS:
        raise _too_large("The array", (array.shape[1], array.shape[0]))
    if not array.size:
        raise ValueError(f"The array has no pixels, shape {list(array.shape)}; pass a picture of 1 x 1 or more.")
    return Image.fromarray(np.ascontiguousarray(_to_uint8(array, "The array")))


def _to_uint8(values: Shaped[np.ndarray, "*shape"], name: str) -> UInt8[np.ndarray, "*shape"]:
    """Scale by the range of the type, never by that of the values: a dark picture stays dark."""
    if values.dtype == np.uint8:
        return values
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype.kind not in "iuf":
        raise ValueError(f"{name} holds {values.dtype} values; pass integers in 0..255 or floats in 0..1.")
    low, high = float(values.min()), float(values.max())
    if not np.isfinite([low, high]).all():
        raise ValueError(f"{name} holds NaN or infinite values; replace them with numbers.")
    tops: tuple[int, ...] = (255, 65535)
    if values.dtype.kind == "f":
        tops = (1, 255)
    elif values.dtype.kind == "u" and values.dtype.itemsize == 2:  # of either byte order
        tops = (65535,)
    slack = 1e-3 if values.dtype.kind == "f" else 0  # interpolation overshoots by rounding
    top = next((top for top in tops if low >= -slack * top and high <= top * (1 + slack)), None)
    if top is None:
        allowed = " or ".join(f"0..{top}" for top in tops)
        raise ValueError(f"{name} holds values from {low:g} to {high:g}; rescale them to {allowed}.")
    return np.rint(np.clip(values / top, 0, 1) * 255).astype(np.uint8)


def _too_large(name: str, size: tuple[int, int] | None = None) -> ValueError:
    found = f" ({size[0]} x {size[1]})" if size else ""
    return ValueError(f"{name} has more than {MAX_PIXELS // 10**6} megapixels{found}; scale it down first.")


def _damaged(name: str, error: Exception) -> ValueError:
    return ValueError(f"{name} is damaged or was cut short ({error or type(error).__name__}); save it again.")
