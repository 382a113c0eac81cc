from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.shared import dataset_picker as source
from app.shared.dataset_picker import checked, pictures_of
from app.shared.job_strings import JOB
from sam3viz.data.coco import CocoLimits
from sam3viz.utils.jobs import CancelledError
from tests.helpers.coco_sets import save_set


def silent(what: str, done: int, total: int) -> None:
    pass


def zipped(tmp_path, broken: bool = False) -> str:
    root = save_set(tmp_path / "set")
    if broken:
        (root / "images" / "1.png").unlink()
    return shutil.make_archive(str(tmp_path / "my set"), "zip", root)


def test_the_sample_needs_no_zip_and_an_upload_does(tmp_path):
    assert checked("sample", None, "en") is None
    assert checked("sample", "left.zip", "en") is None
    assert str(checked("upload", "my.zip", "en")) == "my.zip"
    with pytest.raises(ValueError, match="There is no zip yet"):
        checked("upload", None, "en")


def test_a_zip_gives_its_name_and_its_first_pictures(tmp_path):
    name, pictures = pictures_of(checked("upload", zipped(tmp_path), "en"), tmp_path / "out", 2, silent)
    assert name == "my set"
    assert [picture.path.name for picture in pictures] == ["0.png", "1.png"]
    assert all(picture.path.is_relative_to(tmp_path / "out") for picture in pictures)


def test_a_sentence_on_a_zip_does_not_tell_where_it_was_unpacked(tmp_path):
    with pytest.raises(ValueError, match=r"'1\.png'") as caught:
        pictures_of(checked("upload", zipped(tmp_path, broken=True), "en"), tmp_path / "out", 2, silent)
    assert "my set.zip" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_unpacking_and_reading_are_told_in_both_languages_and_can_be_cancelled(tmp_path):
    archive, told = zipped(tmp_path), []
    pictures_of(Path(archive), tmp_path / "out", 2, lambda what, done, total: told.append(what))
    assert list(dict.fromkeys(told)) == ["unpack", "annotations"]
    assert all({*told, "compose"} <= set(words) for words in JOB.values())

    def until(stage: str) -> Callable[[str, int, int], None]:
        def stop(what: str, done: int, total: int) -> None:
            if what == stage and done == 1:
                raise CancelledError

        return stop

    for number, stage in enumerate(("unpack", "annotations")):
        with pytest.raises(CancelledError):
            pictures_of(Path(archive), tmp_path / f"out-{number}", 2, until(stage))


def test_an_upload_has_limits_and_a_folder_of_ones_own_has_none(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "UNTRUSTED_LIMITS", CocoLimits(annotations=3, mask_pixels=0))
    with pytest.raises(ValueError, match=r"holds \d+ annotations, over 3: leave some pictures out"):
        pictures_of(Path(zipped(tmp_path)), tmp_path / "out", 2, silent)


def test_the_sample_is_composed_and_told(tmp_path, monkeypatch):
    told = []

    def small(folder, count, progress):
        progress(1, count)
        return save_set(folder / "set", count)

    monkeypatch.setattr(source, "write_sample", small)
    _, pictures = pictures_of(None, tmp_path, 4, lambda *words: told.append(words))
    assert len(pictures) == 4
    assert told == [("compose", 1, 4)]
