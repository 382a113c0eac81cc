from __future__ import annotations

import numpy as np
import pytest

from sam3viz.gap.features import FeatureWriter, read_pairs, read_rows
from sam3viz.gap.instances import Objects, Pairs


def pair(count: int, width: int, seed: int) -> Pairs:
    rng = np.random.default_rng(seed)
    instance, region = rng.normal(size=(2, count, width)).astype(np.float32)
    matched, mismatched = rng.uniform(size=(2, count)).astype(np.float32)
    return Pairs(instance, region, matched, mismatched)


def objects(image: str, count: int) -> Objects:
    boxes = np.arange(4 * count, dtype=np.float32).reshape(count, 4)
    return Objects(image, tuple(f"c{i}" for i in range(count)), ("small",) * count, boxes)


@pytest.fixture
def written(tmp_path):
    through = {f"{i}.jpg": {"raw": pair(i + 1, 5, i), "unified": pair(i + 1, 8, 10 + i)} for i in range(3)}
    paths = [tmp_path / "new" / "one.parquet", tmp_path / "new" / "two.parquet"]
    for path, images in zip(paths, (["0.jpg", "2.jpg"], ["1.jpg"]), strict=True):
        with FeatureWriter(path) as writer:
            for image in images:
                writer.write(objects(image, len(through[image]["raw"].instance)), through[image])
    return paths, through


def test_rows_of_all_files_come_back(written):
    paths, through = written
    rows = read_rows(paths)
    assert len(rows) == 2 * (1 + 3 + 2)
    assert set(rows["variant"]) == {"raw", "unified"}
    own = rows[(rows["image"] == "2.jpg") & (rows["variant"] == "unified")]
    np.testing.assert_array_equal(own["matched"], through["2.jpg"]["unified"].matched)
    assert own["category"].tolist() == ["c0", "c1", "c2"]
    np.testing.assert_array_equal(np.stack(own["box"].to_list()), objects("2.jpg", 3).boxes)


def test_both_sides_come_back_at_unit_length_and_in_step(written):
    paths, through = written
    told, instance, region = read_pairs(paths, "unified", ["2.jpg", "1.jpg"])
    assert told["image"].tolist() == ["2.jpg"] * 3 + ["1.jpg"] * 2
    for side, got in (("instance", instance), ("region", region)):
        rows = np.concatenate([getattr(through[image]["unified"], side) for image in ("2.jpg", "1.jpg")])
        np.testing.assert_allclose(got, rows / np.linalg.norm(rows, axis=1, keepdims=True), atol=1e-3)
