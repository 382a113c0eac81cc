from __future__ import annotations

from dataclasses import replace

import pytest

from sam3viz.data.coco import read_coco
from sam3viz.evaluation.episodes import photo_tasks
from sam3viz.evaluation.tables import score_table
from sam3viz.studies.dataset_gap import examples, projection, summarize
from sam3viz.studies.dataset_gap.measure import measure_pictures
from sam3viz.studies.dataset_gap.plan import plan_gap
from sam3viz.studies.dataset_gap.result import run_study, summarize_study
from sam3viz.utils.messages import InputError, translate_error
from tests.helpers.analyzers import untrained
from tests.helpers.coco_sets import save_set


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    root = save_set(tmp_path_factory.mktemp("set"))
    analyzer, pictures = untrained("raw", "baseline", "unified"), read_coco(root)
    plan, features = plan_gap(pictures, "set", 0), root / "features.parquet"
    rows = measure_pictures(analyzer, pictures, photo_tasks(pictures, "set", 0), features, lambda *at: None)
    return analyzer, plan, [features], score_table(rows)


def test_the_examples_are_of_the_best_variant_from_worst_to_best(measured):
    study = summarize_study(*measured, lambda *at: None)
    assert study.most_accurate == study.summary.ranking.best
    scores = measured[-1].query("metric == 'patch_ap' and variant == @study.most_accurate and not negative")
    means = scores.groupby(["image", "category"])["value"].mean()
    assert study.examples["worst"][0].ap == pytest.approx(means.min())
    assert study.examples["best"][0].ap == pytest.approx(means.max())


def turns(what: str, count: int) -> list[str]:
    return [*(step for done in range(count) for step in (f"{what} {done}", "given back")), f"{what} {count}"]


def test_memory_is_given_back_after_each_example_measured_variant_and_map(measured, monkeypatch):
    """Examples come first: they take the encoder's memory, the others that of what they import."""
    told = []
    for module in (examples, summarize, projection):
        monkeypatch.setattr(module, "trim_heap", lambda: told.append("given back"))
    study = summarize_study(*measured, lambda what, done, total: told.append(f"{what} {done}"))
    count = sum(map(len, study.examples.values()))
    assert told == [
        *turns("Worst and best examples drawn", count),
        *turns("Variants measured", 3),
        *turns("Maps drawn", 3),
    ]


def test_without_pictures_there_is_no_example_and_no_map(measured):
    told = []
    study = summarize_study(*measured, lambda what, done, total: told.append(what), with_pictures=False)
    assert set(told) == {"Variants measured"}
    assert (study.examples, study.planes) == ({"worst": (), "best": ()}, None)
    assert study.most_accurate is not None


def test_an_example_may_be_the_last_before_it_is_stopped(measured):
    def stop(what: str, done: int, total: int) -> None:
        if (what, done) == ("Worst and best examples drawn", 1):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        summarize_study(*measured, stop)


def test_in_one_process_the_study_is_the_same(measured, tmp_path):
    analyzer, plan, *_ = measured
    for name, study in (
        ("one", run_study(analyzer, plan, tmp_path / "features.parquet", lambda *at: None)),
        ("two", summarize_study(*measured, lambda *at: None)),
    ):
        study.to_json(tmp_path / f"{name}.json")
    assert (tmp_path / "one.json").read_text("utf-8") == (tmp_path / "two.json").read_text("utf-8")


def test_pictures_without_an_object_get_a_sentence_in_the_readers_language(measured, tmp_path):
    analyzer, plan, *_ = measured
    bare = replace(plan, pictures=[replace(picture, annotations=()) for picture in plan.pictures], tasks=[])
    with pytest.raises(InputError, match=r"'set' has no object that can be measured: .* at least 4 pixels") as caught:
        run_study(analyzer, bare, tmp_path / "features.parquet", lambda *at: None)
    assert "'set' 中没有可测量的目标" in translate_error(caught.value, "zh-CN")
