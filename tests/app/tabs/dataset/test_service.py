from __future__ import annotations

import gc
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from app.services import exports
from app.tabs.dataset import service
from sam3viz.studies.dataset_gap.features import read_rows
from sam3viz.studies.dataset_gap.instances import MAX_OBJECTS_PER_PICTURE, ExcludedCounts
from sam3viz.studies.dataset_gap.tables import best_cells
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


def test_the_zip_is_measured_into_numbers_map_and_examples(measured):
    gap = measured.gap
    assert (gap.summary.objects, gap.summary.pictures) == (3 * len(RED) + 2 * len(BLUE), 3)
    assert all(service.figures(gap).values())
    scores = {name: values.scores["patch_ap"].mean for name, values in gap.summary.variants.items()}
    assert gap.most_accurate == max(scores, key=scores.__getitem__)
    assert sum(map(len, gap.examples.values())) == 3


def test_all_files_are_there_and_open(exported):
    files = {Path(path).name: Path(path) for path in exported.files}
    assert set(files) == {"features.parquet", "gap.csv", "gap.html", "gap.json"}
    settings = json.loads(files["gap.json"].read_text("utf-8"))["settings"]
    assert settings["dataset"] == "my <set>"
    assert settings["weights"] == exported.value.source.analyzer.weights()
    assert len(pd.read_csv(files["gap.csv"])) == len(read_rows([files["features.parquet"]]))
    assert "my &lt;set&gt;" in files["gap.html"].read_text("utf-8")


def test_an_example_opens_with_its_picture_and_box(measured):
    for kind, examples in measured.gap.examples.items():
        pictures = service.case_pictures(measured.gap, kind)
        assert [caption for _, caption in pictures] == [example.caption for example in examples]
        assert all(Path(path).is_file() for path, _ in pictures)
        for index, example in enumerate(examples):
            opened = service.opened(measured, kind, index, "en")
            prompt, sentence = opened.prompt, opened.lesson
            (box,) = prompt.boxes
            assert (box.x0, box.y0, box.x1, box.y1, box.label) == (*example.episode.positive, 1)
            assert Image.open(prompt.image).size == SIZE == (prompt.width, prompt.height)
            assert f"AP {example.ap:.2f}" in sentence
            assert "**square**" in sentence


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_what_the_numbers_say_is_computed(measured, language):
    text, summary = " ".join(service.sentences(measured, language)), measured.gap.summary
    assert f"{summary.variants['baseline'].measures['matched_cosine'].mean:.2f}" in text
    assert {"en": "weights that you trained here", "zh-CN": "您在此训练的权重"}[language] in text
    assert {"en": "Most accurate: ", "zh-CN": "最准确："}[language] in text
    ranking = summary.ranking
    assert f"{summary.variants[ranking.best].scores['patch_ap'].mean:.3f}" in text
    if "raw" in ranking.leads:
        assert f"{ranking.leads['raw'].mean:+.3f}" in text
    assert all(name in text.split("patch AP")[1] for name in ranking.not_significantly_different)
    tables = service.tables(measured.gap, language)
    assert tables["headline"].count("<tr>") == 4
    few = {"en": "too few", "zh-CN": "样本不足"}
    assert [phrase in tables["all"] for phrase in few.values()] == [language == of for of in few]
    assert f"of {summary.measured_objects}" in tables["all"]
    assert tables["headline"].count('class="best"') == len(best_cells(summary))
    assert 'class="best"' not in tables["all"] + tables["parts"]
    assert "medium" in tables["parts"]
    assert "square" in tables["parts"]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_what_is_excluded_and_why_nothing_was_asked_is_said(measured, language):
    text = " ".join(service.sentences(measured, language))
    assert str(MAX_OBJECTS_PER_PICTURE) not in text  # nothing is excluded
    summary = replace(
        measured.gap.summary,
        excluded=ExcludedCounts(flat=71, crowds=0, thin=72, beyond=73),
        ranking=None,
        unscored_reason="'set' outlines nothing: outline it.",
    )
    changed = replace(measured, gap=replace(measured.gap, summary=summary))
    text = " ".join(service.sentences(changed, language))
    assert [str(count) in text for count in (71, 72, 73)] == [True] * 3
    assert f" {MAX_OBJECTS_PER_PICTURE} " in text
    assert "'set' outlines nothing: outline it." in text
    assert "patch AP" not in text


def test_without_a_zip_there_is_a_sentence():
    with pytest.raises(ValueError, match="There is no zip yet"):
        service.start("upload", None, 16, None)


def test_nothing_of_an_upload_stays_when_nobody_holds_its_result(tmp_path, monkeypatch):
    monkeypatch.setattr(exports, "get_upload_folder", lambda: str(tmp_path / "served"))
    (tmp_path / "served").mkdir()
    archive = shutil.make_archive(str(tmp_path / "set"), "zip", save_set(tmp_path / "here", 1))
    exported = finished(service.start("upload", archive, 1, trained_here("raw")))
    assert len(list((tmp_path / "served").iterdir())) == 1
    del exported
    gc.collect()
    assert list((tmp_path / "served").iterdir()) == []
