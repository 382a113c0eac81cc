from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sam3viz.data import archive
from sam3viz.data.archive import unpack
from sam3viz.data.coco import read_coco
from tests.data.test_coco import document, save

GOOD = {"instances.json": b"{}", "images/a.png": b"pixels" * 100}
LINK = (stat.S_IFLNK | 0o777) << 16


def zipped(target: Path, members: object, **changes: object) -> Path:
    """A zip of (name, content) pairs, the names as they are; ``changes`` are set on every member."""
    with zipfile.ZipFile(target, "w") as opened:
        for name, content in members.items() if isinstance(members, dict) else members:
            info = zipfile.ZipInfo("x")
            info.filename, info.compress_type = name, zipfile.ZIP_DEFLATED
            for key, value in changes.items():
                setattr(info, key, value)
            opened.writestr(info, content)
    return target


def zipped_folder(root: Path, target: Path, prefix: str = "") -> Path:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return zipped(target, {prefix + path.relative_to(root).as_posix(): path.read_bytes() for path in files})


def listed(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def refused(file: Path) -> str:
    """The one sentence; nothing is left in the folder."""
    folder = file.parent / "unpacked"
    with pytest.raises(ValueError) as error:  # noqa: PT011 the callers look at the text
        unpack(file, folder)
    text = str(error.value)
    assert "\n" not in text
    assert ": " in text  # the fault, then the remedy
    assert not list(folder.iterdir())
    return text


def patched(file: Path, change: int, offset_local: int, offset_list: int, number: int = 0, form: str = "<I") -> Path:
    """A field of a member changed in its own header and in the archive's list."""
    data = bytearray(file.read_bytes())
    for signature, offset in ((b"PK\3\4", offset_local), (b"PK\1\2", offset_list)):
        at = -1
        for _ in range(number + 1):
            at = data.index(signature, at + 1)
        struct.pack_into(form, data, at + offset, change)
    file.write_bytes(data)
    return file


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


def test_an_encrypted_member_is_refused(tmp_path):
    assert "is encrypted" in refused(patched(zipped(tmp_path / "set.zip", GOOD), 1, 6, 8, form="<H"))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_unpacks_without_bound_is_refused(tmp_path, method):
    assert "unusual method" in refused(zipped(tmp_path / "set.zip", GOOD, compress_type=method))


def test_too_many_members_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    unpack(zipped(tmp_path / "two.zip", GOOD), tmp_path / "two")
    assert "more than 2 files" in refused(zipped(tmp_path / "set.zip", {**GOOD, "b.txt": b""}))


def test_a_list_of_members_that_would_fill_the_memory_is_refused_unread(tmp_path, monkeypatch):
    file = zipped(tmp_path / "set.zip", {**GOOD, **{f"{'long' * 50}{n}.txt": b"" for n in range(40)}})
    monkeypatch.setattr(archive, "MAX_LIST_BYTES", 8000)
    monkeypatch.setattr(archive, "_members", None)  # is not come to
    assert "more than 10000 files" in refused(file)


def test_sizes_over_a_limit_are_refused_before_anything_is_unpacked(tmp_path, monkeypatch):
    file = zipped(tmp_path / "set.zip", GOOD)
    monkeypatch.setattr(zipfile.ZipFile, "open", None)  # is not come to
    for limit, name in (
        ("MAX_BYTES", "set.zip"),
        ("MAX_MEMBER_BYTES", "'images/a.png'"),
        ("MAX_JSON_BYTES", "'instances.json'"),
    ):
        monkeypatch.setattr(archive, limit, 1)
        assert f"{name} is over 0 MB when unpacked" in refused(file)


def test_json_that_would_fill_the_memory_is_refused(tmp_path):
    """A list in a list is 2 bytes and a comma in the file, and 26 times as much as Python's objects."""
    file = zipped(tmp_path / "set.zip", {**GOOD, "instances.json": b"[" + b"[]," * 3_400_000 + b"[]]"})
    assert "'instances.json' is over 10 MB when unpacked" in refused(file)


def test_unpacking_tells_how_far_it_is_and_leaves_nothing_when_stopped(tmp_path):
    file, told = zipped(tmp_path / "set.zip", GOOD), []
    unpack(file, tmp_path / "unpacked", lambda *at: told.append(at))
    assert told == [("Files unpacked", done, len(GOOD)) for done in range(len(GOOD) + 1)]

    def stop(what: str, done: int, total: int) -> None:
        if done == 1:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        unpack(file, tmp_path / "stopped", stop)
    assert list((tmp_path / "stopped").iterdir()) == []


def test_a_bomb_is_refused(tmp_path):
    """A thousand to one: under a megabyte that would be over 400."""
    zeros = bytes(39_000_000)
    file = zipped(tmp_path / "set.zip", {**GOOD, **{f"{n}.png": zeros for n in range(11)}})
    assert file.stat().st_size < 1_000_000
    assert "over 400 MB" in refused(file)


def test_a_bomb_that_lies_about_its_size_is_cut_off(tmp_path):
    file = patched(zipped(tmp_path / "set.zip", [("b.png", bytes(20_000_000)), *GOOD.items()]), 1000, 22, 24)
    assert "damaged" in refused(file)  # the check sum is that of the whole
    patched(file, zlib.crc32(bytes(1000)), 14, 16)
    assert (unpack(file, tmp_path / "unpacked") / "b.png").stat().st_size == 1000


def test_a_member_smaller_than_it_says_is_refused(tmp_path):
    assert "another size" in refused(patched(zipped(tmp_path / "set.zip", GOOD), 3000, 22, 24, number=1))


def test_a_reader_that_gives_more_than_was_declared_is_cut_off(tmp_path, monkeypatch):
    """zipfile stops at the declared size by itself; should it not, the count does."""
    file = zipped(tmp_path / "set.zip", GOOD)
    endless = io.BytesIO(bytes(10_000_000))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: endless)
    assert "another size" in refused(file)
    assert endless.closed


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({}, "holds no picture"),
        ({"instances.json": b"{}", "__MACOSX/a.png": b""}, "holds no picture"),
        ({"a.png": b"", "notes.txt": b""}, "holds no JSON"),
    ],
)
def test_a_zip_that_is_no_set_is_refused(tmp_path, members, told):
    assert told in refused(zipped(tmp_path / "set.zip", members))


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    file = zipped(tmp_path / "set.zip", GOOD)
    with pytest.raises(ValueError, match="is not empty"):
        unpack(file, tmp_path)
    assert listed(tmp_path) == {"set.zip"}


