from __future__ import annotations

from pathlib import Path

import pytest

from app.services.analyses import analyzer
from app.services.backbones import BackboneChoice
from app.tabs.cost import service
from sam3viz.encoders import DEFAULT_BACKBONE
from sam3viz.studies.bench.shipped import shipped_dataset
from sam3viz.studies.cost import result
from tests.helpers.analyzers import untrained
from tests.helpers.cost_tables import small_study
from tests.helpers.jobs import finished
from tests.helpers.model_sources import trained_here


@pytest.fixture
def asked(monkeypatch) -> list[tuple[int, int]]:
    """Sides and repetitions that were measured, with figures at once."""
    seen: list[tuple[int, int]] = []

    def run_study(analyzer, side, repetitions, progress) -> result.CostStudy:
        seen.append((side, repetitions))
        return small_study(settings={"side": side})

    monkeypatch.setattr(service, "run_study", run_study)
    monkeypatch.setattr(service, "analyzer", lambda: untrained("raw"))
    return seen


def measured(side: float = 384, repetitions: float = 5) -> service.MeasuredCost:
    return finished(service.start(side, repetitions))


def test_settings_stay_within_what_the_sliders_offer(asked):
    measured(384, 5)
    measured(1e9, 1e9)
    measured(-1, -1)
    assert asked == [(384, 5), (768, 25), (256, 3)]


@pytest.mark.usefixtures("asked")
def test_claims_costs_and_files_are_there():
    exported = measured()
    found = exported.value
    shown = service.claims_html(found, "zh-CN")
    assert shown.count("<tr>") == 1 + len(found.claims)
    assert shown.count("梯度，内存: +10% to +15%") == 1  # told once, above its variants
    assert service.costs_html(found, "en").count("<tr>") == 1 + len(found.costs)
    assert [Path(path).name for path in exported.files] == ["cost.html", "cost.json"]
    assert len(service.figure(found, "en").data) > 1
    assert service.figure(found, "zh-CN").layout.xaxis.title.text == "相对骨干网络增加的前向时间 ↓"


@pytest.mark.usefixtures("asked")
def test_the_source_of_the_ap_is_told():
    told = service.source(measured().value, "en")
    assert "coco128" in told
    assert "sam3viz bench" in told


def test_closeness_and_its_caption_are_of_the_shipped_report():
    gap = shipped_dataset().gap
    assert set(gap) == set(analyzer().bridges)
    wide, narrow = (service.closeness(narrow, "zh-CN") for narrow in (False, True))
    assert len(wide.data) == len(narrow.data) >= len(gap)
    assert narrow.layout.height > 2 * wide.layout.height
    assert "coco128" in service.closeness_caption("en")


def test_another_backbone_gets_the_command_that_measures_it():
    assert service.describe_other_backbone(None, "en") == ""
    assert service.describe_other_backbone(trained_here("raw"), "en") == ""
    told = service.describe_other_backbone(BackboneChoice("timm:resnet18", "timm:resnet18"), "zh-CN")
    assert "`sam3viz cost --backbone timm:resnet18`" in told
    assert DEFAULT_BACKBONE in told
