"""Every kind of file ends as RGB that looks as it should, or as one sentence."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, features

from sam3viz.data.images import NOTES
from tests.helpers.image_files import (
    COLOUR,
    GRADIENT,
    encode,
    load_image,
    pixels,
)


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
