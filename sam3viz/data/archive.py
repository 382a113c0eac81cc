"""Untrusted zip archives: a folder in COCO format is unpacked within limits, or refused in one sentence."""

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
from sam3viz.utils.messages import InputError

MAX_MEMBERS = 10_000
MAX_BYTES = 400_000_000
"""Of everything together, unpacked."""
MAX_MEMBER_BYTES = 40_000_000
"""Of one picture, unpacked."""
MAX_JSON_BYTES = 10_000_000
"""Of the annotations; as Python's objects they may take 26 times as much memory."""
MAX_LIST_BYTES = 4_000_000
"""Of the archive's own list of its members, which is held in memory; also the most that is read at once."""
MAX_DEPTH = 12
MAX_NAME_BYTES = 255
"""Of one name: what common file systems take."""

_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
_JSON = ".json"
_COMPRESSION_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others may unpack any amount of memory from one read."""
_ENCRYPTED_FLAG = 0x1
_CHUNK_BYTES = 1 << 20

_Members = dict[PurePosixPath, zipfile.ZipInfo]


def unpack(archive: Path, folder: Path, progress: ReportProgress = lambda what, done, total: None) -> Path:
    """Unpack a zip of a folder in COCO format.

    Pictures (JPEG, PNG, WebP, BMP, TIFF) and JSON are unpacked; other files, dot files and ``__MACOSX`` are passed
    over. Nothing that the archive says of itself is trusted: every byte is counted.

    Args:
        archive: the zip.
        folder: where to unpack; empty, or still to be made. It stays empty where the archive is refused, or
            ``progress`` stops it.
        progress: called with "unpack" for every file; may raise to stop.

    Returns:
        What `sam3viz.data.coco.read_coco` takes: ``folder``, or the one directory in it that everything lies in.

    Raises:
        InputError: one sentence on what is wrong (no zip, damaged, encrypted, a path that leads out of the folder, a
            link, the same path twice, over a limit, no picture, no JSON) and what to do.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise InputError("{folder!r} is not empty: unpack into an empty folder.", folder=str(folder))
    try:
        file = _Archive(archive)
    except OSError as error:
        raise InputError(
            "{name} cannot be opened ({reason}): check the path.", name=archive.name, reason=error.strerror
        ) from error
    with file, _open_zip(file, archive.name) as opened:
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
    """The archive's list of its members is over `MAX_LIST_BYTES`."""


