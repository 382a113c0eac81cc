from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from sam3viz.evaluation.composed import SEEN_CLASSES, UNSEEN_CLASSES
from sam3viz.evaluation.estimate import Estimate
from sam3viz.studies.bench.result import BenchSummary, Learning, VariantLearning
from sam3viz.studies.bench.tables import markdown_table, text_table
from tests.helpers.bench_reports import random_gaps, random_scores, summary_of, table_cells

NOTHING = Estimate(math.nan, None, None, 0)
ZERO = Estimate(0.0, None, None, 1)
TRAINING = Learning(
    "patch",
    1.25,
    {
        "raw": VariantLearning(Estimate(12.4, None, None, 1), Estimate(0.5, None, None, 1), 1),
        "baseline": VariantLearning(NOTHING, NOTHING, 1),
    },
)


def with_unified_ap(summary: BenchSummary, low: float) -> BenchSummary:
    """The patch AP of `unified` is .51834, and its lead over `raw` begins at ``low``."""
    dataset = summary.datasets["set"]
    unified = dataset.variants["unified"]
    ap, lead = unified.without_negative["patch_ap"], unified.minus["raw"].without_negative["patch_ap"]
    scores = unified.without_negative | {"patch_ap": replace(ap, mean=0.51834, low=0.449, high=1.0)}
    leads = unified.minus["raw"].without_negative | {"patch_ap": replace(lead, low=low, high=0.2)}
    minus = unified.minus | {"raw": replace(unified.minus["raw"], without_negative=leads)}
    changed = replace(unified, without_negative=scores, minus=minus)
    return replace(summary, datasets={"set": replace(dataset, variants=dataset.variants | {"unified": changed})})


def test_the_table_holds_the_numbers_of_the_report():
    summary = summary_of(random_scores())
    for low, star in ((0.01, "*"), (-0.01, "")):
        report = with_unified_ap(summary, low)
        text = markdown_table(report)
        assert table_cells(text)["unified"][0] == f".518 [.45, 1.00]{star}"
    assert table_cells(text)["raw"][-1] == "+.250 [+.25, +.25]"
    assert "**set**: 16 episodes on 12 pictures" in text
    assert "95%" in text
    header, ruler = text.splitlines()[2:4]
    assert header.count("|") == ruler.count("|") == len(table_cells(text)["raw"]) + 2
    plain = text_table(report)
    assert ".518 [.45, 1.00]" in plain
    assert "|" not in plain


def test_generalisation_and_training_have_tables_of_their_own():
    scores = pd.concat([random_scores(SEEN_CLASSES, shift=0.1), random_scores(UNSEEN_CLASSES)])
    text = markdown_table(summary_of(scores, training=TRAINING))
    assert text.count("| variant |") == 4
    generalised, trained = text.split("**generalisation**")[1].split("**training**")
    assert table_cells(generalised)["raw"][0].startswith("+.100 [")
    assert "loss of 1.25" in trained
    assert table_cells(trained) == {"raw": ["12", ".50"], "baseline": ["never", "–"]}


def test_a_table_of_closeness_stands_beside_patch_ap():
    summary = summary_of(random_scores(), gaps=random_gaps())
    dataset = summary.datasets["set"]
    gap = dataset.gap["unified"] | {"contrast": Estimate(0.7134, 0.66, 0.749, 12), "domain_auc": NOTHING}
    text = markdown_table(replace(summary, datasets={"set": replace(dataset, gap=dataset.gap | {"unified": gap})}))
    scored, closer = text.split("**set: closer and more useful**")
    cells = table_cells(closer)
    assert list(cells) == ["raw", "baseline", "unified"]
    titles = [cell.strip() for cell in closer.splitlines()[2].split("|")[2:-1]]
    assert titles == ["contrast", "recall at 1", "centroid distance", "domain classifier AUC", "patch AP"]
    assert (cells["unified"][0], cells["unified"][3]) == (".713 [.66, .75]", "–")
    assert [row[-1] for row in cells.values()] == [row[0].rstrip("*") for row in table_cells(scored).values()]
    assert "matched minus mismatched cosine" in text
    assert "closer and more useful" not in markdown_table(summary_of(random_scores())).lower()


def test_conflicts_are_told_where_a_training_looked_at_gradients():
    share, most = (Estimate(mean, None, None, 2) for mean in (0.234, 0.5))
    looked = replace(TRAINING.variants["raw"], conflicts=share, module_conflicts={"project": share, "attend": most})
    never = replace(
        TRAINING.variants["raw"], conflicts=Estimate(0.0, None, None, 1), module_conflicts={"project": ZERO}
    )
    training = replace(TRAINING, variants=TRAINING.variants | {"unified": looked, "adaptive": never})
    text = markdown_table(summary_of(random_scores(), training=training)).split("**training**")[1]
    assert "| steps in conflict | most in conflict |" in text
    cells = table_cells(text)
    assert cells["unified"] == ["12", ".50", ".23", "attend (.50)"]
    assert cells["adaptive"][2:] == [".00", "none"]
    assert cells["raw"][2:] == ["–", "–"]
    assert "in conflict" not in markdown_table(summary_of(random_scores(), training=TRAINING))


def test_pairs_without_a_measurable_difference_stand_below_their_table():
    data = random_scores(variants=("raw", "unified", "adaptive"))
    text, plain = markdown_table(summary_of(data)), text_table(summary_of(data))
    for marked, said in (("`unified` and `adaptive` (", text), ("unified and adaptive (", plain)):
        (line,) = (line for line in said.splitlines() if line.startswith("No measurable difference ("))
        assert marked in line
    assert text.index("| `adaptive`") < text.index("No measurable difference (")
    assert "No measurable" not in markdown_table(summary_of(random_scores()))


def test_a_column_that_repeats_another_is_left_out():
    data = random_scores()
    assert "AP without people" in markdown_table(summary_of(data))
    assert "AP without people" not in markdown_table(summary_of(data[data["category"] != "person"]))


def test_one_picture_has_no_interval():
    data = random_scores()
    text = markdown_table(summary_of(data[data["image"] == "0.png"]))
    assert "[" not in table_cells(text)["raw"][0]
