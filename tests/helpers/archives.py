"""What the tests in `tests/data/test_archive.py` and `tests/data/test_archive_limits.py` share."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import strategies as st

from sam3viz.data.archive import unpack

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


PARTS = st.sampled_from(
    ["..", ".", "", "a", "A", "images", "C:", "~", "\\", "..\\..", "\0", "a.png", "b.json", "__MACOSX"]
)


NAMES = st.one_of(
    st.lists(PARTS | st.text(max_size=6), min_size=1, max_size=6).map("/".join),
    st.text(max_size=300),
).map(lambda name: name.encode(errors="ignore").decode())
