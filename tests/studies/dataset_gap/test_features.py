from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sam3viz.studies.dataset_gap import features
from sam3viz.studies.dataset_gap.features import FeatureWriter, read_pairs, read_rows, sample_pictures
from sam3viz.studies.dataset_gap.instances import Objects, Pairs


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


def test_many_pictures_make_few_row_groups_each_of_one_variant(tmp_path, monkeypatch):
    """What describes a row group stays in memory until the file is closed: a group a picture would grow with them."""
    monkeypatch.setattr(features, "ROW_GROUP_SIZE", 100)
    path, through = tmp_path / "many.parquet", {"raw": pair(3, 4, 0), "unified": pair(3, 4, 1)}
    with FeatureWriter(path) as writer:
        for number in range(200):
            writer.write(objects(f"{number}.jpg", 3), through)
            assert all(sum(map(len, held)) < 100 for held in writer._pending.values())
    file = pq.ParquetFile(path)
    assert file.num_row_groups == 2 * 6  # 600 rows a variant, 102 at a time
    for number in range(file.num_row_groups):
        assert len(set(file.read_row_group(number, columns=["variant"])["variant"].to_pylist())) == 1
    rows = read_rows([path])
    for name in through:
        assert rows[rows["variant"] == name]["image"].to_list() == [f"{i // 3}.jpg" for i in range(600)]


def test_what_was_pending_is_written_when_the_work_breaks_off(tmp_path):
    def broken_off() -> None:
        with FeatureWriter(tmp_path / "some.parquet") as writer:
            writer.write(objects("0.jpg", 2), {"raw": pair(2, 4, 0)})
            raise InterruptedError

    with pytest.raises(InterruptedError):
        broken_off()
    assert len(read_rows([tmp_path / "some.parquet"])) == 2


@pytest.mark.parametrize("most", [0, 1, 10, 50, 1000])
def test_whole_pictures_are_drawn_by_the_seed_until_there_are_enough(most):
    counts = {f"{i:02d}.jpg": i + 1 for i in range(20)}
    rows = pd.DataFrame({"image": [name for name, count in counts.items() for _ in range(count)]})
    drawn = sample_pictures(rows, most, 0)
    total = sum(counts[name] for name in drawn)
    assert len(set(drawn)) == len(drawn) >= 1
    assert total <= most or len(drawn) == 1
    assert drawn == sample_pictures(rows.sample(frac=1, random_state=1), most, 0)
    if most == 1000:
        assert set(drawn) == set(counts)
    if most == 50:
        assert len({tuple(sample_pictures(rows, most, seed)) for seed in range(5)}) > 1