class _Archive(io.FileIO):
    """Reads no more at once than the longest list of members: zipfile reads that list whole, however long."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_LIST_BYTES:
            raise _LongListError
        return super().read(-1 if size is None else size)


def _open_zip(file: _Archive, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except _LongListError as error:
        raise _too_many(name) from error
    except Exception as error:  # a malicious list of members may raise anything
        raise InputError(
            "{name} is no zip file or is damaged ({reason}): zip the folder again.", name=name, reason=str(error)
        ) from error


def _members(infos: Sequence[zipfile.ZipInfo], name: str) -> _Members:
    """Select what to unpack, by path, after every check that is possible before unpacking."""
    if len(infos) > MAX_MEMBERS:
        raise _too_many(name)
    members: _Members = {}
    taken: set[str] = set()
    for info in infos:
        path = _path(info)
        if info.orig_filename.endswith("/") or not _is_wanted(path):
            continue
        _check(info, MAX_JSON_BYTES if path.suffix.lower() == _JSON else MAX_MEMBER_BYTES)
        if _fold(path) in taken:
            raise InputError(
                "{member} is twice in the archive, by the same name: leave one of them out.", member=_quote_name(info)
            )
        taken.add(_fold(path))
        members[path] = info
    for path, info in members.items():
        if any(_fold(parent) in taken for parent in path.parents):
            raise InputError(
                "{member} lies in what is a file, too: give the file another name.", member=_quote_name(info)
            )
    total = sum(info.file_size for info in members.values())
    if total > MAX_BYTES:
        raise InputError(
            "{name} is over {limit} MB when unpacked: leave some pictures out.", name=name, limit=MAX_BYTES // 10**6
        )
    suffixes = {path.suffix.lower() for path in members}
    if suffixes <= {_JSON}:
        raise InputError(
            "{name} holds no picture: put {suffixes} files into it.", name=name, suffixes=", ".join(_PICTURES)
        )
    if _JSON not in suffixes:
        raise InputError("{name} holds no JSON file: put the annotations in COCO format into it.", name=name)
    return members


def _path(info: zipfile.ZipInfo) -> PurePosixPath:
    """Return where a member says that it lies, after a check that this is inside the folder."""
    raw = info.orig_filename  # zipfile cuts the other one short at a null character
    path = PurePosixPath(raw)
    if "\\" in raw or "\0" in raw:
        raise InputError(
            "{member} has a backslash or a null character in its name: zip the folder again.", member=_quote_name(info)
        )
    if path.anchor or PureWindowsPath(raw).drive or ".." in path.parts:
        raise InputError(
            "{member} leads out of the folder: zip the folder again, with relative paths alone.",
            member=_quote_name(info),
        )
    if len(path.parts) > MAX_DEPTH or any(len(part.encode()) > MAX_NAME_BYTES for part in path.parts):
        raise InputError(
            "{member} lies over {depth} folders deep or has a name over {length} bytes: shorten its path.",
            member=_quote_name(info),
            depth=MAX_DEPTH,
            length=MAX_NAME_BYTES,
        )
    return path


def _is_wanted(path: PurePosixPath) -> bool:
    if any(part.startswith(".") or part == "__MACOSX" for part in path.parts):
        return False
    return path.suffix.lower() in (*_PICTURES, _JSON)


def _check(info: zipfile.ZipInfo, max_bytes: int) -> None:
    """Refuse a member by what the archive's list says of it, as a size over ``max_bytes``."""
    if stat.S_ISLNK(info.external_attr >> 16):
        raise InputError("{member} is a link: zip the file that it leads to.", member=_quote_name(info))
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise InputError("{member} is encrypted: zip the folder without a password.", member=_quote_name(info))
    if info.compress_type not in _COMPRESSION_METHODS:
        raise InputError(
            "{member} is compressed by an unusual method: zip the folder with the common 'deflate'.",
            member=_quote_name(info),
        )
    if info.file_size > max_bytes:
        raise InputError(
            "{member} is over {limit} MB when unpacked: make it smaller.",
            member=_quote_name(info),
            limit=max_bytes // 10**6,
        )


def _fold(path: PurePosixPath) -> str:
    """Bring all paths that some file system takes for one to one spelling."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", str(path)).casefold())


def _write(opened: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    """Write an ordinary file, whatever the archive calls the member.

    Never more than a byte over the size that the archive declares.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        for chunk in _chunks(opened, info):
            file.write(chunk)


def _chunks(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    left = info.file_size
    try:
        with opened.open(info) as source:
            while left >= 0 and (chunk := source.read(min(_CHUNK_BYTES, left + 1))):
                left -= len(chunk)
                yield chunk
    except Exception as error:  # a decoder that meets hostile bytes may raise anything
        raise InputError(
            "{member} is damaged ({reason}): zip the folder again.",
            member=_quote_name(info),
            reason=str(error) or type(error).__name__,
        ) from error
    if left:
        raise InputError(
            "{member} has another size than the archive says: zip the folder again.", member=_quote_name(info)
        )


def _top(paths: Sequence[PurePosixPath]) -> PurePosixPath:
    """Find the directory that everything lies in; above ``annotations``, where COCO's own layout begins."""
    top = PurePosixPath(posixpath.commonpath([path.parent for path in paths]))
    own = any(path.parent == top and path.match("instances_*.json") for path in paths)
    return top.parent if own and top.name == "annotations" else top


def _quote_name(info: zipfile.ZipInfo) -> str:
    """Quote the member's name for a message, cut to 80 characters."""
    name = info.orig_filename
    return repr(name if len(name) <= 80 else f"{name[:40]}...{name[-37:]}")


def _too_many(name: str) -> InputError:
    return InputError("{name} holds more than {limit} files: leave some out.", name=name, limit=MAX_MEMBERS)
