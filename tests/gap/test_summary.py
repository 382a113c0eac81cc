from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sam3viz.analysis import METRICS
from sam3viz.gap.features import FeatureWriter, read_rows
from sam3viz.gap.instances import Objects, Pairs
from sam3viz.gap.summary import best_by, summary, worst_and_best

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
        assert list(got["variants"][name]["measures"]) == list(METRICS)
        for key, number in got["variants"][name]["measures"].items():
            low, high = METRICS[key].range
            assert low <= number["low"] <= number["mean"] <= number["high"] <= high
    far, near = (got["variants"][name]["measures"] for name in ("baseline", "unified"))
    assert near["matched_cosine"]["low"] > far["matched_cosine"]["high"]
    assert near["recall_at_1"]["mean"] > 0.95 > 0.2 > far["recall_at_1"]["mean"]
    assert far["domain_auc"]["low"] > 0.9 > near["domain_auc"]["high"]
    assert got["variants"]["unified"]["scores"]["patch_ap"]["mean"] == pytest.approx(np.mean(np.arange(15) / 20))
    assert got["variants"]["baseline"]["scores"] == {}


def test_few_objects_are_not_enough_samples(tmp_path):
    features = written(tmp_path, 2, 4)
    got = summary(read_rows(features), features, NO_SCORES)
    measures = got["variants"]["unified"]["measures"]
    for key, metric in METRICS.items():
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
    monkeypatch.setattr("sam3viz.gap.summary.AT_MOST", 40)
    features = written(tmp_path, 12, 6)
    got = summary(read_rows(features), features, NO_SCORES)
    assert got["measured_objects"] == 36
    assert got["objects"] == 72


def test_worst_and_best_are_ordered_and_named_once(scores):
    got = worst_and_best(scores, "unified", 4)
    assert got["image"].tolist() == [f"{i}.jpg" for i in (0, 1, 2, 3, 11, 12, 13, 14)]
    assert len(worst_and_best(scores[scores["image"] == "3.jpg"], "unified", 4)) == 1


def test_the_best_is_a_bridge_and_none_where_none_has_a_number():
    def told(value: float | None) -> dict:
        return {"measures": {"matched_cosine": {"mean": value}}, "scores": {}}

    summarised = {"variants": {"raw": told(1.0), "unified": told(0.4), "adaptive": told(0.5), "multilevel": told(None)}}
    assert best_by(summarised, "measures", "matched_cosine") == "adaptive"
    assert best_by(summarised, "measures", "matched_cosine", higher=False) == "unified"
    assert best_by(summarised, "scores", "patch_ap") is None
