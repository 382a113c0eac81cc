"""Every kind of file ends as RGB that looks as it should, or as one sentence."""

from __future__ import annotations

import io
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from sam3viz.data.images import MAX_BYTES, NOTES, webp_uri
from sam3viz.utils.messages import InputError, translate, translate_error
from tests.helpers.image_files import (
    COLOUR,
    SEEDS,
    encode,
    is_sentence,
    load_image,
    pixels,
    png_header,
    unpacked,
)


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
