from __future__ import annotations

import pytest

from sam3viz.data.coco import read_coco
from sam3viz.evaluation.episodes import photo_tasks
from sam3viz.evaluation.tables import score_table
from sam3viz.studies.dataset_gap import projection, result, summary
from sam3viz.studies.dataset_gap.measure import measure, survey
from sam3viz.studies.dataset_gap.result import conclude
from tests.api.test_analyzer import untrained
from tests.helpers.coco_sets import save_set


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    root = save_set(tmp_path_factory.mktemp("set"))
    analyzer, pictures = untrained("raw", "baseline", "unified"), read_coco(root)
    asked, features = survey(pictures, "set", 0), root / "features.parquet"
    rows = measure(analyzer, pictures, photo_tasks(pictures, "set", 0), features, lambda *at: None)
    return analyzer, asked, [features], score_table(rows)


def test_the_cases_are_of_the_best_variant_from_worst_to_best(measured):
    found = conclude(*measured, lambda *at: None)
    assert found.judged == found.summary["use"]["best"]
    scores = measured[-1].query("metric == 'patch_ap' and variant == @found.judged and not negative")
    means = scores.groupby(["image", "category"])["value"].mean()
    assert found.worst[0].ap == pytest.approx(means.min())
    assert found.best[0].ap == pytest.approx(means.max())


def turns(what: str, count: int) -> list[str]:
    return [*(step for done in range(count) for step in (f"{what} {done}", "given back")), f"{what} {count}"]


def test_memory_is_given_back_after_each_case_measured_variant_and_map(measured, monkeypatch):
    """Cases come first: they take the encoder's memory, the others that of what they import."""
    told = []
    for module in (result, summary, projection):
        monkeypatch.setattr(module, "trim_heap", lambda: told.append("given back"))
    found = conclude(*measured, lambda what, done, total: told.append(f"{what} {done}"))
    cases = len(found.worst) + len(found.best)
    assert told == [*turns("cases", cases), *turns("measures", 3), *turns("maps", 3)]


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
