from __future__ import annotations

from sam3viz.evaluation.tables import ScoreRow, score_table


def test_the_columns_are_the_fields_of_a_row_even_without_rows():
    row = ScoreRow(
        dataset="set", image="0.png", category="cat", seed="0", variant="raw", negative=False, has_negative=True,
        metric="patch_ap", value=0.5,
    )  # fmt: skip
    table = score_table([row, row | {"value": 0.25}])
    assert list(table.columns) == list(score_table([]).columns) == list(row)
    assert table["value"].to_list() == [0.5, 0.25]
