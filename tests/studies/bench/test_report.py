from __future__ import annotations

import json
from pathlib import Path

import pytest

from sam3viz.studies.bench.cross_image_summary import CrossImageSummary
from sam3viz.studies.bench.report import markers, read_report
from sam3viz.studies.bench.result import BenchSummary
from sam3viz.studies.bench.tables import markdown_table
from tests.helpers.bench_reports import random_gaps, random_scores, summary_of

ROOT = Path(__file__).parents[3]


def test_a_report_comes_back_as_it_was_written(tmp_path):
    summary = summary_of(random_scores())
    summary.to_json(tmp_path / "bench.json")
    assert read_report(tmp_path / "bench.json") == summary


def only_recorded(value: object, recorded: object) -> object:
    """Leave out what a report has gained since it was recorded."""
    if not isinstance(recorded, dict):
        return value
    return {key: only_recorded(value[key], entry) for key, entry in recorded.items()}


@pytest.mark.parametrize(("name", "kind"), [("bench", BenchSummary), ("cross_image", CrossImageSummary)])
def test_a_recorded_report_is_read_and_written_with_all_that_it_holds(tmp_path, name, kind):
    recorded = json.loads((ROOT / "assets" / f"{name}.json").read_text("utf-8"))
    report = read_report(ROOT / "assets" / f"{name}.json")
    assert isinstance(report, kind)
    report.to_json(tmp_path / "again.json")
    again = json.loads((tmp_path / "again.json").read_text("utf-8"))
    assert only_recorded(again, recorded) == recorded | {"schema": again["schema"]}
    assert read_report(tmp_path / "again.json") == report


def test_a_report_of_the_first_schema_has_nothing_of_what_came_later(tmp_path):
    document = summary_of(
        random_scores(variants=("raw", "unified", "adaptive")), gaps=random_gaps(variants=("raw",))
    ).as_json()
    assert document["schema"] == 2
    for key in ("bridge_differences", "gap"):
        del document["datasets"]["set"][key]
    (tmp_path / "bench.json").write_text(json.dumps(document | {"schema": 1}))
    dataset = read_report(tmp_path / "bench.json").datasets["set"]
    assert (dataset.bridge_differences, dataset.gap, dataset.episodes) == ({}, {}, 16)


def test_a_report_of_a_later_schema_is_refused(tmp_path):
    (tmp_path / "bench.json").write_text(json.dumps(summary_of(random_scores()).as_json() | {"schema": 3}))
    with pytest.raises(ValueError, match="no bench report of this version"):
        read_report(tmp_path / "bench.json")


@pytest.mark.parametrize("name", ["bench", "cross_image"])
def test_the_readme_holds_what_was_measured(name):
    report = read_report(ROOT / "assets" / f"{name}.json")
    begin, end = markers(report)
    assert f"{begin}\n{markdown_table(report)}\n{end}" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "is not JSON"), *((text, "no bench report") for text in ("[]", "{}", '{"schema": 1}', '{"schema": 2}'))],
)
def test_another_file_is_refused(tmp_path, text, message):
    with pytest.raises(ValueError, match="There is no file"):
        read_report(tmp_path / "bench.json")
    (tmp_path / "bench.json").write_text(text)
    with pytest.raises(ValueError, match=message):
        read_report(tmp_path / "bench.json")


def test_a_report_with_a_part_of_another_kind_is_refused(tmp_path):
    document = summary_of(random_scores()).as_json() | {"datasets": ["set"]}
    (tmp_path / "bench.json").write_text(json.dumps(document))
    with pytest.raises(ValueError, match="no bench report of this version"):
        read_report(tmp_path / "bench.json")
