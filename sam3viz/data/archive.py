"""Zip archives from strangers: a folder in COCO format is unpacked within limits, or refused in one sentence."""

from __future__ import annotations

import io
import posixpath
import shutil
import stat
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

from sam3viz.utils.jobs import ReportProgress

MAX_MEMBERS = 10_000
MAX_BYTES = 400_000_000
"""Of everything together, unpacked."""
MAX_MEMBER = 40_000_000
"""Of one picture, unpacked."""
MAX_JSON = 10_000_000
"""Of the annotations; as Python's objects they may take 26 times as much memory."""
MAX_LIST = 4_000_000
"""Bytes of the archive's own list of its members, which is held in memory; also the most that is read at once."""
MAX_DEPTH = 12
MAX_NAME = 255
"""Bytes of one name that common file systems take."""

_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
_JSON = ".json"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others may unpack any amount of memory from one read."""
_ENCRYPTED = 0x1
_CHUNK = 1 << 20

_Members = dict[PurePosixPath, zipfile.ZipInfo]


def unpack(archive: Path, folder: Path, progress: ReportProgress = lambda what, done, total: None) -> Path:
    """Unpack a zip of a folder in COCO format.

    Pictures (JPEG, PNG, WebP, BMP, TIFF) and JSON are unpacked; other files, dot files and ``__MACOSX`` are passed
    over. Nothing that the archive says of itself is trusted: every byte is counted.

    Args:
        archive: the zip.
        folder: where to unpack; empty, or still to be made. It stays empty where the archive is refused, or
            ``progress`` stops it.
        progress: told "unpack", file by file; may raise to stop.

    Returns:
        What `sam3viz.data.coco.read_coco` takes: ``folder``, or the one directory in it that everything lies in.

    Raises:
        ValueError: one sentence on what is wrong (no zip, damaged, encrypted, a path that leads out of the folder, a
            link, the same path twice, over a limit, no picture, no JSON) and what to do.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ValueError(f"{str(folder)!r} is not empty: unpack into an empty folder.")
    try:
        file = _Archive(archive)
    except OSError as error:
        raise ValueError(f"{archive.name} cannot be opened ({error.strerror}): check the path.") from error
    with file, _opened(file, archive.name) as opened:
        members = _members(opened.infolist(), archive.name)
        staging = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder))
        try:
            for done, (path, info) in enumerate(members.items()):
                progress("Files unpacked", done, len(members))
                _write(opened, info, staging / path)
            progress("Files unpacked", len(members), len(members))
            for entry in sorted(staging.iterdir()):
                entry.rename(folder / entry.name)
        finally:
            shutil.rmtree(staging)
    return folder / _top(list(members))


class _LongListError(Exception):
    """The archive's list of its members is over `MAX_LIST`."""


