from __future__ import annotations

from sam3viz.evaluation.estimate import TOO_FEW
from sam3viz.evaluation.measures import MEASURES
from sam3viz.studies.dataset_gap.tables import best_cells, headline_table, measure_rows, part_rows


def test_bold_are_the_best_scores_and_the_nearest_bridges_contrast(summary):
    (_, heads), *rows = headline_table(summary)
    equals = ("distillation", "adaptive")
    bold = {(rows[row][0], heads[column].split(" (")[0]) for row, column in best_cells(summary)}
    assert bold == {(name, "patch AP ↑") for name in ("unified", *equals)} | {("distillation", "contrast")}


def test_tables_have_a_row_a_variant_measure_and_part(summary):
    (_, heads), *rows = headline_table(summary)
    assert [name for name, _ in rows] == ["raw", "baseline", "distillation", "adaptive", "unified"]
    assert all(len(cells) == len(heads) for _, cells in rows)
    measures = measure_rows(summary)
    assert len(measures) == len(MEASURES)
    assert all(len(cells) == 5 for _, cells, _ in measures)
    (rank,) = (label for label, cells, _ in measures if "4.00" in cells)
    assert rank == "retrieval rank of 31 ↓"
    assert part_rows(summary, "size") == [("small", 31, ["0.50"] * 5), ("large", 0, [TOO_FEW] * 5)]


def test_a_number_is_written_with_its_interval_and_a_score_that_was_not_asked_for_is_a_dash(summary):
    _, (_, raw), *_ = headline_table(summary)
    assert raw[:3] == ["0.400 [0.300, 0.500]", "–", "–"]
    assert raw[3] == "1.00"
