from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sam3viz.studies.dataset_gap.features import FeatureWriter, read_rows
from sam3viz.studies.dataset_gap.instances import Objects, Pairs
from sam3viz.studies.dataset_gap.measures import MEASURES
from sam3viz.studies.dataset_gap.summary import best_of, nearest, summary, tied, worst_and_best

NO_SCORES = pd.DataFrame(columns=["variant", "metric", "image", "category", "negative", "value"])


def written(tmp_path, pictures: int, objects: int):
    """`unified` repeats its region with a little noise, `baseline` knows nothing of it."""
    rng = np.random.default_rng(0)
    path = tmp_path / "features.parquet"
    with FeatureWriter(path) as writer:
        for number in range(pictures):
            region = rng.normal(size=(objects, 16)).astype(np.float32)
            sizes = ("small", "medium", "large")
            found = Objects(
                f"{number}.jpg",
                tuple("cat" if i % 2 else "dog" for i in range(objects)),
                tuple(sizes[i % 3] for i in range(objects)),
                np.zeros((objects, 4), np.float32),
            )
            through = {}
            for name, instance in {
                "baseline": rng.normal(size=region.shape) + 1,
                "unified": region + 0.1 * rng.normal(size=region.shape),
            }.items():
                rows = instance.astype(np.float32)
                a, b = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (rows, region))
                table = a @ b.T
                matched = np.diag(table)
                mismatched = (table.sum(1) - matched) / (objects - 1)
                through[name] = Pairs(rows, region, matched.astype(np.float32), mismatched.astype(np.float32))
            writer.write(found, through)
    return [path]


@pytest.fixture
def scores() -> pd.DataFrame:
    rows = [
        ("unified", metric, f"{i}.jpg", "cat", negative, i / 20)
        for i in range(15)
        for metric in ("patch_ap", "peak_recall")
        for negative in (False, True)
    ]
    return pd.DataFrame(rows, columns=["variant", "metric", "image", "category", "negative", "value"])


def test_the_gap_is_told_with_every_measure_and_its_interval(tmp_path, scores):
    features = written(tmp_path, 15, 6)
    told: list[tuple[str, int, int]] = []
    got = summary(read_rows(features), features, scores, progress=lambda *at: told.append(at))
    assert told == [("measures", done, 2) for done in range(3)]
    assert (got["objects"], got["pictures"], got["measured_objects"]) == (90, 15, 90)
    for name in ("baseline", "unified"):
        assert list(got["variants"][name]["measures"]) == list(MEASURES)
        for key, number in got["variants"][name]["measures"].items():
            low, high = MEASURES[key].range
            assert low <= number["low"] <= number["mean"] <= number["high"] <= high
    far, near = (got["variants"][name]["measures"] for name in ("baseline", "unified"))
    assert near["matched_cosine"]["low"] > far["matched_cosine"]["high"]
    assert near["recall_at_1"]["mean"] > 0.95 > 0.2 > far["recall_at_1"]["mean"]
    assert far["domain_auc"]["low"] > 0.9 > near["domain_auc"]["high"]
    assert got["variants"]["unified"]["scores"]["patch_ap"]["mean"] == pytest.approx(np.mean(np.arange(15) / 20))
    assert got["variants"]["baseline"]["scores"] == {}
    for values in (far, near):
        expected = values["matched_cosine"]["mean"] - values["mismatched_cosine"]["mean"]
        assert values["contrast"]["mean"] == pytest.approx(expected, abs=1e-6)
    assert near["contrast"]["low"] > far["contrast"]["high"]


def test_few_objects_are_not_enough_samples(tmp_path):
    features = written(tmp_path, 2, 4)
    got = summary(read_rows(features), features, NO_SCORES)
    measures = got["variants"]["unified"]["measures"]
    for key, metric in MEASURES.items():
        assert (measures[key]["mean"] is None) is (metric.minimum > 8)
        assert measures[key]["low"] is None


def test_parts_hold_their_own_objects(tmp_path):
    features = written(tmp_path, 12, 6)
    rows = read_rows(features)
    got = summary(rows, features, NO_SCORES)
    assert list(got["sizes"]) == ["small", "medium", "large"]
    assert set(got["categories"]) == {"cat", "dog"}
    own = rows[(rows["variant"] == "unified") & (rows["category"] == "cat")]
    told = got["categories"]["cat"]["unified"]["matched"]
    assert told["n"] == len(own) == 36
    assert told["mean"] == pytest.approx(own["matched"].mean())
    contrast = got["categories"]["cat"]["unified"]["contrast"]["mean"]
    assert contrast == pytest.approx((own["matched"] - own["mismatched"]).mean())


