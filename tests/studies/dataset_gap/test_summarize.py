from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sam3viz.evaluation.measures import MEASURES
from sam3viz.studies.dataset_gap.features import FeatureWriter, read_rows
from sam3viz.studies.dataset_gap.instances import Objects, Pairs
from sam3viz.studies.dataset_gap.plan import GapPlan
from sam3viz.studies.dataset_gap.summarize import GapSummary, Ranking, summarize_gap
from tests.helpers.gap_summaries import gap_summary, number, variant_gap

PLAN = GapPlan("set", [], [], "", 0)
NO_SCORES = pd.DataFrame(columns=["variant", "metric", "image", "category", "negative", "value"])


def written(tmp_path, pictures: int, objects: int):
    """`unified` repeats its region with a little noise, `baseline` knows nothing of it."""
    rng = np.random.default_rng(0)
    path = tmp_path / "features.parquet"
    with FeatureWriter(path) as writer:
        for number in range(pictures):
            region = rng.normal(size=(objects, 16)).astype(np.float32)
            sizes = ("small", "medium", "large")
            objects_of_picture = Objects(
                f"{number}.jpg",
                tuple("cat" if i % 2 else "dog" for i in range(objects)),
                tuple(sizes[i % 3] for i in range(objects)),
                np.zeros((objects, 4), np.float32),
            )
            pairs = {}
            for name, instance in {
                "baseline": rng.normal(size=region.shape) + 1,
                "unified": region + 0.1 * rng.normal(size=region.shape),
            }.items():
                rows = instance.astype(np.float32)
                a, b = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (rows, region))
                table = a @ b.T
                matched = np.diag(table)
                mismatched = (table.sum(1) - matched) / (objects - 1)
                pairs[name] = Pairs(rows, region, matched.astype(np.float32), mismatched.astype(np.float32))
            writer.write(objects_of_picture, pairs)
    return [path]


def summary_of(features: list[Path], scores: pd.DataFrame) -> GapSummary:
    return summarize_gap(PLAN, read_rows(features), features, scores, lambda *at: None)


@pytest.fixture
def scores() -> pd.DataFrame:
    rows = [
        ("unified", metric, f"{i}.jpg", "cat", negative, i / 20)
        for i in range(15)
        for metric in ("patch_ap", "peak_recall")
        for negative in (False, True)
    ]
    return pd.DataFrame(rows, columns=["variant", "metric", "image", "category", "negative", "value"])


def test_the_gap_has_every_measure_with_its_interval(tmp_path, scores):
    features = written(tmp_path, 15, 6)
    calls: list[tuple[str, int, int]] = []
    summary = summarize_gap(PLAN, read_rows(features), features, scores, lambda *at: calls.append(at))
    assert calls == [("Variants measured", done, 2) for done in range(3)]
    assert (summary.objects, summary.pictures, summary.measured_objects) == (90, 15, 90)
    for name in ("baseline", "unified"):
        assert list(summary.variants[name].measures) == list(MEASURES)
        for key, estimate in summary.variants[name].measures.items():
            low, high = MEASURES[key].range
            assert low <= estimate.low <= estimate.mean <= estimate.high <= high
    far, near = (summary.variants[name].measures for name in ("baseline", "unified"))
    assert near["matched_cosine"].low > far["matched_cosine"].high
    assert near["recall_at_1"].mean > 0.95 > 0.2 > far["recall_at_1"].mean
    assert far["domain_auc"].low > 0.9 > near["domain_auc"].high
    assert summary.variants["unified"].scores["patch_ap"].mean == pytest.approx(np.mean(np.arange(15) / 20))
    assert summary.variants["baseline"].scores == {}
    for values in (far, near):
        expected = values["matched_cosine"].mean - values["mismatched_cosine"].mean
        assert values["contrast"].mean == pytest.approx(expected, abs=1e-6)
    assert near["contrast"].low > far["contrast"].high


def test_few_objects_are_not_enough_samples(tmp_path):
    measures = summary_of(written(tmp_path, 2, 4), NO_SCORES).variants["unified"].measures
    for key, metric in MEASURES.items():
        assert math.isnan(measures[key].mean) is (metric.minimum > 8)
        assert measures[key].low is None


def test_parts_hold_their_own_objects(tmp_path):
    features = written(tmp_path, 12, 6)
    rows = read_rows(features)
    gap = summary_of(features, NO_SCORES).variants["unified"]
    assert list(gap.by_size) == ["small", "medium", "large"]
    assert set(gap.by_category) == {"cat", "dog"}
    own = rows[(rows["variant"] == "unified") & (rows["category"] == "cat")]
    cosines = gap.by_category["cat"]
    assert cosines.matched.n == len(own) == 36
    assert cosines.matched.mean == pytest.approx(own["matched"].mean())
    assert cosines.contrast.mean == pytest.approx((own["matched"] - own["mismatched"]).mean())


