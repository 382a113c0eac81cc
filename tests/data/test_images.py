"""Every kind of file ends as RGB that looks as it should, or as one sentence."""

from __future__ import annotations

import base64
import inspect
import io
import os
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, features

from sam3viz.data import images
from sam3viz.data.images import MAX_BYTES, NOTES, webp_uri
from sam3viz.utils.messages import InputError, translate, translate_error

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


@pytest.mark.parametrize("format", ["PNG", "TIFF", "BMP", "PPM", "WEBP"])
def test_lossless_formats_come_back_exactly(format):
    options = {"lossless": True} if format == "WEBP" else {}
    image = load_image(encode(Image.fromarray(COLOUR), format, **options))
    assert (pixels(image) == COLOUR).all()
    assert image.info == {NOTES: ()}


@pytest.mark.parametrize("format", ["JPEG", "MPO", "AVIF"])
def test_lossy_formats_come_back_nearly(format):
    if format == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    smooth = Image.fromarray(np.repeat(GRADIENT[..., None], 3, axis=2))
    options = {"save_all": True, "append_images": [smooth.rotate(90)]} if format == "MPO" else {}
    image = load_image(encode(smooth, format, quality=95, **options))
    assert np.abs(pixels(image) - np.asarray(smooth)).mean() < 4
    assert image.info[NOTES] == ()


def test_every_source_gives_the_same_picture(tmp_path):
    data = encode(Image.fromarray(COLOUR), "PNG")
    path = tmp_path / "a.png"
    path.write_bytes(data)
    with path.open("rb") as file:
        sources = [path, str(path), data, io.BytesIO(data), file, Image.open(path), Image.fromarray(COLOUR), COLOUR]
        for source in sources:
            assert (pixels(load_image(source)) == COLOUR).all()


