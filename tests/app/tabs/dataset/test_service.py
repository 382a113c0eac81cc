from __future__ import annotations

import gc
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image
from sam3viz.studies.dataset_gap.summary import tied

from app.tabs.dataset import service
from sam3viz.studies.dataset_gap.features import read_rows
from sam3viz.studies.dataset_gap.instances import MOST
from sam3viz.studies.dataset_gap.report import best_cells
from tests.helpers.coco_sets import BLUE, RED, SIZE, save_set
from tests.helpers.jobs import finished
from tests.helpers.model_sources import trained_here


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> service.MeasuredGap:
    folder = tmp_path_factory.mktemp("upload")
    archive = shutil.make_archive(str(folder / "my <set>"), "zip", save_set(folder / "set"))
    return finished(service.start("upload", archive, 128, trained_here("raw", "baseline", "unified")))


@pytest.fixture(scope="module")
def measured(exported) -> service.SourceGap:
    return exported.value


def test_the_zip_is_measured_into_numbers_map_and_cases(measured):
    gap = measured.gap
    assert (gap.summary["objects"], gap.summary["pictures"]) == (3 * len(RED) + 2 * len(BLUE), 3)
    assert gap.map is not None
    scores = {name: values["scores"]["patch_ap"]["mean"] for name, values in gap.summary["variants"].items()}
    assert gap.judged == max(scores, key=scores.__getitem__)
    assert len(gap.worst) + len(gap.best) == 3


def test_all_files_are_there_and_open(exported):
    files = {Path(path).name: Path(path) for path in exported.files}
    assert set(files) == {"features.parquet", "gap.csv", "gap.html", "gap.json"}
    settings = json.loads(files["gap.json"].read_text("utf-8"))["settings"]
    assert settings["dataset"] == "my <set>"
    assert settings["weights"] == exported.value.source.analyzer.weights()
    assert len(pd.read_csv(files["gap.csv"])) == len(read_rows([files["features.parquet"]]))
    assert "my &lt;set&gt;" in files["gap.html"].read_text("utf-8")


def test_a_case_opens_with_its_picture_and_box(measured):
    for end, cases in (("worst", measured.gap.worst), ("best", measured.gap.best)):
        shown = service.case_pictures(measured.gap, end)
        assert [caption for _, caption in shown] == [case.caption for case in cases]
        assert all(Path(path).is_file() for path, _ in shown)
        for index, case in enumerate(cases):
            opened = service.opened(measured, end, index, "en")
            prompt, sentence = opened.prompt, opened.lesson
            (box,) = prompt.boxes
            assert (box.x0, box.y0, box.x1, box.y1, box.label) == (*case.episode.positive, 1)
            assert Image.open(prompt.image).size == SIZE == (prompt.width, prompt.height)
            assert f"AP {case.ap:.2f}" in sentence
            assert "**square**" in sentence


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_what_the_numbers_say_is_computed(measured, language):
    told = " ".join(service.sentences(measured, language))
    measures = measured.gap.summary["variants"]["baseline"]["measures"]
    assert f"{measures['matched_cosine']['mean']:.2f}" in told
    assert {"en": "weights that you trained here", "zh-CN": "您在此训练的权重"}[language] in told
    use = measured.gap.summary["use"]
    assert f"{measured.gap.summary['variants'][use['best']]['scores']['patch_ap']['mean']:.3f}" in told
    if "raw" in use["lead"]:
        assert f"{use['lead']['raw']['mean']:+.3f}" in told
    assert all(name in told.split("patch AP")[1] for name in use["lead"] if name in tied(use))
    tables = service.tables(measured.gap, language)
    assert tables["headline"].count("<tr>") == 4
    few = {"en": "not enough samples", "zh-CN": "样本不足"}
    assert [words in tables["all"] for words in few.values()] == [language == of for of in few]
    assert f"of {measured.gap.summary['measured_objects']}" in tables["all"]
    assert tables["headline"].count('class="best"') == len(best_cells(measured.gap.summary))
    assert 'class="best"' not in tables["all"] + tables["parts"]
    assert "medium" in tables["parts"]
    assert "square" in tables["parts"]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_what_was_left_out_and_why_nothing_was_asked_is_told(measured, language):
    told = " ".join(service.sentences(measured, language))
    assert str(MOST) not in told  # nothing was left out
    left_out = {"flat": 71, "crowds": 0, "thin": 72, "beyond": 73}
    changes = {"left_out": left_out, "use": None, "unasked": "'set' outlines nothing: outline it."}
    changed = replace(measured, gap=replace(measured.gap, summary=measured.gap.summary | changes))
    told = " ".join(service.sentences(changed, language))
    assert [str(count) in told for count in (71, 72, 73)] == [True] * 3
    assert f" {MOST} " in told
    assert "'set' outlines nothing: outline it." in told
    assert "patch AP" not in told


def test_without_a_zip_there_is_a_sentence():
    with pytest.raises(ValueError, match="There is no zip yet"):
        service.start("upload", None, 16, None)


def test_nothing_of_an_upload_stays_when_nobody_holds_its_result(tmp_path, monkeypatch):
    monkeypatch.setattr(handlers, "get_upload_folder", lambda: str(tmp_path / "served"))
    (tmp_path / "served").mkdir()
    archive = shutil.make_archive(str(tmp_path / "set"), "zip", save_set(tmp_path / "here", 1))
    exported = finished(service.start("upload", archive, 1, trained_here("raw")))
    assert len(list((tmp_path / "served").iterdir())) == 1
    del exported
    gc.collect()
    assert list((tmp_path / "served").iterdir()) == []
