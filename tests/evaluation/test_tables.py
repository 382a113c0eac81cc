from __future__ import annotations

import pandas as pd

from sam3viz.evaluation.tables import ScoreRow, score_table, to_markdown


def test_the_columns_are_the_fields_of_a_row_even_without_rows():
    row = ScoreRow(
        dataset="set", image="0.png", category="cat", seed="0", variant="raw", negative=False, has_negative=True,
        metric="patch_ap", value=0.5,
    )  # fmt: skip
    table = score_table([row, row | {"value": 0.25}])
    assert list(table.columns) == list(score_table([]).columns) == list(row)
    assert table["value"].to_list() == [0.5, 0.25]


def test_markdown_has_a_line_a_row_under_its_rule():
    table = pd.DataFrame({"variant": ["`raw`", "`unified`"], "AP": [".476", "–"], "R@1": ["1", "2"]})
    assert to_markdown(table).splitlines() == [
        "| variant | AP | R@1 |",
        "| --- | --: | --: |",
        "| `raw` | .476 | 1 |",
        "| `unified` | – | 2 |",
    ]
