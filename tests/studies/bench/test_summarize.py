from __future__ import annotations

import json

import pandas as pd
import pytest

from sam3viz.evaluation.composed import SEEN_CLASSES, UNSEEN_CLASSES
from sam3viz.evaluation.scores import SCORE_NAMES
from sam3viz.evaluation.tables import score_table
from sam3viz.studies.bench.result import BenchSummary
from tests.helpers.bench_reports import random_scores, summary_of

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
    document = json.loads(json.dumps(summary.as_json()))
    assert BenchSummary.from_json(document) == summary


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
