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

from sam3viz.utils.messages import InputError, Message

MAX_PIXELS = 40_000_000
MAX_BYTES = 50_000_000
NOTES = "sam3viz_notes"
"""Key of `PIL.Image.Image.info` under which `load_image` leaves what it had to change, as a tuple of `Message`."""

# Raster formats alone: EPS, PDF, WMF and the like run other programs or interpret scripts.
FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP", "PPM")
_READABLE = Message("PNG, JPEG, WebP, GIF, TIFF, BMP or PPM")

ImageSource = str | os.PathLike[str] | BinaryIO | bytes | Image.Image | np.ndarray


def webp_uri(image: Image.Image, quality: int = 85) -> str:
    """Encode a picture as a data URI, for a page that fetches nothing."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=quality)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()


def load_image(source: ImageSource) -> Image.Image:
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
        InputError: one sentence on what is wrong (missing, unreadable, cut short, over 50 MB, over 40 megapixels,
            values out of range) and what to do.
    """
    if isinstance(source, Image.Image):
        return _decode(source, Message("The picture"))
    if isinstance(source, np.ndarray):
        return _decode(_from_array(source), Message("The array"))
    data, name = _read(source)
    try:
        opened = Image.open(io.BytesIO(data), formats=_available_formats())
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(name) from error
    except UnidentifiedImageError as error:
        raise InputError(
            "{name} is not a picture that can be read; use a {formats} file.", name=name, formats=_READABLE
        ) from error
    except Exception as error:  # a decoder that meets hostile bytes may raise anything
        raise _damaged(name, error) from error
    with opened:
        return _decode(opened, name)


def _available_formats() -> list[str]:
    """List those of `FORMATS` that this build of Pillow has; AVIF or WebP may be missing."""
    Image.init()
    return [name for name in FORMATS if name in Image.OPEN]


def _read(source: object) -> tuple[bytes, str]:
    """Return the encoded bytes, and the name that messages use."""
    name: str = Message("The picture")
    if isinstance(source, bytes):
        data = source
    elif isinstance(source, str | os.PathLike):
        name = repr(os.fspath(source))
        data = _read_file(Path(source), name)
    elif hasattr(source, "read"):
        data = source.read(MAX_BYTES + 1)
        if not isinstance(data, bytes):
            raise InputError("The file was opened as text; open it in binary mode, as in open(path, 'rb').")
    else:
        raise InputError(
            "A {type} is not a picture; pass a path, an open file, bytes, a PIL image or an array.",
            type=type(source).__name__,
        )
    if not data:
        raise InputError("{name} is empty; save or download it again.", name=name)
    if len(data) > MAX_BYTES:
        raise InputError(
            "{name} is over {limit} MB; save it smaller or as a JPEG.", name=name, limit=MAX_BYTES // 10**6
        )
    return data, name


def _read_file(path: Path, name: str) -> bytes:
    if "\0" in str(path):
        raise InputError("{name} holds a null character, which no path may; check the path.", name=name)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise InputError("{name} is a folder; name one picture in it.", name=name)
        if not stat.S_ISREG(mode):  # a pipe or a device may never end
            raise InputError("{name} is not an ordinary file; name a picture file.", name=name)
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError("There is no file {name}; check the path.", name=name) from error
    except OSError as error:
        raise InputError(
            "{name} cannot be opened ({reason}); check the path and its permissions.", name=name, reason=error.strerror
        ) from error


def _decode(opened: Image.Image, name: str) -> Image.Image:
    if opened.width * opened.height > MAX_PIXELS:
        raise _too_large(name, opened.size)
    if not opened.width * opened.height:
        raise InputError(
            "{name} has no pixels ({width} x {height}); use a picture of 1 x 1 or more.",
            name=name,
            width=opened.width,
            height=opened.height,
        )
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


def _frames_note(opened: Image.Image) -> list[Message]:
    # is_animated looks at one frame; n_frames would walk a hostile file of millions
    if opened.format == "MPO" or not getattr(opened, "is_animated", False):  # a camera's MPO adds previews or depth
        return []
    pages, frames = "several pages: only page {number} is used", "animated: only frame {number} is used"
    return [Message(pages if opened.format == "TIFF" else frames, number=opened.tell() + 1)]


