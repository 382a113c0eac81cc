from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest

from sam3viz.evaluation.composed import SEEN_CLASSES, UNSEEN_CLASSES
from sam3viz.evaluation.scores import SCORE_NAMES
from sam3viz.evaluation.tables import score_table
from sam3viz.studies.bench.result import BenchSummary
from tests.helpers.bench_reports import random_gaps, random_scores, summary_of

MODES = {"without_negative": False, "with_negative": True}


@pytest.fixture(scope="module")
def summary() -> BenchSummary:
    return summary_of(random_scores())


def test_the_summary_is_complete(summary):
    document = summary.as_json()
    assert json.loads(json.dumps(document, allow_nan=False)) == document | {
        "settings": document["settings"] | {"box_share": [0.003, 0.25]}
    }
    assert set(document) == {"schema", "settings", "versions", "seeds", "datasets", "generalisation", "training"}
    assert {"seed", "level", "resamples", "bootstrap_seed"} <= set(document["settings"])
    assert (summary.seeds, summary.generalisation, summary.training) == (["0"], None, None)
    (dataset,) = summary.datasets.values()
    assert (dataset.pictures, dataset.episodes) == (12, 16)
    assert list(dataset.variants) == ["raw", "baseline", "unified"]  # screen order
    for name, variant in dataset.variants.items():
        assert set(variant.as_json()) == {*MODES, "minus", "negative_effect"}
        assert set(variant.minus) == {"raw", "baseline"} - {name}
        parts = [variant.negative_effect, *(getattr(variant, mode) for mode in MODES)]
        parts += [getattr(minus, mode) for minus in variant.minus.values() for mode in MODES]
        for part in parts:
            assert tuple(part) == SCORE_NAMES
            for entry in part.values():
                assert {"mean", "low", "high", "n"} <= set(entry.as_json())
                assert entry.low <= entry.mean <= entry.high
        assert all(getattr(variant, mode)[score].seed_sd is None for mode in MODES for score in SCORE_NAMES)


def test_the_summary_comes_back_from_its_json(summary):
    full = summary_of(random_scores(variants=("raw", "unified", "adaptive")), gaps=random_gaps(variants=("raw",)))
    assert full.datasets["set"].bridge_differences
    for report in (summary, full):
        document = json.loads(json.dumps(report.as_json()))
        assert BenchSummary.from_json(document) == report


def test_means_and_differences_are_those_of_the_table(summary):
    data = random_scores()
    variants = summary.datasets["set"].variants
    for mode, negative in MODES.items():
        rows = data[(data["negative"] == negative) & (data["metric"] == "patch_ap")]
        means = rows.groupby("variant")["value"].mean()
        for name in variants:
            entry = getattr(variants[name], mode)["patch_ap"]
            assert (entry.mean, entry.n) == (pytest.approx(means[name]), 16)
        difference = getattr(variants["unified"].minus["raw"], mode)["patch_ap"].mean
        assert difference == pytest.approx(means["unified"] - means["raw"])
    assert variants["raw"].without_negative["ap_not_person"].n == 12


def test_the_effect_of_the_negative_box_is_told_where_there_is_one(summary):
    effect = summary.datasets["set"].variants["raw"].negative_effect["patch_ap"]
    assert effect.n == 8
    assert (effect.mean, effect.low, effect.high) == pytest.approx((0.25, 0.25, 0.25))


def test_identical_variants_differ_by_exactly_nothing():
    data = random_scores(variants=("raw",))
    both = pd.concat([data, data.assign(variant="unified")])
    minus = summary_of(both).datasets["set"].variants["unified"].minus["raw"].without_negative
    for entry in minus.values():
        assert (entry.mean, entry.low, entry.high) == (0, 0, 0)


def test_every_two_bridges_are_compared_on_the_same_episodes_and_reference_lines_are_not():
    names = ("unified", "raw", "baseline", "contrastive", "adaptive")
    table = random_scores(variants=names)
    differences = summary_of(table).datasets["set"].bridge_differences
    pairs = [(first, second) for first, others in differences.items() for second in others]
    assert pairs == [("contrastive", "unified"), ("contrastive", "adaptive"), ("unified", "adaptive")]
    rows = table[~table["negative"]].set_index(["metric", "variant", "image", "category"])["value"].sort_index()
    for first, second in pairs:
        assert list(differences[first][second]) == ["patch_ap", "ap_vs_objects"]
        for score, entry in differences[first][second].items():
            by_hand = [rows[score, first][key] - rows[score, second][key] for key in rows[score, first].index]
            assert (entry.n, entry.mean) == (16, pytest.approx(sum(by_hand) / 16))
            assert entry.low < entry.mean < entry.high