class _Archive(io.FileIO):
    """Reads no more at once than the longest list of members: zipfile reads that list whole, however long."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_LIST:
            raise _LongListError
        return super().read(-1 if size is None else size)


def _opened(file: _Archive, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except _LongListError as error:
        raise _too_many(name) from error
    except Exception as error:  # a list of members that was made to harm may raise anything
        raise ValueError(f"{name} is no zip file or is damaged ({error}): zip the folder again.") from error


def _members(infos: Sequence[zipfile.ZipInfo], name: str) -> _Members:
    """Those to unpack, by their paths, after everything that can be known before unpacking was checked."""
    if len(infos) > MAX_MEMBERS:
        raise _too_many(name)
    found: _Members = {}
    taken: set[str] = set()
    for info in infos:
        path = _path(info)
        if info.orig_filename.endswith("/") or not _wanted(path):
            continue
        _check(info, MAX_JSON if path.suffix.lower() == _JSON else MAX_MEMBER)
        if _folded(path) in taken:
            raise ValueError(f"{_told(info)} is twice in the archive, by the same name: leave one of them out.")
        taken.add(_folded(path))
        found[path] = info
    for path, info in found.items():
        if any(_folded(parent) in taken for parent in path.parents):
            raise ValueError(f"{_told(info)} lies in what is a file, too: give the file another name.")
    total = sum(info.file_size for info in found.values())
    if total > MAX_BYTES:
        raise ValueError(f"{name} is over {MAX_BYTES // 10**6} MB when unpacked: leave some pictures out.")
    suffixes = {path.suffix.lower() for path in found}
    if suffixes <= {_JSON}:
        raise ValueError(f"{name} holds no picture: put {', '.join(_PICTURES)} files into it.")
    if _JSON not in suffixes:
        raise ValueError(f"{name} holds no JSON file: put the annotations in COCO format into it.")
    return found


def _path(info: zipfile.ZipInfo) -> PurePosixPath:
    """Where a member says that it lies, which is inside the folder."""
    raw = info.orig_filename  # zipfile cuts the other one short at a null character
    path = PurePosixPath(raw)
    if "\\" in raw or "\0" in raw:
        raise ValueError(f"{_told(info)} has a backslash or a null character in its name: zip the folder again.")
    if path.anchor or PureWindowsPath(raw).drive or ".." in path.parts:
        raise ValueError(f"{_told(info)} leads out of the folder: zip the folder again, with relative paths alone.")
    if len(path.parts) > MAX_DEPTH or any(len(part.encode()) > MAX_NAME for part in path.parts):
        raise ValueError(
            f"{_told(info)} lies over {MAX_DEPTH} folders deep or has a name over {MAX_NAME} bytes: shorten its path."
        )
    return path


def _wanted(path: PurePosixPath) -> bool:
    if any(part.startswith(".") or part == "__MACOSX" for part in path.parts):
        return False
    return path.suffix.lower() in (*_PICTURES, _JSON)


def _check(info: zipfile.ZipInfo, most: int) -> None:
    """Refuse a member by what the archive's list says of it, as a size over ``most``."""
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ValueError(f"{_told(info)} is a link: zip the file that it leads to.")
    if info.flag_bits & _ENCRYPTED:
        raise ValueError(f"{_told(info)} is encrypted: zip the folder without a password.")
    if info.compress_type not in _METHODS:
        raise ValueError(f"{_told(info)} is compressed by an unusual method: zip the folder with the common 'deflate'.")
    if info.file_size > most:
        raise ValueError(f"{_told(info)} is over {most // 10**6} MB when unpacked: make it smaller.")


def _folded(path: PurePosixPath) -> str:
    """The same for all paths that some file system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", str(path)).casefold())


def _write(opened: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    """An ordinary file, whatever the archive calls the member; never more than a byte over the size it declares."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        for chunk in _chunks(opened, info):
            file.write(chunk)


def _chunks(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    left = info.file_size
    try:
        with opened.open(info) as source:
            while left >= 0 and (chunk := source.read(min(_CHUNK, left + 1))):
                left -= len(chunk)
                yield chunk
    except Exception as error:  # a decoder that meets hostile bytes may raise anything
        raise ValueError(
            f"{_told(info)} is damaged ({error or type(error).__name__}): zip the folder again."
        ) from error
    if left:
        raise ValueError(f"{_told(info)} has another size than the archive says: zip the folder again.")


def _top(paths: Sequence[PurePosixPath]) -> PurePosixPath:
    """The directory that everything lies in; above ``annotations``, where COCO's own layout begins."""
    top = PurePosixPath(posixpath.commonpath([path.parent for path in paths]))
    own = any(path.parent == top and path.match("instances_*.json") for path in paths)
    return top.parent if own and top.name == "annotations" else top


def _told(info: zipfile.ZipInfo) -> str:
    """The member's name for a message: quoted, and not too long."""
    name = info.orig_filename
    return repr(name if len(name) <= 80 else f"{name[:40]}...{name[-37:]}")


def _too_many(name: str) -> ValueError:
    return ValueError(f"{name} holds more than {MAX_MEMBERS} files: leave some out.")