def test_a_full_disk_leaves_nothing_and_is_not_called_damage(tmp_path, monkeypatch):
    def full(path, mode):
        path.touch()
        raise OSError(28, "No space left on device")

    file = zipped(tmp_path / "set.zip", GOOD)
    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OSError, match="No space"):
        unpack(file, tmp_path / "unpacked")
    assert not list((tmp_path / "unpacked").iterdir())


PARTS = st.sampled_from(
    ["..", ".", "", "a", "A", "images", "C:", "~", "\\", "..\\..", "\0", "a.png", "b.json", "__MACOSX"]
)
NAMES = st.one_of(
    st.lists(PARTS | st.text(max_size=6), min_size=1, max_size=6).map("/".join),
    st.text(max_size=300),
).map(lambda name: name.encode(errors="ignore").decode())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NAMES, st.sampled_from(["", ".png", ".json", "/"])), max_size=5), st.booleans())
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_nothing_is_ever_written_outside_of_the_folder(tmp_path_factory, names, linked):
    root = tmp_path_factory.mktemp("root")
    folder = root / "one" / "two" / "unpacked"
    members = [*GOOD.items(), *((name + suffix, b"../../../x") for name, suffix in names)]
    file = zipped(root / "set.zip", members, external_attr=LINK if linked else 0)
    try:
        top = unpack(file, folder)
    except ValueError:
        assert not list(folder.iterdir())
    else:
        assert top.is_relative_to(folder)
        found = list(folder.rglob("*"))
        assert not any(path.is_symlink() for path in found)
        assert all(path.is_dir() or path.suffix.lower() in (".png", ".json") for path in found)
        assert set(GOOD) <= listed(folder)
    outside = {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_relative_to(folder)}
    assert outside == {"set.zip", "one", "one/two"}
