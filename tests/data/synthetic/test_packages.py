from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from sam3viz.data.synthetic import packages


def make_deb(path: Path, members: dict[str, bytes | str], compression: str = "xz") -> Path:
    """A package by hand (ar + tar); a member whose value is a string is a symbolic link to it."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=f"w:{compression}") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            if isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
                tar.addfile(info)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    control = io.BytesIO()
    tarfile.open(fileobj=control, mode="w:gz").close()
    parts = {
        "debian-binary": b"2.0\n",
        "control.tar.gz": control.getvalue(),
        f"data.tar.{compression}": data.getvalue(),
    }
    with path.open("wb") as file:
        file.write(b"!<arch>\n")
        for name, content in parts.items():
            file.write(f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode())
            file.write(content + b"\n" * (len(content) % 2))
    return path


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


@pytest.fixture
def no_apt(monkeypatch):
    """A system that has neither apt nor dpkg."""
    monkeypatch.setattr(packages.shutil, "which", lambda command: None)


@pytest.mark.parametrize("compression", ["gz", "xz"])
def test_only_pictures_are_unpacked(tmp_path, no_apt, compression):
    members = {
        "./usr/share/a.png": b"a",
        "./usr/share/deep/B.JPG": b"b",
        "./usr/share/c.webp": b"c",
        "./usr/share/d.svg": b"d",
        "./usr/bin/e": b"e",
        "./usr/share/link.png": "/etc/passwd",
    }
    make_deb(tmp_path / "some-stamps_1.0_all.deb", members, compression)
    lines: list[str] = []
    root = packages.fetch(["some-stamps"], tmp_path, lines.append)
    assert files_in(root / "some-stamps") == {"usr/share/a.png", "usr/share/deep/B.JPG", "usr/share/c.webp"}
    assert (root / "some-stamps/usr/share/deep/B.JPG").read_bytes() == b"b"
    assert lines == ["some-stamps: 3 pictures"]


def test_a_second_call_does_nothing(tmp_path, no_apt):
    archive = make_deb(tmp_path / "stamps_1_all.deb", {"./a.png": b"a"})
    root = packages.fetch(["stamps"], tmp_path, lambda line: None)
    archive.unlink()
    lines: list[str] = []
    assert packages.fetch(["stamps"], tmp_path, lines.append) == root
    assert lines == []
    assert files_in(root) == {"stamps/a.png"}


@pytest.mark.parametrize("name", ["../evil.png", "./usr/../../evil.png", "/evil.png"])
def test_a_path_that_leaves_the_folder_is_refused_and_nothing_stays(tmp_path, no_apt, name):
    cache = tmp_path / "inner" / "cache"
    cache.mkdir(parents=True)
    make_deb(cache / "evil_1_all.deb", {"./fine.png": b"x", name: b"x"})
    with pytest.raises(ValueError, match="unsafe path"):
        packages.fetch(["evil"], cache, lambda line: None)
    assert files_in(tmp_path) == {"inner/cache/evil_1_all.deb"}
    assert not (cache / "pictures" / "evil").exists()


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_a_broken_package_leaves_no_half_of_itself(tmp_path, no_apt, content):
    archive = make_deb(tmp_path / "broken_1_all.deb", {f"./{i}.png": os.urandom(20_000) for i in range(5)})
    archive.write_bytes(archive.read_bytes()[:60_000] if content is None else content)
    with pytest.raises(ValueError, match=r"broken_1_all\.deb cannot be unpacked"):
        packages.fetch(["broken"], tmp_path, lambda line: None)
    assert not any((tmp_path / "pictures").iterdir())


def test_a_package_without_pictures_is_told(tmp_path, no_apt):
    make_deb(tmp_path / "words_1_all.deb", {"./a.txt": b"a"})
    lines: list[str] = []
    packages.fetch(["words"], tmp_path, lines.append)
    assert lines == ["words holds no PNG, JPEG or WebP: it adds nothing"]


def test_without_apt_the_error_names_file_folder_and_way_out(tmp_path, no_apt):
    make_deb(tmp_path / "here_1_all.deb", {"./a.png": b"a"})
    with pytest.raises(FileNotFoundError, match=r"no apt.*put gone_\*\.deb.*--cutouts and --backgrounds") as caught:
        packages.fetch(["here", "gone"], tmp_path, lambda line: None)
    assert "here_" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("name", ["-o=evil", "../up", "a b", "Upper", "", "a*"])
def test_odd_names_never_reach_apt(tmp_path, monkeypatch, name):
    monkeypatch.setattr(packages.subprocess, "run", lambda *a, **k: pytest.fail("a command was run"))
    with pytest.raises(ValueError, match="not the name of a Debian package"):
        packages.fetch([name], tmp_path / "cache", lambda line: None)
    assert not (tmp_path / "cache").exists()


def fake_apt(folder: Path, script: str) -> str:
    """A PATH on which ``apt-get`` is ``script``."""
    folder.mkdir()
    (folder / "apt-get").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "apt-get").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_what_apt_downloads_is_unpacked(tmp_path, monkeypatch):
    deb = make_deb(tmp_path / "source.deb", {"./a.png": b"a"})
    script = f'[ "$2 $3" = "download stamps" ] && cp "{deb}" stamps_1_all.deb'
    monkeypatch.setenv("PATH", fake_apt(tmp_path / "bin", script))
    root = packages.fetch(["stamps"], tmp_path / "cache", lambda line: None)
    assert files_in(root) == {"stamps/a.png"}
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == ["pictures", "stamps_1_all.deb"]


def test_missing_lists_are_updated_once_by_root(tmp_path, monkeypatch):
    deb = make_deb(tmp_path / "source.deb", {"./a.png": b"a"})
    script = (
        f'echo "$2" >> "{tmp_path}/calls"\n'
        f'case "$2" in update) touch "{tmp_path}/lists";;\n'
        f'download) [ -e "{tmp_path}/lists" ] && cp "{deb}" stamps_1_all.deb;; esac'
    )
    monkeypatch.setenv("PATH", fake_apt(tmp_path / "bin", script))
    monkeypatch.setattr(packages.os, "geteuid", lambda: 0)
    packages.fetch(["stamps"], tmp_path / "cache", lambda line: None)
    assert (tmp_path / "calls").read_text().split() == ["download", "update", "download"]


def test_apt_failure_is_told_with_its_reason(tmp_path, monkeypatch):
    script = 'touch half_1_all.deb; echo "W: noise" >&2; echo "E: Unable to locate package half" >&2; exit 100'
    monkeypatch.setenv("PATH", fake_apt(tmp_path / "bin", script))
    monkeypatch.setattr(packages.os, "geteuid", lambda: 1000)
    with pytest.raises(RuntimeError, match=r"\(Unable to locate package half\): put half_\*\.deb"):
        packages.fetch(["half"], tmp_path / "cache", lambda line: None)
    assert files_in(tmp_path / "cache") == set()
