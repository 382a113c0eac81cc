"""Tests."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sam3viz.data import archive
from sam3viz.data.archive import unpack
from tests.helpers.archives import (
    GOOD,
    LINK,
    NAMES,
    listed,
    patched,
    refused,
    zipped,
)


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
