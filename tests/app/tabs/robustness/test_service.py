from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.tabs.robustness import service
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.consistency import MEASURES
from sam3viz.studies.robustness.routes import ROUTES
from sam3viz.studies.robustness.summarize import Condition, PerturbationResult
from sam3viz.utils.messages import catalogue, translate
from tests.helpers.coco_sets import save_set
from tests.helpers.jobs import failed, finished
from tests.helpers.model_sources import trained_here
from tests.helpers.rankings import ranked


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> service.MeasuredRobustness:
    folder = tmp_path_factory.mktemp("upload")
    archive = shutil.make_archive(str(folder / "my set"), "zip", save_set(folder / "set"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "SIDE", (64, 160))
        source = trained_here("raw", "unified")
        return finished(service.start("upload", archive, 3, ["blur", "looseness"], 1e6, source))


@pytest.fixture(scope="module")
def measured(exported) -> service.SourceRobustness:
    return exported.value


def test_the_chosen_perturbations_are_measured_and_written(exported):
    measured, found = exported.value, exported.value.robustness
    assert found.summary.pictures == 3
    for target, names in (("exemplar", ["blur", "looseness"]), ("scene", ["blur"])):
        results = found.summary.select(target, "patch_ap")
        assert [result.condition.perturbation for result in results] == names
    assert found.settings["side"] == "160"
    assert found.settings["weights"] == measured.source.analyzer.weights()
    assert [Path(path).name for path in exported.files] == ["robustness.csv", "robustness.html", "robustness.json"]


@pytest.mark.parametrize(("disturbed", "plots"), [("exemplar", 2), ("scene", 1)])
def test_a_plot_and_a_row_a_perturbation(measured, disturbed, plots):
    figure = service.figure(measured.robustness, disturbed, "patch_ap", "zh-CN")
    assert len(figure.layout.annotations) == plots
    assert "模糊" in figure.layout.annotations[0].text
    shown = service.areas_html(measured.robustness, disturbed, "patch_ap", "zh-CN")
    assert shown.count("<tr>") == 1 + plots
    assert "模糊" in shown
    blur, *_ = measured.robustness.summary.select(disturbed, "patch_ap")
    for area in blur.areas.values():
        assert f">{area.estimate.mean:.2f}" in shown
    assert "模糊，3 张图片" in shown


def test_bold_is_the_highest_where_it_is_clearly_above_raw(measured):
    raw = ranked(0.5)
    clear, unclear = ({"unified": ranked(0.7, 0.2, significant), "raw": raw} for significant in (True, False))
    worse = {"raw": raw, "unified": ranked(0.3, -0.2, significant=True)}
    results = tuple(
        PerturbationResult(Condition("scene", name, "patch_ap"), {}, None, areas)
        for name, areas in {"blur": clear, "noise": unclear, "light": worse}.items()
    )
    found = replace(measured.robustness, summary=replace(measured.robustness.summary, results=results))
    shown = service.areas_html(found, "scene", "patch_ap", "en")
    assert shown.count('class="best"') == 1
    assert '<td class="best">0.70*<small>[0.60, 0.80]</small></td>' in shown
    assert "<td>0.70<small>" in shown
    assert "<td>0.30*<small>" in shown


def test_consistency_has_a_row_a_path_and_measure(measured):
    shown = service.consistency_html(measured.robustness, "zh-CN")
    assert shown.count("<tr>") == 1 + 3 * 4
    rankings = {(result.route, result.measure): result.ranking for result in measured.robustness.summary.consistency}
    assert f">{rankings['elsewhere', 'contrast']['unified'].estimate.mean:.2f}" in shown
    assert "放入另一张图片：对比" in shown


@pytest.mark.parametrize(("language", "sentence"), [("en", "Give every object a “segmentation”"), ("zh-CN", "轮廓")])
def test_boxes_without_outlines_get_a_sentence_that_says_what_to_add(tmp_path, language, sentence):
    root = save_set(tmp_path / "set")
    document = json.loads((root / "instances.json").read_text("utf-8"))
    for entry in document["annotations"]:
        del entry["segmentation"]
    (root / "instances.json").write_text(json.dumps(document))
    archive = shutil.make_archive(str(tmp_path / "boxes"), "zip", root)
    error = translate(failed(service.start("upload", archive, 2, ["blur"], 256, trained_here("raw"))), language)
    assert sentence in error
    assert "boxes" in error


def test_every_route_and_measure_has_its_words():
    labels = [entry.label for entry in (*ROUTES.values(), *MEASURES.values())]
    assert set(labels) <= set(catalogue("zh-CN"))


def test_what_has_no_curve_is_named(measured):
    seen, of = service.sentences(measured, "scene", "patch_ap", "en")
    assert seen == "3 pictures, one question each."
    assert "weights that you trained here" in of
    shipped = replace(measured, source=None)
    assert service.sentences(shipped, "scene", "patch_ap", "en") == [seen]
    summary = replace(measured.robustness.summary, absent=(Condition("scene", "scale", "patch_ap"),))
    found = replace(measured.robustness, summary=summary)
    shipped = replace(shipped, robustness=found)
    _, told = service.sentences(shipped, "scene", "patch_ap", "zh-CN")
    assert "缩放" in told
    assert len(service.sentences(shipped, "exemplar", "patch_ap", "en")) == 1
    nothing = replace(shipped, robustness=replace(found, summary=replace(summary, results=())))
    assert service.sentences(nothing, "scene", "patch_ap", "en")[0].startswith("No curve for scale")


def test_nothing_of_the_scene_is_no_figure(measured):
    summary = measured.robustness.summary
    of_exemplar = tuple(result for result in summary.results if result.condition.target == "exemplar")
    found = replace(measured.robustness, summary=replace(summary, results=of_exemplar))
    assert service.figure(found, "scene", "patch_ap", "en") is None
    assert service.areas_html(found, "scene", "patch_ap", "en") == ""
    (told,) = service.sentences(replace(measured, robustness=found, source=None), "scene", "patch_ap", "en")
    assert "None of the chosen perturbations" in told


def test_nothing_chosen_is_a_sentence():
    with pytest.raises(ValueError, match="No perturbation is chosen"):
        service.start("sample", None, 4, [], 384, None)


def test_every_perturbation_has_a_title():
    assert [service.title_of(name, "en") for name in PERTURBATIONS] == [p.label for p in PERTURBATIONS.values()]
