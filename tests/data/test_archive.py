"""Tests."""

from __future__ import annotations

import os
import zipfile

import pytest

from sam3viz.data.archive import unpack
from sam3viz.data.coco import read_coco
from tests.helpers.archives import (
    GOOD,
    LINK,
    listed,
    refused,
    zipped,
    zipped_folder,
)
from tests.helpers.coco_documents import document, save


@pytest.mark.parametrize(
    ("file", "pictures"),
    [
        ("_annotations.coco.json", "."),
        ("instances.json", "images"),
        ("annotations/instances_val2017.json", "val2017"),
        ("annotations/instances_val2017.json", "annotations"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "pets/", "my/own/pets/"])
def test_what_was_zipped_is_read_as_before(tmp_path, file, pictures, prefix):
    root = save(tmp_path / "set", document(), file, pictures)
    top = unpack(zipped_folder(root, tmp_path / "set.zip", prefix), tmp_path / "unpacked")
    assert top == tmp_path / "unpacked" / prefix
    assert listed(top) == listed(root)
    before, after = read_coco(root), read_coco(top)
    assert [picture.annotations for picture in after] == [picture.annotations for picture in before]
    assert [p.path.read_bytes() for p in after] == [p.path.read_bytes() for p in before]


def test_what_is_no_part_of_the_set_is_passed_over(tmp_path):
    others = ["__MACOSX/._a.png", "images/.DS_Store", ".git/a.png", "README.md", "run.py", "images/", "empty/", "a.svg"]
    file = zipped(tmp_path / "set.zip", {**GOOD, "images/B.JPEG": b"b", **dict.fromkeys(others, b"")})
    assert listed(unpack(file, tmp_path / "unpacked")) == {*GOOD, "images/B.JPEG"}


def test_other_files_do_not_move_the_top(tmp_path):
    inside = {f"pets/{name}": content for name, content in GOOD.items()}
    file = zipped(tmp_path / "set.zip", {**inside, "__MACOSX/a.png": b"", "b.txt": b""})
    assert unpack(file, tmp_path / "unpacked") == tmp_path / "unpacked" / "pets"


def test_stored_members_and_empty_ones_are_unpacked(tmp_path):
    file = zipped(tmp_path / "set.zip", {**GOOD, "b.png": b""}, compress_type=zipfile.ZIP_STORED)
    unpack(file, tmp_path / "unpacked")
    assert {name: (tmp_path / "unpacked" / name).read_bytes() for name in [*GOOD, "b.png"]} == {**GOOD, "b.png": b""}


@pytest.mark.parametrize(
    "name",
    ["/a.png", "//host/a.png", "../a.png", "images/../../a.png", "..", "C:a.png", "c:/a.png", "../__MACOSX/notes.txt"],
)
def test_a_path_out_of_the_folder_is_refused(tmp_path, name):
    assert "leads out of the folder" in refused(zipped(tmp_path / "set.zip", {**GOOD, name: b""}))


@pytest.mark.parametrize("name", ["..\\a.png", "images\\a.png", "\\\\host\\a.png", "a.png\0.txt"])
def test_a_backslash_or_a_null_is_refused(tmp_path, name):
    assert "backslash or a null" in refused(zipped(tmp_path / "set.zip", {**GOOD, name: b""}))


@pytest.mark.parametrize("name", ["x/" * 12 + "a.png", "ä" * 126 + ".png"])
def test_a_path_that_a_file_system_may_not_take_is_refused(tmp_path, name):
    assert "shorten its path" in refused(zipped(tmp_path / "set.zip", {**GOOD, name: b""}))


@pytest.mark.parametrize(
    "name", ["images/a.png", "images//./a.png", "IMAGES/A.png", "Instances.JSON", pytest.param("İ.png", id="dotted")]
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_path_twice_is_refused(tmp_path, name):
    assert "twice" in refused(zipped(tmp_path / "set.zip", [*GOOD.items(), ("i\u0307.png", b""), (name, b"")]))


@pytest.mark.parametrize("turn", [1, -1])
def test_a_file_that_is_a_folder_too_is_refused(tmp_path, turn):
    pair = [("b.png", b""), ("B.png/c.png", b"")][::turn]
    assert "'B.png/c.png' lies in what is a file" in refused(zipped(tmp_path / "set.zip", [*GOOD.items(), *pair]))


def test_a_link_is_refused(tmp_path):
    file = zipped(tmp_path / "set.zip", [("b.png", b"/etc/passwd"), *GOOD.items()], external_attr=LINK)
    assert "'b.png' is a link" in refused(file)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\5\6" + b"\xff" * 18, bytes(1000)])
def test_what_is_no_zip_is_refused(tmp_path, content):
    (tmp_path / "set.zip").write_bytes(content)
    assert "is no zip file" in refused(tmp_path / "set.zip")


def test_what_cannot_be_opened_is_refused(tmp_path):
    assert "cannot be opened" in refused(tmp_path / "nowhere.zip")
    (tmp_path / "folder.zip").mkdir()
    assert "cannot be opened" in refused(tmp_path / "folder.zip")


def test_a_zip_that_was_cut_short_or_changed_is_refused(tmp_path):
    whole = zipped(tmp_path / "whole.zip", {**GOOD, "images/b.png": os.urandom(5000)}).read_bytes()
    file = tmp_path / "set.zip"
    for length in (len(whole) // 2, len(whole) - 30, 100):
        file.write_bytes(whole[:length])
        assert "is no zip file" in refused(file)
    for at in (45, 3000):  # in the first member, which is compressed; in the last, by its check sum
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        assert "damaged" in refused(file)


def test_damage_anywhere_is_refused_or_harmless(tmp_path):
    whole = zipped(tmp_path / "whole.zip", GOOD).read_bytes()
    file = tmp_path / "set.zip"
    for at in range(len(whole)):
        for flip in (0x01, 0x80, 0xFF):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
            folder = tmp_path / f"{at}-{flip}"
            try:
                unpack(file, folder)
            except ValueError:
                assert not list(folder.iterdir())
            else:
                assert {(folder / name).read_bytes() for name in listed(folder)} == set(GOOD.values())
