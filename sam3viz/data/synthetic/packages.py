"""Pictures that any Debian mirror carries, as training data: fetch the packages, unpack their pictures."""

from __future__ import annotations

import io
import lzma
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath

from debian.arfile import ArError
from debian.debfile import DebError, DebFile

STAMPS = ("tuxpaint-stamps-default",)
"""Photographic cut-outs with transparency."""
WALLPAPERS = (
    "gnome-backgrounds",
    "lomiri-wallpapers-16.04",
    "lomiri-wallpapers-20.04",
    "mate-backgrounds",
    "plasma-workspace-wallpapers",
    "ukui-wallpapers",
)
"""Backgrounds: photographs and abstract art."""

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
_PACKAGE_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]+")


def fetch(names: Sequence[str], cache: Path, progress: Callable[[str], None] = print) -> Path:
    """Bring Debian packages into ``cache`` and unpack their pictures (PNG, JPEG, WebP; nothing else).

    A package that is already unpacked is left alone; one whose ``.deb`` lies in ``cache`` is only unpacked; the rest
    comes from ``apt-get download``, which needs no root.

    Args:
        progress: called with one line a step.

    Returns:
        The folder that holds one folder a package.

    Raises:
        ValueError: a name is no package name, or a file is no safe package.
        FileNotFoundError: packages are missing and there is no apt.
        RuntimeError: apt cannot deliver them.
    """
    for name in names:
        if not _PACKAGE_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a Debian package: use lower-case letters, digits, + - and .")
    root = cache / "pictures"
    root.mkdir(parents=True, exist_ok=True)
    missing = [name for name in names if not (root / name).is_dir()]
    absent = [name for name in missing if _archive(name, cache) is None]
    if absent:
        progress(f"Fetching {', '.join(absent)}")
        _download(absent, cache)
    for name in missing:
        archive = _archive(name, cache)
        if archive is None:
            raise RuntimeError(f"apt fetched no package file for {name}: put {name}_*.deb into {cache}.")
        count = _unpack(archive, root / name)
        progress(f"{name}: {count} pictures" if count else f"{name} holds no PNG, JPEG or WebP: it adds nothing")
    return root


def _archive(name: str, cache: Path) -> Path | None:
    """Find the newest package file of that name in the cache."""
    return max(cache.glob(f"{name}_*.deb"), key=lambda path: path.stat().st_mtime, default=None)


def _download(names: Sequence[str], cache: Path) -> None:
    files = ", ".join(f"{name}_*.deb" for name in names)
    remedy = f"put {files} into {cache}, or give your own folders with --cutouts and --backgrounds."
    if shutil.which("apt-get") is None:
        raise FileNotFoundError(f"Training pictures are missing and this system has no apt to fetch them: {remedy}")
    # Files move into the cache only once whole, so a broken download is never taken for a package.
    with tempfile.TemporaryDirectory(dir=cache, prefix=".download-") as scratch:
        command = ["apt-get", "-q", "download", *names]
        done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
        if done.returncode and os.geteuid() == 0:  # no package lists yet, or stale ones
            subprocess.run(["apt-get", "-q", "update"], capture_output=True, check=False)
            done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = " ".join(line.removeprefix("E: ") for line in done.stderr.splitlines() if line.startswith("E: "))
            raise RuntimeError(f"apt could not fetch the training pictures ({reason}): {remedy}")
        for archive in Path(scratch).glob("*.deb"):
            archive.replace(cache / archive.name)


def _unpack(archive: Path, target: Path) -> int:
    """Write the pictures of one package under ``target``, all or nothing, and return how many there are."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as scratch:
        folder = Path(scratch, "pictures")
        folder.mkdir()
        try:
            count = _extract(archive, folder)
        except (ArError, tarfile.TarError, lzma.LZMAError, EOFError) as error:
            raise ValueError(
                f"{archive} cannot be unpacked ({error}): install zstd where that names unzstd, else delete the file."
            ) from error
        folder.rename(target)
    return count


def _extract(archive: Path, folder: Path) -> int:
    count = 0
    with _data(archive) as tar:
        for member in tar:
            path = PurePosixPath(str(member.name))
            # Regular files alone: no link is ever written, so none can lead out of the folder.
            if not member.isreg() or path.suffix.lower() not in _PICTURES:
                continue
            if path.is_absolute() or ".." in path.parts:
                raise ValueError(f"{archive} holds the unsafe path {str(path)!r}: delete it, it was not unpacked.")
            source = tar.extractfile(member)
            assert source is not None  # a regular file always has content
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as sink:
                shutil.copyfileobj(source, sink)
            count += 1
    return count


@contextmanager
def _data(archive: Path) -> Iterator[tarfile.TarFile]:
    """Open the package's file tree.

    python-debian reads packages on every system, those in zstd only where ``unzstd`` is.
    """
    with ExitStack() as stack:
        try:
            tar = DebFile(fileobj=stack.enter_context(archive.open("rb"))).data.tgz()
        except DebError:
            if shutil.which("dpkg-deb") is None:
                raise
            done = subprocess.run(["dpkg-deb", "--fsys-tarfile", archive], capture_output=True, check=False)
            if done.returncode:
                raise tarfile.ReadError(done.stderr.decode(errors="replace").strip()) from None
            tar = stack.enter_context(tarfile.open(fileobj=io.BytesIO(done.stdout)))
        yield tar
