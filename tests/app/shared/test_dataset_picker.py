from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import gradio as gr
import pytest

from app.shared import dataset_picker
from app.shared.dataset_picker import DatasetPicker, archive_path, read_pictures
from sam3viz.data.coco import CocoLimits
from sam3viz.utils.jobs import CancelledError
from sam3viz.utils.messages import InputError, translate, translate_error
from tests.helpers.coco_sets import save_set


def silent(what: str, done: int, total: int) -> None:
    pass


def zipped(tmp_path, broken: bool = False) -> str:
    root = save_set(tmp_path / "set")
    if broken:
        (root / "images" / "1.png").unlink()
    return shutil.make_archive(str(tmp_path / "my set"), "zip", root)


def test_the_sample_needs_no_zip_and_an_upload_does(tmp_path):
    assert archive_path("sample", None) is None
    assert archive_path("sample", "left.zip") is None
    assert str(archive_path("upload", "my.zip")) == "my.zip"
    with pytest.raises(ValueError, match="There is no zip yet") as caught:
        archive_path("upload", None)
    assert "还没有 zip" in translate_error(caught.value, "zh-CN")


def test_a_zip_gives_its_name_and_its_first_pictures(tmp_path):
    name, pictures = read_pictures(archive_path("upload", zipped(tmp_path)), tmp_path / "out", 2, silent)
    assert name == "my set"
    assert [picture.path.name for picture in pictures] == ["0.png", "1.png"]
    assert all(picture.path.is_relative_to(tmp_path / "out") for picture in pictures)


def test_a_sentence_on_a_zip_does_not_tell_where_it_was_unpacked(tmp_path):
    with pytest.raises(ValueError, match=r"'1\.png'") as caught:
        read_pictures(archive_path("upload", zipped(tmp_path, broken=True)), tmp_path / "out", 2, silent)
    assert "my set.zip" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_unpacking_and_reading_are_told_in_both_languages_and_can_be_cancelled(tmp_path):
    archive, told = zipped(tmp_path), []
    read_pictures(Path(archive), tmp_path / "out", 2, lambda what, done, total: told.append(what))
    assert list(dict.fromkeys(told)) == ["Files unpacked", "Annotations read"]
    assert all(translate(phase, "zh-CN") != phase for phase in (*told, "Scenes composed"))

    def until(stage: str) -> Callable[[str, int, int], None]:
        def stop(what: str, done: int, total: int) -> None:
            if what == stage and done == 1:
                raise CancelledError

        return stop

    for number, stage in enumerate(("Files unpacked", "Annotations read")):
        with pytest.raises(CancelledError):
            read_pictures(Path(archive), tmp_path / f"out-{number}", 2, until(stage))


def test_an_upload_has_limits_and_a_folder_of_ones_own_has_none(tmp_path, monkeypatch):
    monkeypatch.setattr(dataset_picker, "UNTRUSTED_LIMITS", CocoLimits(annotations=3, mask_pixels=0))
    with pytest.raises(ValueError, match=r"holds \d+ annotations, over 3: leave some pictures out"):
        read_pictures(Path(zipped(tmp_path)), tmp_path / "out", 2, silent)


def test_the_sample_is_composed_and_told(tmp_path, monkeypatch):
    told = []

    def small(folder, count, progress):
        progress(1, count)
        return save_set(folder / "set", count)

    monkeypatch.setattr(dataset_picker, "write_sample", small)
    _, pictures = read_pictures(None, tmp_path, 4, lambda *words: told.append(words))
    assert len(pictures) == 4
    assert told == [("Scenes composed", 1, 4)]


def test_a_sentence_stays_translatable_without_the_folder(tmp_path, monkeypatch):
    def refuse(root, *_) -> None:
        raise InputError("{path} is empty: see {reason}.", path=root / "images", reason=str(root))

    monkeypatch.setattr(dataset_picker, "read_coco", refuse)
    with pytest.raises(InputError) as caught:
        read_pictures(Path(zipped(tmp_path)), tmp_path / "out", 2, silent)
    assert caught.value.message.template == "{path} is empty: see {reason}."
    assert str(caught.value) == "my set.zip/images is empty: see my set.zip."


def test_the_choice_follows_the_language_and_a_zip_is_asked_for_only_where_it_is_wanted():
    with gr.Blocks() as page:
        picker = DatasetPicker("dataset", 16, 128)
    updates = picker.words.updates("zh-CN")
    assert set(picker.components) == set(updates)
    assert updates[picker.kind]["choices"] == [
        ("内置样本：轮廓已知的合成场景", "sample"),
        ("自己的数据：COCO 格式文件夹的 zip", "upload"),
    ]
    (change,) = page.fns.values()
    assert [change.fn(kind).visible for kind in ("sample", "upload")] == [False, True]
