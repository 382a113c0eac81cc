from __future__ import annotations

import pandas as pd

from sam3viz.studies.dataset_gap.examples import select_questions


def test_worst_and_best_are_ordered_and_named_once():
    rows = [
        ("unified", metric, f"{i}.jpg", "cat", negative, i / 20)
        for i in range(15)
        for metric in ("patch_ap", "peak_recall")
        for negative in (False, True)
    ]
    scores = pd.DataFrame(rows, columns=["variant", "metric", "image", "category", "negative", "value"])
    questions = select_questions(scores, "unified", 4)
    assert questions["image"].tolist() == [f"{i}.jpg" for i in (0, 1, 2, 3, 11, 12, 13, 14)]
    assert len(select_questions(scores[scores["image"] == "3.jpg"], "unified", 4)) == 1