def test_the_caller_keeps_their_own_image():
    mine = Image.fromarray(COLOUR)
    mine.info["dpi"] = (72, 72)
    loaded = load_image(mine)
    loaded.putpixel((0, 0), (1, 2, 3))
    assert (np.asarray(mine) == COLOUR).all()
    assert mine.info == {"dpi": (72, 72)}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_is_applied_once(orientation):
    upright = np.zeros((40, 60, 3), np.uint8)
    upright[:20, :30] = (250, 0, 0)  # red marks the top left
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = Image.fromarray(upright)
    if orientation in undo:
        stored = stored.transpose(undo[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    loaded = load_image(encode(stored, "PNG", exif=exif))
    assert (pixels(loaded) == upright).all()
    assert (pixels(load_image(loaded)) == upright).all()


@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
def test_cmyk_keeps_its_colours(format):
    image = load_image(encode(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), format))
    red, green, blue = pixels(image)[8, 8]
    assert red > 230
    assert max(green, blue) < 60
    assert any("CMYK" in note for note in image.info[NOTES])


@pytest.mark.parametrize(
    ("mode", "colour"), [("RGBA", (200, 0, 0, 0)), ("LA", (40, 0)), ("RGBa", (0, 0, 0, 0)), ("La", (0, 0))]
)
def test_what_is_transparent_turns_white(mode, colour):
    image = load_image(Image.new(mode, (4, 4), colour))
    assert (pixels(image) == 255).all()
    assert image.info[NOTES] == ("transparent areas were laid on white",)


def test_half_transparent_black_is_mid_grey():
    assert np.abs(pixels(load_image(np.full((3, 3, 4), (0, 0, 0, 128), np.uint8))) - 127).max() <= 1


def test_opaque_alpha_needs_no_note():
    image = load_image(np.dstack([COLOUR, np.full_like(GRADIENT, 255)]))
    assert (pixels(image) == COLOUR).all()
    assert image.info[NOTES] == ()


def test_palette_with_and_without_transparency():
    palette = Image.new("P", (2, 1))
    palette.putpalette([0, 0, 255, 255, 0, 0])
    palette.putpixel((1, 0), 1)
    assert pixels(load_image(encode(palette, "PNG"))).tolist() == [[[0, 0, 255], [255, 0, 0]]]
    see_through = load_image(encode(palette, "PNG", transparency=0))
    assert pixels(see_through).tolist() == [[[255, 255, 255], [255, 0, 0]]]
    assert see_through.info[NOTES]


def test_sixteen_bits_are_scaled_by_their_own_range():
    deep = GRADIENT.astype(np.uint16) * 257
    for source in (
        deep,
        Image.fromarray(deep),
        encode(Image.fromarray(deep), "PNG"),
        encode(Image.fromarray(deep), "TIFF"),
    ):
        assert (pixels(load_image(source))[..., 0] == GRADIENT).all()
    pgm = b"P5 48 32 65535\n" + deep.astype(">u2").tobytes()
    assert (pixels(load_image(pgm))[..., 0] == GRADIENT).all()
    dark = load_image(b"P5 48 32 65535\n" + (deep // 400).astype(">u2").tobytes())
    assert pixels(dark).max() <= 1  # not stretched: dark stays dark
    assert pixels(load_image((deep // 400).astype(">u2"))).max() <= 1


@pytest.mark.parametrize(
    "array",
    [
        COLOUR / 255,
        COLOUR.astype(np.float32),
        COLOUR.astype(np.int64),
        COLOUR.astype(np.float16),
        COLOUR / 255 * 1.0005,
    ],
)
def test_array_types_agree(array):
    assert np.abs(pixels(load_image(array)) - COLOUR).max() <= 1


@pytest.mark.parametrize("mode", ["YCbCr", "HSV", "LAB", "RGBX", "PA", "1", "L", "I", "F", "I;16B"])
def test_every_mode_of_pillow_can_be_white(mode):
    if mode in ("YCbCr", "HSV", "RGBX", "1", "L"):
        white = Image.new("RGB", (4, 4), "white").convert(mode)
    elif mode == "PA":
        white = Image.new("RGB", (4, 4), "white").convert("P").convert("PA")
    else:
        white = Image.new(mode, (4, 4), {"LAB": (255, 128, 128), "F": 1.0}.get(mode, 65535))
    assert pixels(load_image(white)).min() >= 250


def test_grey_one_bit_and_bool():
    assert (pixels(load_image(GRADIENT)) == GRADIENT[..., None]).all()
    assert (pixels(load_image(GRADIENT[..., None])) == GRADIENT[..., None]).all()
    mask = GRADIENT > 100
    assert (pixels(load_image(mask)) == 255 * mask[..., None]).all()
    assert (pixels(load_image(encode(Image.fromarray(mask), "PNG"))) == 255 * mask[..., None]).all()


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "TIFF"])
def test_first_frame_is_used_and_said(format):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    options = {"lossless": True} if format == "WEBP" else {}
    image = load_image(encode(frames[0], format, save_all=True, append_images=frames[1:], **options))
    assert (pixels(image) == (255, 0, 0)).all()
    said = "several pages: only page 1 is used" if format == "TIFF" else "animated: only frame 1 is used"
    assert image.info[NOTES] == (said,)


def test_one_pixel():
    assert load_image(encode(Image.new("RGB", (1, 1), "red"), "PNG")).getpixel((0, 0)) == (255, 0, 0)


def test_notes_survive_a_second_reading():
    once = load_image(np.zeros((2, 2, 4), np.uint8))
    assert load_image(once).info == once.info
    assert once.info[NOTES]


@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF", "BMP", "PPM", "WEBP", "GIF"])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_truncated_files_are_refused(format, share):
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    data = encode(Image.fromarray(noise), format)
    with pytest.raises(ValueError, match=r"save it again|can be read") as caught:
        load_image(data[: int(len(data) * share)])
    assert is_sentence(str(caught.value))


@pytest.mark.parametrize("size", [(8000, 5001), (20000, 20000), (2**31 - 1, 2**31 - 1)])
def test_too_many_pixels_are_refused_by_the_header(size):
    with pytest.raises(ValueError, match=r"more than 40 megapixels.*scale it down"):
        load_image(png_header(*size))


def test_too_many_pixels_in_an_array():
    with pytest.raises(ValueError, match=r"more than 40 megapixels \(8001 x 5000\)"):
        load_image(np.broadcast_to(np.uint8(0), (5000, 8001)))


def test_too_many_bytes_are_refused_unread(tmp_path):
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(ValueError, match="over 50 MB"):
        load_image(path)

    class Endless(io.RawIOBase):
        def read(self, size=-1):
            assert 0 < size <= MAX_BYTES + 1
            return b"\0" * size

    with pytest.raises(ValueError, match="over 50 MB"):
        load_image(Endless())


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("/nowhere/at/all.png", "no file '/nowhere/at/all.png'"),
        ("https://example.org/a.png", "no file 'https://example.org/a.png'"),
        (os.path.dirname(__file__), "is a folder"),
        ("/dev/null", "not an ordinary file"),
        ("a\0b", "check the path"),
        ("x" * 5000, "check the path"),
        (__file__, "not a picture"),
        (b"", "empty"),
        (b"hello", "not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (io.StringIO("text"), "binary mode"),
        (None, "NoneType"),
        ([[0, 1]], "list"),
        (np.zeros((3, 40, 40)), r"\[3, 40, 40\]"),
        (np.zeros(5), r"\[5\]"),
        (np.zeros((0, 5)), "no pixels"),
        (np.full((2, 2), np.nan), "NaN"),
        (np.full((2, 2), 300.0), "300"),
        (np.full((2, 2), -5), "-5"),
        (np.full((2, 2), 70000), "70000"),
        (np.zeros((2, 2), complex), "complex"),
        (Image.new("RGB", (0, 3)), "no pixels"),
    ],
)
def test_bad_sources_are_named_in_one_sentence(source, says):
    with pytest.raises(ValueError, match=says) as caught:
        load_image(source)
    assert is_sentence(str(caught.value))


SEEDS = [
    encode(Image.fromarray(COLOUR), "PNG"),
    encode(Image.fromarray(COLOUR), "JPEG"),
    encode(Image.fromarray(COLOUR), "GIF"),
    encode(Image.fromarray(COLOUR), "TIFF", compression="tiff_lzw"),
    encode(Image.fromarray(COLOUR), "WEBP"),
    encode(Image.fromarray(COLOUR), "BMP"),
]


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=12))
def test_damaged_bytes_never_escape_as_anything_but_a_sentence(data, edits):
    broken = bytearray(data)
    for place, value in edits:
        broken[place % len(broken)] = value
    message = ""
    try:
        assert load_image(bytes(broken)).mode == "RGB"
    except ValueError as error:
        message = str(error)
    assert not message or is_sentence(message)


def unpacked(uri: str) -> bytes:
    head, body = uri.split(",", 1)
    assert head == "data:image/webp;base64"
    return base64.b64decode(body, validate=True)


def test_a_data_uri_holds_the_picture_as_webp_and_more_of_it_at_a_higher_quality():
    original = Image.fromarray(COLOUR)
    packed = {quality: unpacked(webp_uri(original, quality)) for quality in (20, 85)}
    off = {}
    for quality, data in packed.items():
        with Image.open(io.BytesIO(data)) as image:
            assert (image.format, image.size) == ("WEBP", original.size)
            off[quality] = np.abs(pixels(image.convert("RGB")) - COLOUR).mean()
    assert off[85] < min(off[20], 4)
    assert unpacked(webp_uri(original)) == packed[85]


def test_errors_and_notes_can_be_said_in_chinese(tmp_path):
    with pytest.raises(InputError) as error:
        load_image(tmp_path / "none.png")
    renamed = error.value.replace(str(tmp_path), "photos")
    assert str(renamed) == "There is no file 'photos/none.png'; check the path."
    assert translate_error(renamed, "zh-CN") == "文件 'photos/none.png' 不存在；请检查路径。"
    with pytest.raises(InputError) as error:
        load_image(b"text")
    assert translate_error(error.value, "zh-CN").startswith("该图片 不是可读取的图片；请使用 PNG、JPEG")
    (note,) = load_image(Image.new("RGBA", (4, 4))).info[NOTES]
    assert translate(note, "zh-CN") == "透明区域已填充为白色"
