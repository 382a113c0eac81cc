from __future__ import annotations

import pytest

from sam3viz.bench.protocol import photo_tasks
from sam3viz.bench.run import table
from sam3viz.coco import read_coco
from sam3viz.gap import result
from sam3viz.gap.result import conclude
from sam3viz.gap.run import measure, survey
from tests.bench.sets import save_set
from tests.test_pipeline import untrained


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    root = save_set(tmp_path_factory.mktemp("set"))
    analyzer, pictures = untrained("raw", "baseline", "unified"), read_coco(root)
    asked, features = survey(pictures, "set", 0), root / "features.parquet"
    rows = measure(analyzer, pictures, photo_tasks(pictures, "set", 0), features, lambda *at: None)
    return analyzer, asked, [features], table(rows)


def test_the_cases_are_of_the_best_variant_from_worst_to_best(measured):
    found = conclude(*measured, lambda *at: None)
    assert found.judged == found.summary["use"]["best"]
    scores = measured[-1].query("metric == 'patch_ap' and variant == @found.judged and not negative")
    means = scores.groupby(["image", "category"])["value"].mean()
    assert found.worst[0].ap == pytest.approx(means.min())
    assert found.best[0].ap == pytest.approx(means.max())


def test_the_encoders_memory_is_given_back_before_the_maps_takes_its_own(measured, monkeypatch):
    told = []
    monkeypatch.setattr(result, "trim_heap", lambda: told.append("given back"))
    conclude(*measured, lambda what, done, total: told.append(what) if done == 0 else None)
    cases = told.count("given back")
    assert told == ["cases", *["given back"] * cases, "measures", "maps"]
    assert cases > 1


def test_without_pictures_there_is_no_case_and_no_map(measured):
    told = []
    found = conclude(*measured, lambda what, done, total: told.append(what), pictures=False)
    assert set(told) == {"measures"}
    assert (found.worst, found.best, found.map) == ([], [], None)
    assert found.judged is not None


def test_a_case_may_be_the_last_before_it_is_stopped(measured):
    def stop(what: str, done: int, total: int) -> None:
        if (what, done) == ("cases", 1):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        conclude(*measured, stop)