def _to_rgb(image: Image.Image, name: str) -> tuple[Image.Image, list[Message]]:
    notes: list[Message] = []
    if image.mode[0] in "IF":  # I, I;16, I;16B, F: wider than a byte, and PIL would clip them
        values = np.asarray(image)
        if image.mode == "I" and values.min() >= 0 and values.max() <= 65535:  # how PIL holds a 16-bit PGM
            values = values.astype(np.uint16)
        return Image.fromarray(_to_uint8(values, name)).convert("RGB"), notes
    if image.has_transparency_data:
        layered = (image.convert("LA") if image.mode == "La" else image).convert("RGBA")
        if layered.getchannel("A").getextrema() != (255, 255):
            notes.append(Message("transparent areas were laid on white"))
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), layered).convert("RGB"), notes
    if image.mode == "CMYK":
        notes.append(Message("CMYK colours were turned into RGB without their colour profile, so hues may differ"))
    # convert() may hand an RGB image back as it is, and the caller's must not change with ours
    return (image.copy() if image.mode == "RGB" else image.convert("RGB")), notes


def _from_array(array: Shaped[np.ndarray, "*shape"]) -> Image.Image:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if array.ndim != 2 and not (array.ndim == 3 and array.shape[2] in (2, 3, 4)):
        raise InputError(
            "The array has shape {shape}; pass [H, W] or [H, W, C] with C from 1 to 4.", shape=list(array.shape)
        )
    if array.shape[0] * array.shape[1] > MAX_PIXELS:
        raise _too_large(Message("The array"), (array.shape[1], array.shape[0]))
    if not array.size:
        raise InputError(
            "The array has no pixels, shape {shape}; pass a picture of 1 x 1 or more.", shape=list(array.shape)
        )
    return Image.fromarray(np.ascontiguousarray(_to_uint8(array, Message("The array"))))


def _to_uint8(values: Shaped[np.ndarray, "*shape"], name: str) -> UInt8[np.ndarray, "*shape"]:
    """Scale by the range of the type, never by that of the values: a dark picture stays dark."""
    if values.dtype == np.uint8:
        return values
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype.kind not in "iuf":
        raise InputError(
            "{name} holds {dtype} values; pass integers in 0..255 or floats in 0..1.", name=name, dtype=values.dtype
        )
    low, high = float(values.min()), float(values.max())
    if not np.isfinite([low, high]).all():
        raise InputError("{name} holds NaN or infinite values; replace them with numbers.", name=name)
    tops: tuple[int, ...] = (255, 65535)
    if values.dtype.kind == "f":
        tops = (1, 255)
    elif values.dtype.kind == "u" and values.dtype.itemsize == 2:  # of either byte order
        tops = (65535,)
    slack = 1e-3 if values.dtype.kind == "f" else 0  # interpolation overshoots by rounding
    top = next((top for top in tops if low >= -slack * top and high <= top * (1 + slack)), None)
    if top is None:
        several = "{name} holds values from {low:g} to {high:g}; rescale them to 0..{top} or 0..{higher_top}."
        one = "{name} holds values from {low:g} to {high:g}; rescale them to 0..{top}."
        template = several if len(tops) > 1 else one
        raise InputError(template, name=name, low=low, high=high, top=tops[0], higher_top=tops[-1])
    return np.rint(np.clip(values / top, 0, 1) * 255).astype(np.uint8)


def _too_large(name: str, size: tuple[int, int] | None = None) -> InputError:
    limit = MAX_PIXELS // 10**6
    if size is None:
        return InputError("{name} has more than {limit} megapixels; scale it down first.", name=name, limit=limit)
    return InputError(
        "{name} has more than {limit} megapixels ({width} x {height}); scale it down first.",
        name=name,
        limit=limit,
        width=size[0],
        height=size[1],
    )


def _damaged(name: str, error: Exception) -> InputError:
    return InputError(
        "{name} is damaged or was cut short ({reason}); save it again.",
        name=name,
        reason=str(error) or type(error).__name__,
    )