def test_large_datasets_are_measured_on_whole_pictures(tmp_path, monkeypatch):
    monkeypatch.setattr("sam3viz.studies.dataset_gap.summary.AT_MOST", 40)
    features = written(tmp_path, 12, 6)
    got = summary(read_rows(features), features, NO_SCORES)
    assert got["measured_objects"] == 36
    assert got["objects"] == 72


def test_worst_and_best_are_ordered_and_named_once(scores):
    got = worst_and_best(scores, "unified", 4)
    assert got["image"].tolist() == [f"{i}.jpg" for i in (0, 1, 2, 3, 11, 12, 13, 14)]
    assert len(worst_and_best(scores[scores["image"] == "3.jpg"], "unified", 4)) == 1


def test_the_nearest_is_a_bridge_by_contrast_and_none_where_none_has_a_number():
    def told(value: float | None) -> dict:
        return {"measures": {"contrast": {"mean": value}}, "scores": {}}

    variants = {"raw": told(1.0), "baseline": told(0.9), "unified": told(0.4), "adaptive": told(0.5)}
    assert nearest({"variants": variants | {"multilevel": told(None)}}) == "adaptive"
    assert nearest({"variants": {"raw": told(1.0), "unified": told(None)}}) is None


def test_the_best_of_a_score_may_be_any_variant_that_was_asked():
    def told(**scores: float) -> dict:
        return {"scores": {key: {"mean": value} for key, value in scores.items()}}

    summarised = {"variants": {"raw": told(patch_ap=0.7), "unified": told(patch_ap=0.6, peak_recall=0.1)}}
    assert best_of(summarised, "patch_ap") == "raw"
    assert best_of(summarised, "peak_recall") == "unified"
    assert best_of(summarised, "ap_vs_objects") is None


def answers(seed: int, **shifts: float) -> pd.DataFrame:
    """Three questions on each of 20 pictures; a variant's answer is the question's own difficulty and its shift."""
    rng = np.random.default_rng(seed)
    rows = []
    for image in range(20):
        for category in ("cat", "cow", "dog"):
            difficulty = rng.uniform(0.2, 0.6)
            for name, shift in shifts.items():
                value = difficulty + shift + rng.normal(0, 0.02)
                rows += [(name, "patch_ap", f"{image}.jpg", category, False, value)]
                rows += [(name, "patch_ap", f"{image}.jpg", category, True, -value)]
    return pd.DataFrame(rows, columns=["variant", "metric", "image", "category", "negative", "value"])


def test_the_most_useful_leads_by_the_same_questions_and_its_equals_are_tied(tmp_path):
    """The questions differ by far more than the variants: without pairing nothing could be told apart."""
    features = written(tmp_path, 3, 4)
    scores = answers(0, baseline=0.0, unified=0.05)
    use = summary(read_rows(features), features, scores)["use"]
    lead = use["lead"]["baseline"]
    assert use["best"] == "unified"
    assert list(use["lead"]) == ["baseline"]
    by_hand = scores[~scores["negative"]].groupby("variant")["value"].mean()
    assert lead["mean"] == pytest.approx(by_hand["unified"] - by_hand["baseline"])
    assert 0 < lead["low"] < lead["mean"] < lead["high"] < 0.1
    assert tied(use) == []
    close = summary(read_rows(features), features, answers(1, baseline=0.0, unified=0.001))["use"]
    assert {close["best"], *tied(close)} == {"baseline", "unified"}


def test_where_nothing_was_asked_nobody_is_most_useful(tmp_path):
    features = written(tmp_path, 2, 4)
    assert summary(read_rows(features), features, NO_SCORES)["use"] is None


def test_a_lead_without_an_interval_tells_nothing_apart():
    lead = {"raw": {"low": None}, "baseline": {"low": 0.1}, "unified": {"low": -0.1}}
    assert tied({"best": "adaptive", "lead": lead}) == ["raw", "unified"]


def test_no_interval_reaches_where_a_score_or_cosine_cannot_be(tmp_path):
    rows = [("unified", "patch_ap", f"{i}.jpg", "cat", False, float(i > 0)) for i in range(3)]
    scored = pd.DataFrame(rows, columns=NO_SCORES.columns)
    features = written(tmp_path, 3, 2)
    got = summary(read_rows(features), features, scored)
    ap = got["variants"]["unified"]["scores"]["patch_ap"]
    assert (ap["low"], ap["high"]) == (0, 1)
    for parts in got["sizes"].values():
        for numbers in parts["baseline"].values():
            assert numbers["low"] is None or -2 <= numbers["low"] <= numbers["high"] <= 2
