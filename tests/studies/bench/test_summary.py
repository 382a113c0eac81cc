from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from sam3viz.evaluation.composed import SEEN, UNSEEN
from sam3viz.studies.bench.measure import Row, table
from sam3viz.studies.bench.summary import METRICS, MODES, report


def frame(dataset: str = "set", seeds=("0",), variants=("unified", "raw", "baseline"), shift: float = 0.0):
    """Random scores of 12 pictures; a picture of odd number has nothing to refuse."""
    rng = np.random.default_rng(0)
    rows: list[Row] = []
    for seed in seeds:
        for picture in range(12):
            for category in ("cat", "person")[: 1 + picture % 3 // 2]:
                for variant in variants:
                    for metric in METRICS:
                        if metric == "ap_not_person" and category == "person":
                            continue
                        value = float(rng.random()) + shift
                        for negative in (False, True):
                            offered = picture % 2 == 0
                            more = 0.25 if negative and offered else 0.0
                            key = (dataset, f"{picture}.png", category, seed, variant, negative, offered, metric)
                            rows.append(dict(zip(Row.__annotations__, (*key, value + more), strict=True)))
    return table(rows)


def made(data: pd.DataFrame, **more) -> dict:
    return report(data, {"seed": 0}, {"torch": "2"}, **more)


@pytest.fixture(scope="module")
def document() -> dict:
    return made(frame())


def test_the_document_is_complete(document):
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert set(document) == {"schema", "settings", "versions", "seeds", "datasets", "generalisation", "training"}
    assert set(document["settings"]) == {"seed", "level", "resamples", "bootstrap_seed"}
    assert (document["seeds"], document["generalisation"], document["training"]) == (["0"], None, None)
    (measured,) = document["datasets"].values()
    assert (measured["pictures"], measured["episodes"]) == (12, 16)
    assert list(measured["variants"]) == ["raw", "baseline", "unified"]  # screen order
    for name, variant in measured["variants"].items():
        assert set(variant) == {*MODES, "minus", "negative_effect"}
        assert set(variant["minus"]) == {"raw", "baseline"} - {name}
        parts = [variant["negative_effect"], *(variant[mode] for mode in MODES)]
        parts += [minus[mode] for minus in variant["minus"].values() for mode in MODES]
        for part in parts:
            assert tuple(part) == METRICS
            for entry in part.values():
                assert {"mean", "low", "high", "n"} <= set(entry)
                assert entry["low"] <= entry["mean"] <= entry["high"]
        assert all(variant[mode][metric]["seed_sd"] is None for mode in MODES for metric in METRICS)


def test_means_and_differences_are_those_of_the_table(document):
    data = frame()
    variants = document["datasets"]["set"]["variants"]
    for mode, negative in MODES.items():
        chosen = data[(data["negative"] == negative) & (data["metric"] == "patch_ap")]
        means = chosen.groupby("variant")["value"].mean()
        for name in variants:
            entry = variants[name][mode]["patch_ap"]
            assert (entry["mean"], entry["n"]) == (pytest.approx(means[name]), 16)
        difference = variants["unified"]["minus"]["raw"][mode]["patch_ap"]["mean"]
        assert difference == pytest.approx(means["unified"] - means["raw"])
    assert variants["raw"]["without_negative"]["ap_not_person"]["n"] == 12


def test_the_effect_of_the_negative_box_is_told_where_there_is_one(document):
    effect = document["datasets"]["set"]["variants"]["raw"]["negative_effect"]["patch_ap"]
    assert effect["n"] == 8
    assert (effect["mean"], effect["low"], effect["high"]) == pytest.approx((0.25, 0.25, 0.25))


def test_identical_variants_differ_by_exactly_nothing():
    data = frame(variants=("raw",))
    both = pd.concat([data, data.assign(variant="unified")])
    minus = made(both)["datasets"]["set"]["variants"]["unified"]["minus"]["raw"]["without_negative"]
    for entry in minus.values():
        assert (entry["mean"], entry["low"], entry["high"]) == (0, 0, 0)


def test_the_order_of_the_episodes_does_not_matter(document):
    shuffled = frame().sample(frac=1, random_state=1)
    assert made(shuffled)["datasets"] == document["datasets"]


def test_seeds_are_averaged_on_each_episode_first():
    once, twice = frame(), frame(seeds=("0", "1"))
    entry = made(twice)["datasets"]["set"]["variants"]["raw"]["without_negative"]["patch_ap"]
    chosen = twice[(twice["variant"] == "raw") & (twice["metric"] == "patch_ap") & ~twice["negative"]]
    means = chosen.groupby("seed")["value"].mean()
    assert (entry["n"], entry["mean"]) == (16, pytest.approx(means.mean()))
    assert entry["seed_sd"] == pytest.approx(abs(means["0"] - means["1"]) / 2**0.5)
    same = made(pd.concat([once, once.assign(seed="1")]))["datasets"]["set"]["variants"]["raw"]["without_negative"]
    alone = made(once)["datasets"]["set"]["variants"]["raw"]["without_negative"]
    assert same["patch_ap"] == pytest.approx(alone["patch_ap"] | {"seed_sd": 0.0})


def test_generalisation_is_seen_minus_unseen():
    document = made(pd.concat([frame(SEEN, shift=0.1), frame(UNSEEN)]))
    for metrics in document["generalisation"].values():
        assert tuple(metrics) == METRICS
        for entry in metrics.values():
            assert entry["mean"] == pytest.approx(0.1)
            assert entry["low"] < 0.1 < entry["high"]


def test_nothing_measured_is_refused():
    with pytest.raises(ValueError, match="No episode could be scored"):
        made(table([]))
