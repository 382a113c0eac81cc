from __future__ import annotations

import gc
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from app import dataset_handlers as handlers
from sam3viz.gap.features import read_rows
from tests.bench.sets import BLUE, RED, SIZE, save_set
from tests.test_pipeline import untrained

PATIENCE = 300


@pytest.fixture(scope="module")
def measured(tmp_path_factory) -> handlers.Measured:
    folder = tmp_path_factory.mktemp("upload")
    archive = shutil.make_archive(str(folder / "my <set>"), "zip", save_set(folder / "set"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handlers, "analyzer", lambda: untrained("raw", "baseline", "unified"))
        job = handlers.start("upload", archive, 128, "en")
        job.start()
        assert job.wait(PATIENCE).state == "done", job.standing().error
    found = job.result()
    assert found is not None
    return found


def test_the_zip_is_measured_into_numbers_map_and_cases(measured):
    gap = measured.gap
    assert (gap.summary["objects"], gap.summary["pictures"]) == (3 * len(RED) + 2 * len(BLUE), 3)
    assert gap.map is not None
    assert gap.judged in ("unified",)
    assert len(gap.worst) + len(gap.best) == 3


def test_all_files_are_there_and_open(measured):
    files = {Path(path).name: Path(path) for path in measured.files}
    assert set(files) == {"features.parquet", "gap.csv", "gap.html", "gap.json"}
    assert json.loads(files["gap.json"].read_text("utf-8"))["settings"]["dataset"] == "my <set>"
    assert len(pd.read_csv(files["gap.csv"])) == len(read_rows([files["features.parquet"]]))
    assert "my &lt;set&gt;" in files["gap.html"].read_text("utf-8")


def test_a_case_opens_with_its_picture_and_box(measured):
    for end, cases in (("worst", measured.gap.worst), ("best", measured.gap.best)):
        shown = handlers.case_pictures(measured.gap, end)
        assert [caption for _, caption in shown] == [case.caption for case in cases]
        assert all(Path(path).is_file() for path, _ in shown)
        for index, case in enumerate(cases):
            prompt, sentence = handlers.opened(measured, end, index, "en")
            (box,) = prompt.boxes
            assert (box.x0, box.y0, box.x1, box.y1, box.label) == (*case.episode.positive, 1)
            assert Image.open(prompt.image).size == SIZE == (prompt.width, prompt.height)
            assert f"AP {case.ap:.2f}" in sentence
            assert "**square**" in sentence


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_what_the_numbers_say_is_computed(measured, language):
    told = " ".join(handlers.sentences(measured.gap, language))
    measures = measured.gap.summary["variants"]["baseline"]["measures"]
    assert f"{measures['matched_cosine']['mean']:.2f}" in told
    assert f"{measured.gap.summary['variants']['unified']['scores']['patch_ap']['mean']:.3f}" in told
    tables = handlers.tables(measured.gap, language)
    assert tables["headline"].count("<tr>") == 4
    assert "not enough samples" in tables["all"]
    assert "medium" in tables["parts"]
    assert "square" in tables["parts"]


def test_without_a_zip_there_is_a_sentence():
    with pytest.raises(ValueError, match="There is no zip yet"):
        handlers.start("upload", None, 16, "en")


def test_nothing_of_an_upload_stays_when_nobody_holds_its_result(tmp_path, monkeypatch):
    monkeypatch.setattr(handlers, "get_upload_folder", lambda: str(tmp_path / "served"))
    (tmp_path / "served").mkdir()
    monkeypatch.setattr(handlers, "analyzer", lambda: untrained("raw"))
    archive = shutil.make_archive(str(tmp_path / "set"), "zip", save_set(tmp_path / "here", 1))
    job = handlers.start("upload", archive, 1, "en")
    job.start()
    assert job.wait(PATIENCE).state == "done", job.standing().error
    assert len(list((tmp_path / "served").iterdir())) == 1
    del job
    gc.collect()
    assert list((tmp_path / "served").iterdir()) == []