def test_large_datasets_are_measured_on_whole_pictures(tmp_path, monkeypatch):
    monkeypatch.setattr("sam3viz.studies.dataset_gap.summarize.MAX_MEASURED_OBJECTS", 40)
    summary = summary_of(written(tmp_path, 12, 6), NO_SCORES)
    assert summary.measured_objects == 36
    assert summary.objects == 72


def test_json_has_a_number_by_variant_measure_score_and_part(tmp_path, scores):
    """The file's format: schema 1."""
    summary = summary_of(written(tmp_path, 2, 4), scores)
    document = json.loads(json.dumps(summary.as_json(), allow_nan=False))
    assert list(document) == [
        "schema", "objects", "measured_objects", "pictures", "level", "groups", "variants", "use", "sizes",
        "categories", "left_out", "unasked",
    ]  # fmt: skip
    assert [document[key] for key in ("schema", "objects", "level", "groups", "unasked")] == [1, 8, 0.95, 10, ""]
    assert list(document["variants"]) == ["baseline", "unified"]
    assert document["variants"]["baseline"]["scores"] == {}
    unified = document["variants"]["unified"]
    contrast = summary.variants["unified"].measures["contrast"]
    assert unified["measures"]["contrast"] == {"mean": contrast.mean, "low": None, "high": None, "n": 8}
    assert unified["measures"]["effective_rank"] == {"mean": None, "low": None, "high": None, "n": 8}
    score = summary.variants["unified"].scores["patch_ap"]
    assert unified["scores"]["patch_ap"] == {"mean": score.mean, "low": score.low, "high": score.high, "n": 15}
    assert document["use"] == {"best": "unified", "lead": {}}
    small = document["sizes"]["small"]
    assert list(small) == ["baseline", "unified"]
    assert list(small["unified"]) == ["matched", "mismatched", "contrast"]
    assert small["unified"]["matched"] == summary.variants["unified"].by_size["small"].matched.as_json()
    assert set(document["categories"]) == {"cat", "dog"}
    assert document["left_out"] == {"flat": 0, "crowds": 0, "thin": 0, "beyond": 0}


def test_the_nearest_is_a_bridge_by_contrast_and_none_where_none_has_a_number():
    contrasts = {"raw": 1.0, "baseline": 0.9, "unified": 0.4, "adaptive": 0.5, "multilevel": None}
    variants = {name: variant_gap({"contrast": number(value)}) for name, value in contrasts.items()}
    assert gap_summary(variants).nearest_bridge() == "adaptive"
    assert gap_summary({name: variants[name] for name in ("raw", "multilevel")}).nearest_bridge() is None


def test_the_best_of_a_score_may_be_any_variant_that_has_it():
    summary = gap_summary(
        {
            "raw": variant_gap(scores={"patch_ap": number(0.7)}),
            "unified": variant_gap(scores={"patch_ap": number(0.6), "peak_recall": number(0.1)}),
        }
    )
    assert summary.highest("patch_ap") == "raw"
    assert summary.highest("peak_recall") == "unified"
    assert summary.highest("ap_vs_objects") is None


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


def test_the_most_accurate_leads_by_the_same_questions(tmp_path):
    """The questions differ by far more than the variants: without pairing no difference would be significant."""
    features = written(tmp_path, 3, 4)
    scores = answers(0, baseline=0.0, unified=0.05)
    ranking = summary_of(features, scores).ranking
    lead = ranking.leads["baseline"]
    assert ranking.best == "unified"
    assert list(ranking.leads) == ["baseline"]
    by_hand = scores[~scores["negative"]].groupby("variant")["value"].mean()
    assert lead.mean == pytest.approx(by_hand["unified"] - by_hand["baseline"])
    assert 0 < lead.low < lead.mean < lead.high < 0.1
    assert ranking.not_significantly_different == []
    close = summary_of(features, answers(1, baseline=0.0, unified=0.001)).ranking
    assert {close.best, *close.not_significantly_different} == {"baseline", "unified"}


def test_where_nothing_was_asked_nobody_is_most_accurate(tmp_path):
    assert summary_of(written(tmp_path, 2, 4), NO_SCORES).ranking is None


def test_a_lead_without_an_interval_is_not_significant():
    leads = {"raw": number(0.1), "baseline": number(0.2, 0.1, 0.3), "unified": number(0.1, -0.1, 0.3)}
    assert Ranking("adaptive", leads).not_significantly_different == ["raw", "unified"]


def test_no_interval_reaches_where_a_score_or_cosine_cannot_be(tmp_path):
    rows = [("unified", "patch_ap", f"{i}.jpg", "cat", False, float(i > 0)) for i in range(3)]
    scored = pd.DataFrame(rows, columns=NO_SCORES.columns)
    summary = summary_of(written(tmp_path, 3, 2), scored)
    ap = summary.variants["unified"].scores["patch_ap"]
    assert (ap.low, ap.high) == (0, 1)
    for cosines in summary.variants["baseline"].by_size.values():
        for estimate, limit in ((cosines.matched, 1), (cosines.mismatched, 1), (cosines.contrast, 2)):
            assert estimate.low is None or -limit <= estimate.low <= estimate.high <= limit
