from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.tabs.robustness import service
from app.tabs.robustness.strings import STRINGS
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.consistency import MEASURES, PATHS
from sam3viz.utils.messages import LANGUAGES, translate
from tests.helpers.coco_sets import save_set
from tests.helpers.jobs import failed, finished
from tests.helpers.model_sources import trained_here


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
    found = exported.value.robustness
    assert found.summary["pictures"] == 3
    assert list(found.summary["curves"]["exemplar"]) == ["blur", "looseness"]
    assert list(found.summary["curves"]["scene"]) == ["blur"]
    assert found.settings["side"] == "160"
    assert found.settings["weights"] == exported.value.source.analyzer.weights()
    assert [Path(path).name for path in exported.files] == ["robustness.csv", "robustness.html", "robustness.json"]


@pytest.mark.parametrize(("disturbed", "plots"), [("exemplar", 2), ("scene", 1)])
def test_a_plot_and_a_row_a_perturbation(measured, disturbed, plots):
    figure = service.figure(measured.robustness, disturbed, "patch_ap")
    assert len(figure.layout.annotations) == plots
    shown = service.areas_html(measured.robustness, disturbed, "patch_ap", "zh-CN")
    assert shown.count("<tr>") == 1 + plots
    assert "模糊" in shown
    for area in measured.robustness.summary["areas"][disturbed]["patch_ap"]["blur"].values():
        assert f">{area['mean']:.2f}" in shown
    assert "模糊，3 张图片" in shown


def test_bold_is_the_highest_where_it_is_clearly_above_raw(measured):
    def area(mean: float, **other) -> dict:
        return {"mean": mean, "low": mean - 0.1, "high": mean + 0.1, "n": 3} | other

    beside = {"mean": 0.2, "low": 0.1, "high": 0.3, "n": 3}
    raw = area(0.5, to_raw=None, apart=False)
    clear, unclear = ({"unified": area(0.7, to_raw=beside, apart=apart), "raw": raw} for apart in (True, False))
    worse = {"raw": raw, "unified": area(0.3, to_raw=beside | {"mean": -0.2}, apart=True)}
    areas = {"blur": clear, "noise": unclear, "light": worse}
    found = replace(measured.robustness, summary={"areas": {"scene": {"patch_ap": areas}}})
    shown = service.areas_html(found, "scene", "patch_ap", "en")
    assert shown.count('class="best"') == 1
    assert '<td class="best">0.70*<small>[0.60, 0.80]</small></td>' in shown
    assert "<td>0.70<small>" in shown
    assert "<td>0.30*<small>" in shown


def test_consistency_has_a_row_a_path_and_measure(measured):
    shown = service.consistency_html(measured.robustness, "zh-CN")
    assert shown.count("<tr>") == 1 + 3 * 4
    told = measured.robustness.summary["consistency"]["elsewhere"]["contrast"]["unified"]
    assert f">{told['mean']:.2f}" in shown
    assert "放入另一张图片：对比" in shown


@pytest.mark.parametrize(("language", "sentence"), [("en", "Give every object a “segmentation”"), ("zh-CN", "轮廓")])
def test_boxes_without_outlines_get_a_sentence_that_says_what_to_add(tmp_path, language, sentence):
    root = save_set(tmp_path / "set")
    document = json.loads((root / "instances.json").read_text("utf-8"))
    for entry in document["annotations"]:
        del entry["segmentation"]
    (root / "instances.json").write_text(json.dumps(document))
    archive = shutil.make_archive(str(tmp_path / "boxes"), "zip", root)
    told = translate(failed(service.start("upload", archive, 2, ["blur"], 256, trained_here("raw"))), language)
    assert sentence in told
    assert "boxes" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_path_and_measure_has_its_words(language):
    assert {*PATHS, *MEASURES} <= set(STRINGS[language])


def test_what_has_no_curve_is_named(measured):
    seen, of = service.sentences(measured, "scene", "patch_ap", "en")
    assert seen == "3 pictures, one question each."
    assert "weights that you trained here" in of
    shipped = replace(measured, source=None)
    assert service.sentences(shipped, "scene", "patch_ap", "en") == [seen]
    absent = [{"disturbed": "scene", "perturbation": "scale", "metric": "patch_ap"}]
    found = replace(measured.robustness, summary=measured.robustness.summary | {"absent": absent})
    shipped = replace(shipped, robustness=found)
    _, told = service.sentences(shipped, "scene", "patch_ap", "zh-CN")
    assert "缩放" in told
    assert len(service.sentences(shipped, "exemplar", "patch_ap", "en")) == 1
    nothing = replace(shipped, robustness=replace(found, summary=found.summary | {"areas": {}}))
    assert service.sentences(nothing, "scene", "patch_ap", "en")[0].startswith("No curve for scale")


def test_nothing_of_the_scene_is_no_figure(measured):
    told = {key: {"exemplar": measured.robustness.summary[key]["exemplar"]} for key in ("curves", "areas")}
    found = replace(measured.robustness, summary=measured.robustness.summary | told)
    assert service.figure(found, "scene", "patch_ap") is None
    assert service.areas_html(found, "scene", "patch_ap", "en") == ""
    (told,) = service.sentences(replace(measured, robustness=found, source=None), "scene", "patch_ap", "en")
    assert "None of the chosen perturbations" in told


def test_nothing_chosen_is_a_sentence():
    with pytest.raises(ValueError, match="No perturbation is chosen"):
        service.start("sample", None, 4, [], 384, None)


def test_every_perturbation_has_a_title():
    assert [service.title_of(name, "en") for name in PERTURBATIONS] == [p.label for p in PERTURBATIONS.values()]