def test_a_constant_lead_has_an_interval_without_width_and_the_sign_of_the_first_bridge():
    data = random_scores(variants=("unified",))
    better = data.assign(variant="adaptive", value=data["value"] + 0.1)
    entry = summary_of(pd.concat([data, better])).datasets["set"].bridge_differences["unified"]["adaptive"]["patch_ap"]
    assert (entry.mean, entry.low, entry.high) == pytest.approx((-0.1, -0.1, -0.1))
    assert entry.excludes_zero


def test_one_bridge_has_no_other_to_differ_from(summary):
    assert summary.datasets["set"].bridge_differences == {}


def test_the_gap_is_averaged_over_seeds_then_over_pictures():
    gaps = random_gaps(seeds=("0", "1"))
    gap = summary_of(random_scores(seeds=("0", "1")), gaps=gaps).datasets["set"].gap
    assert list(gap) == ["raw", "baseline", "unified"]  # screen order
    for variant, means in gap.items():
        assert list(means) == ["contrast", "recall_at_1", "centroid_distance", "domain_auc"]
        for measure, entry in means.items():
            rows = gaps[(gaps["variant"] == variant) & (gaps["measure"] == measure)]
            pictures = [rows[rows["image"] == image]["value"].mean() for image in rows["image"].unique()]
            assert (entry.n, entry.mean) == (12, pytest.approx(sum(pictures) / 12))
            spread = np.std(pictures, ddof=1) / 12**0.5  # of the mean; Student's t of 11 degrees at 95 % is 2.2
            assert entry.high - entry.low == pytest.approx(2 * 2.2 * spread, rel=0.15)


def test_a_gap_stays_in_its_range_and_a_picture_with_too_few_probes_is_left_out():
    gaps = random_gaps(variants=("raw",))
    gaps.loc[gaps["measure"] == "recall_at_1", "value"] = [1.0] * 3 + [0.9] + [1.0] * 8
    gaps.loc[(gaps["measure"] == "domain_auc") & (gaps["image"] == "0.png"), "value"] = math.nan
    gaps.loc[gaps["measure"] == "contrast", "value"] = math.nan
    gap = summary_of(random_scores(variants=("raw",)), gaps=gaps).datasets["set"].gap["raw"]
    assert gap["recall_at_1"].high == 1
    assert (gap["domain_auc"].n, gap["centroid_distance"].n) == (11, 12)
    assert math.isnan(gap["contrast"].mean)
    assert gap["contrast"].n == 0


def test_datasets_without_probes_have_no_gap():
    both = pd.concat([random_scores(), random_scores("scenes")])
    datasets = summary_of(both, gaps=random_gaps()).datasets
    assert (set(datasets["set"].gap), datasets["scenes"].gap) == ({"raw", "baseline", "unified"}, {})


def test_the_order_of_the_episodes_does_not_matter(summary):
    shuffled = random_scores().sample(frac=1, random_state=1)
    assert summary_of(shuffled).datasets == summary.datasets


def test_seeds_are_averaged_on_each_episode_first():
    once, twice = random_scores(), random_scores(seeds=("0", "1"))
    entry = summary_of(twice).datasets["set"].variants["raw"].without_negative["patch_ap"]
    rows = twice[(twice["variant"] == "raw") & (twice["metric"] == "patch_ap") & ~twice["negative"]]
    means = rows.groupby("seed")["value"].mean()
    assert (entry.n, entry.mean) == (16, pytest.approx(means.mean()))
    assert entry.seed_sd == pytest.approx(abs(means["0"] - means["1"]) / 2**0.5)
    same = summary_of(pd.concat([once, once.assign(seed="1")])).datasets["set"].variants["raw"].without_negative
    alone = summary_of(once).datasets["set"].variants["raw"].without_negative
    assert same["patch_ap"].as_json() == pytest.approx(alone["patch_ap"].as_json() | {"seed_sd": 0.0})


def test_generalisation_is_seen_minus_unseen():
    summary = summary_of(pd.concat([random_scores(SEEN_CLASSES, shift=0.1), random_scores(UNSEEN_CLASSES)]))
    for gaps in summary.generalisation.values():
        assert tuple(gaps) == SCORE_NAMES
        for entry in gaps.values():
            assert entry.mean == pytest.approx(0.1)
            assert entry.low < 0.1 < entry.high


def test_nothing_measured_is_refused():
    with pytest.raises(ValueError, match="No episode could be scored"):
        summary_of(score_table([]))
