from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app import robustness_handlers as handlers
from sam3viz.robustness import PERTURBATIONS
from tests.bench.sets import save_set
from tests.test_pipeline import untrained

PATIENCE = 300


@pytest.fixture(scope="module")
def measured(tmp_path_factory) -> handlers.Measured:
    folder = tmp_path_factory.mktemp("upload")
    archive = shutil.make_archive(str(folder / "my set"), "zip", save_set(folder / "set"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handlers, "analyzer", lambda: untrained("raw", "unified"))
        patch.setattr(handlers, "SIDE", (64, 160))
        job = handlers.start("upload", archive, 2, ["blur", "looseness"], 1e6, "en")
        job.start()
        assert job.wait(PATIENCE).state == "done", job.standing().error
    found = job.result()
    assert found is not None
    return found


def test_the_chosen_perturbations_are_measured_and_written(measured):
    found = measured.found
    assert found.summary["pictures"] == 2
    assert list(found.summary["curves"]["exemplar"]) == ["blur", "looseness"]
    assert list(found.summary["curves"]["scene"]) == ["blur"]
    assert found.settings["side"] == "160"
    assert [Path(path).name for path in measured.files] == ["robustness.csv", "robustness.html", "robustness.json"]


@pytest.mark.parametrize(("disturbed", "plots"), [("exemplar", 2), ("scene", 1)])
def test_a_plot_and_a_row_a_perturbation(measured, disturbed, plots):
    figure = handlers.figure(measured.found, disturbed, "patch_ap")
    assert len(figure.layout.annotations) == plots
    shown = handlers.areas_html(measured.found, disturbed, "patch_ap", "zh-CN")
    assert shown.count("<tr>") == 1 + plots
    assert "模糊" in shown
    areas = measured.found.summary["areas"][disturbed]["patch_ap"]["blur"]
    assert f"<td class=best>{max(areas.values()):.2f}</td>" in shown


def test_nothing_of_the_scene_is_no_figure(measured):
    del measured.found.summary["curves"]["scene"], measured.found.summary["areas"]["scene"]
    assert handlers.figure(measured.found, "scene", "patch_ap") is None
    assert handlers.areas_html(measured.found, "scene", "patch_ap", "en") == ""


def test_nothing_chosen_is_a_sentence():
    with pytest.raises(ValueError, match="No perturbation is chosen"):
        handlers.start("sample", None, 4, [], 384, "en")


def test_every_perturbation_has_a_title():
    assert [handlers.title_of(name, "en") for name in PERTURBATIONS] == [p.label for p in PERTURBATIONS.values()]
