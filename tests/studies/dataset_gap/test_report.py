from __future__ import annotations

import plotly.graph_objects as go
import pytest

from sam3viz.studies.dataset_gap.instances import MOST
from sam3viz.studies.dataset_gap.measures import MEASURES
from sam3viz.studies.dataset_gap.report import (
    CATEGORIES,
    FEW,
    best_cells,
    headline_table,
    left_out_sentence,
    measure_rows,
    part_rows,
    story_sentences,
    write_report,
    written,
)


def number(mean: float | None, low: float | None = None, high: float | None = None, n: int = 9) -> dict:
    return {"mean": mean, "low": low, "high": high, "n": n}


def told(matched: float, mismatched: float, score: float | None) -> dict:
    measures = {key: number(None) for key in MEASURES}
    measures |= {"matched_cosine": number(matched), "mismatched_cosine": number(mismatched)}
    measures |= {"contrast": number(matched - mismatched), "recall_at_1": number(0.5), "domain_auc": number(0.97)}
    measures |= {"retrieval_rank": number(4.0)}
    return {
        "measures": measures,
        "scores": {} if score is None else {"patch_ap": number(score, score - 0.1, score + 0.1)},
    }


@pytest.fixture
def summarised() -> dict:
    variants = {
        "raw": told(1.0, 0.0, 0.4),
        "baseline": told(0.0, 0.1, 0.1),
        "distillation": told(0.9, 0.1, 0.5),
        "adaptive": told(0.99, 0.95, 0.59),
        "unified": told(0.6, 0.1, 0.6),
    }
    parts = {"small": {name: {"matched": number(0.7, n=31), "contrast": number(0.5)} for name in variants}}
    parts["large"] = {name: {"matched": number(None, n=0), "contrast": number(None, n=0)} for name in variants}
    lead = {"raw": number(0.2, 0.05, 0.31), "baseline": number(0.5, 0.4, 0.6)}
    lead |= {"distillation": number(0.1, -0.01, 0.2), "adaptive": number(0.01)}
    use = {"best": "unified", "lead": lead}
    left_out = dict.fromkeys(("flat", "crowds", "thin", "beyond"), 0)
    return {
        "variants": variants,
        "sizes": parts,
        "use": use,
        "unasked": "",
        "left_out": left_out,
        "measured_objects": 31,
    }


def test_the_story_names_the_nearest_by_contrast_and_the_most_useful_with_its_equals(summarised):
    """`adaptive` has the highest matched cosine of all bridges, and strangers are as near."""
    apart, nearest, useful = story_sentences(summarised)
    assert "cosine 0.00 to its own region" in apart
    assert "AUC 0.97" in apart
    assert nearest.startswith("Nearest in numbers: distillation, contrast 0.80")
    assert useful == (
        "Most useful: unified, patch AP 0.600 [0.500, 0.700], +0.200 [+0.050, +0.310] over raw; "
        "not told apart from it: distillation, adaptive."
    )


def test_a_lead_that_may_be_none_is_no_lead(summarised):
    summarised["use"]["lead"] = {"raw": number(0.2, -0.05, 0.31), "distillation": number(0.1, 0.05, 0.2)}
    assert story_sentences(summarised)[-1].endswith("0.700], not told apart from raw (+0.200 [-0.050, +0.310]).")


def test_raw_may_be_the_most_useful(summarised):
    summarised["use"] = {"best": "raw", "lead": {"unified": number(0.1, 0.05, 0.2)}}
    assert story_sentences(summarised)[-1] == "Most useful: raw, patch AP 0.400 [0.300, 0.500]."


def test_bold_are_the_best_scores_and_the_nearest_bridges_contrast(summarised):
    (_, heads), *rows = headline_table(summarised)
    equals = ("distillation", "adaptive")
    bold = {(rows[row][0], heads[column].split(" (")[0]) for row, column in best_cells(summarised)}
    assert bold == {(name, "patch AP ↑") for name in ("unified", *equals)} | {("distillation", "contrast")}


def test_what_is_left_out_is_told_by_its_reason(summarised):
    assert left_out_sentence(summarised) == ""
    summarised["left_out"] |= {"crowds": 3, "beyond": 2}
    assert left_out_sentence(summarised) == (
        f"Annotations that are not measured: 3 that are crowds, 2 beyond the {MOST} largest of their picture."
    )


def test_the_story_leaves_out_what_was_not_measured(summarised):
    del summarised["variants"]["baseline"]
    for values in summarised["variants"].values():
        values["scores"] = {}
    summarised |= {"use": None, "unasked": "'set' outlines nothing: outline it."}
    nearest, unasked = story_sentences(summarised)
    assert nearest.startswith("Nearest")
    assert unasked == "Not asked: 'set' outlines nothing: outline it."


def test_a_number_is_written_with_its_interval_or_says_why_not():
    assert written(number(0.5, 0.4, 0.61)) == "0.50 [0.40, 0.61]"
    assert written(number(0.5)) == "0.50"
    assert written(number(-0.001, -0.004, 0.0)) == "0.00 [0.00, 0.00]"
    assert written(number(None)) == FEW == "not enough samples"
    assert written(number(0.001, -0.2, 0.3), 2, signed=True) == "+0.00 [-0.20, +0.30]"
    assert written(None) == "–"


def test_tables_have_a_row_a_variant_measure_and_part(summarised):
    (_, heads), *rows = headline_table(summarised)
    assert [name for name, _ in rows] == ["raw", "baseline", "distillation", "adaptive", "unified"]
    assert all(len(cells) == len(heads) for _, cells in rows)
    measures = measure_rows(summarised)
    assert len(measures) == len(MEASURES)
    assert all(len(cells) == 5 for _, cells, _ in measures)
    (rank,) = (label for label, cells, _ in measures if "4.00" in cells)
    assert rank == "retrieval rank of 31 ↓"
    assert part_rows(summarised, "sizes") == [
        ("small", 31, ["0.50"] * 5),
        ("large", 0, [FEW] * 5),
    ]


def test_the_page_shows_the_most_frequent_categories_and_says_how_many(summarised, tmp_path):
    of_each = summarised["sizes"]["small"]
    summarised["categories"] = {f"kind {i}": of_each for i in range(CATEGORIES + 5)}
    summarised["left_out"] |= {"thin": 4}
    summarised |= {"objects": 31, "pictures": 9, "level": 0.95, "groups": 10}
    write_report(summarised, go.Figure(), None, {}, {"dataset": "set"}, tmp_path / "new" / "gap.html")
    page = (tmp_path / "new" / "gap.html").read_text("utf-8")
    assert f"the {CATEGORIES} most frequent" in page
    assert page.count('<th scope="row">kind ') == CATEGORIES
    assert f">kind {CATEGORIES - 1}<" in page
    assert "Map of every object" not in page  # there is none
    assert "4 under 4 pixels wide or high" in page
    assert page.count('<td class="best">') == len(best_cells(summarised))
