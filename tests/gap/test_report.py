from __future__ import annotations

import plotly.graph_objects as go
import pytest

from sam3viz.analysis import METRICS
from sam3viz.gap.report import (
    CATEGORIES,
    headline_table,
    measure_rows,
    part_rows,
    story_sentences,
    write_report,
    written,
)


def number(mean: float | None, low: float | None = None, high: float | None = None, n: int = 9) -> dict:
    return {"mean": mean, "low": low, "high": high, "n": n}


def told(matched: float, score: float | None) -> dict:
    measures = {key: number(None) for key in METRICS}
    measures |= {"matched_cosine": number(matched), "mismatched_cosine": number(0.1), "recall_at_1": number(0.5)}
    measures |= {"domain_auc": number(0.97)}
    return {
        "measures": measures,
        "scores": {} if score is None else {"patch_ap": number(score, score - 0.1, score + 0.1)},
    }


@pytest.fixture
def summarised() -> dict:
    variants = {
        "raw": told(1.0, 0.4),
        "baseline": told(0.0, 0.1),
        "distillation": told(0.9, 0.5),
        "unified": told(0.6, 0.6),
    }
    parts = {"small": {name: {"matched": number(0.7, n=31), "contrast": number(0.5)} for name in variants}}
    parts["large"] = {name: {"matched": number(None, n=0), "contrast": number(None, n=0)} for name in variants}
    return {"variants": variants, "sizes": parts}


def test_the_story_names_the_nearest_and_the_most_useful(summarised):
    apart, nearest, useful = story_sentences(summarised)
    assert "cosine 0.00 to its own region" in apart
    assert "AUC 0.97" in apart
    assert nearest.startswith("Nearest in numbers: distillation, matched cosine 0.90")
    assert useful == "Most useful: unified, patch AP 0.600 [0.500, 0.700]."


def test_the_story_leaves_out_what_was_not_measured(summarised):
    del summarised["variants"]["baseline"]
    for values in summarised["variants"].values():
        values["scores"] = {}
    assert len(story_sentences(summarised)) == 1


def test_a_number_is_written_with_its_interval_or_says_why_not():
    assert written(number(0.5, 0.4, 0.61)) == "0.50 [0.40, 0.61]"
    assert written(number(0.5)) == "0.50"
    assert written(number(-0.001, -0.004, 0.0)) == "0.00 [0.00, 0.00]"
    assert written(number(None)) == "not enough samples"
    assert written(None) == "–"


def test_tables_have_a_row_a_variant_measure_and_part(summarised):
    (_, heads), *rows = headline_table(summarised)
    assert [name for name, _ in rows] == ["raw", "baseline", "distillation", "unified"]
    assert all(len(cells) == len(heads) for _, cells in rows)
    measures = measure_rows(summarised)
    assert len(measures) == len(METRICS)
    assert all(len(cells) == 4 for _, cells, _ in measures)
    assert part_rows(summarised, "sizes") == [
        ("small", 31, ["0.50"] * 4),
        ("large", 0, ["not enough samples"] * 4),
    ]


def test_the_page_shows_the_most_frequent_categories_and_says_how_many(summarised, tmp_path):
    of_each = summarised["sizes"]["small"]
    summarised["categories"] = {f"kind {i}": of_each for i in range(CATEGORIES + 5)}
    summarised |= {"objects": 31, "pictures": 9, "measured_objects": 31, "level": 0.95, "groups": 10}
    write_report(summarised, go.Figure(), None, {}, {"dataset": "set"}, tmp_path / "new" / "gap.html")
    page = (tmp_path / "new" / "gap.html").read_text("utf-8")
    assert f"the {CATEGORIES} most frequent" in page
    assert page.count('<th scope="row">kind ') == CATEGORIES
    assert f">kind {CATEGORIES - 1}<" in page
    assert "Map of every object" not in page  # there is none
