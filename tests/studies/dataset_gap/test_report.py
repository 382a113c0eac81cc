from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from PIL import Image

from sam3viz.evaluation.episodes import Episode, ImageTask
from sam3viz.studies.dataset_gap.examples import NO_EXAMPLES, Example
from sam3viz.studies.dataset_gap.instances import ExcludedCounts
from sam3viz.studies.dataset_gap.report import MAX_CATEGORIES, write_report
from sam3viz.studies.dataset_gap.result import GapStudy
from sam3viz.studies.dataset_gap.summarize import GapSummary
from sam3viz.studies.dataset_gap.tables import best_cells


@pytest.fixture
def crowded(summary) -> GapSummary:
    """More categories than the page has rows for."""
    return replace(
        summary,
        variants={
            name: replace(gap, by_category={f"kind {i}": gap.by_size["small"] for i in range(MAX_CATEGORIES + 5)})
            for name, gap in summary.variants.items()
        },
        excluded=ExcludedCounts(thin=4),
    )


def test_the_report_shows_the_most_frequent_categories_and_says_how_many(crowded, tmp_path):
    study = GapStudy(crowded, {"dataset": "set"}, pd.DataFrame(), None, NO_EXAMPLES)
    write_report(study, tmp_path / "new" / "gap.html")
    page = (tmp_path / "new" / "gap.html").read_text("utf-8")
    assert f"the {MAX_CATEGORIES} most frequent" in page
    assert page.count('<th scope="row">kind ') == MAX_CATEGORIES
    assert f">kind {MAX_CATEGORIES - 1}<" in page
    assert "Map of every object" not in page  # there is none
    assert "4 under 4 pixels wide or high" in page
    assert page.count('<td class="best">') == len(best_cells(crowded))
    assert "examples of" not in page
    assert "<b>Most accurate:</b> unified, patch AP 0.600" in page


def test_examples_stand_below_their_heading_from_the_far_end(crowded, tmp_path):
    def example(ap: float) -> Example:
        episode = Episode("cat", (0, 0, 8, 8), None, (), (), lambda: pytest.fail("it is not drawn"))
        task = ImageTask("set", "a <b>.jpg", lambda: pytest.fail("it is not read"), (8, 8), (episode,))
        return Example(task, episode, ap, Image.new("RGB", (8, 8)))

    examples = {"worst": [example(0.1), example(0.2)], "best": [example(0.9)]}
    write_report(GapStudy(crowded, {"dataset": "set"}, pd.DataFrame(), None, examples), tmp_path / "gap.html")
    page = (tmp_path / "gap.html").read_text("utf-8")
    captions = (
        "cat, AP 0.10 (a &lt;b&gt;.jpg)</fig",
        "cat, AP 0.20 (a &lt;b&gt;.jpg)</fig",
        "cat, AP 0.90 (a &lt;b&gt;.jpg)</fig",
    )
    order = ("Worst examples of unified", *captions[:2], "Best examples of unified", captions[2])
    places = [page.index(text) for text in order]
    assert places == sorted(places)
