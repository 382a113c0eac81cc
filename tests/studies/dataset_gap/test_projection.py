"""One map a variant over a dataset: the same points in the same order, the baseline's map first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sam3viz.projection.layout import COLD_EPOCHS, WARM_EPOCHS
from sam3viz.projection.umap_kernels import NEIGHBOURS
from sam3viz.studies.dataset_gap import projection
from sam3viz.studies.dataset_gap.features import FeatureWriter, read_pairs, read_rows, sample_pictures
from sam3viz.studies.dataset_gap.instances import Objects, Pairs
from sam3viz.studies.dataset_gap.projection import project_dataset

WIDTHS = {"raw": 6, "baseline": 8, "unified": 10}


def save_features(path: Path, counts: list[int], names: tuple[str, ...] = tuple(WIDTHS)) -> list[Path]:
    """A picture for each count of objects; an instance lies at its region, but `baseline`'s on the other side."""
    rng = np.random.default_rng(0)
    with FeatureWriter(path) as writer:
        for number, count in enumerate(counts):
            categories, sizes = tuple(f"kind {i}" for i in range(count)), ("small", "large", "medium")
            boxes = np.zeros((count, 4), np.float32)
            through = {}
            for name in names:
                region = rng.normal(size=(count, WIDTHS[name])).astype(np.float32)
                instance = -region - 5 if name == "baseline" else region + 0.05 * rng.normal(size=region.shape)
                matched = rng.uniform(size=(2, count)).astype(np.float32)
                through[name] = Pairs(instance.astype(np.float32), region, *matched)
            objects = Objects(f"{number}.jpg", categories, tuple(sizes[i % 3] for i in range(count)), boxes)
            writer.write(objects, through)
    return [path]


@pytest.fixture
def begun(monkeypatch) -> list[tuple[np.ndarray, np.ndarray | None, int, int]]:
    """What was asked of UMAP, which is not run: a map is the first two channels."""
    calls = []

    def first_channels(points, start, epochs, seed):
        calls.append((points, start, epochs, seed))
        return points[:, :2]

    monkeypatch.setattr(projection, "embed", first_channels)
    return calls


@pytest.mark.usefixtures("begun")
def test_a_point_is_an_object_from_one_side_the_same_in_every_variant(tmp_path):
    features = save_features(tmp_path / "features.parquet", [3, 2])
    rows = read_rows(features)
    mapped = project_dataset(features, rows)
    frame, planes = mapped.frame, mapped.planes
    assert frame["side"].to_list() == ["instance"] * 5 + ["region"] * 5
    assert frame["image"].to_list() == [*["0.jpg"] * 3, *["1.jpg"] * 2] * 2
    assert frame["category"].to_list() == ["kind 0", "kind 1", "kind 2", "kind 0", "kind 1"] * 2
    assert frame["size"].to_list() == ["small", "large", "medium", "small", "large"] * 2
    assert list(planes) == list(WIDTHS)  # as in the rows, wherever the baseline stands
    for name, plane in planes.items():
        _, instance, region = read_pairs(features, name, ["0.jpg", "1.jpg"])
        np.testing.assert_array_equal(plane, np.concatenate([instance, region])[:, :2])
        matched = rows.loc[rows["variant"] == name, "matched"].to_numpy()
        np.testing.assert_array_equal(frame[name], np.tile(matched, 2))


def test_the_baselines_map_is_the_start_of_the_others(tmp_path, begun):
    features = save_features(tmp_path / "features.parquet", [3, 2])
    mapped = project_dataset(features, read_rows(features), seed=7)
    planes = mapped.planes
    assert mapped.start == "baseline"
    assert [points.shape[1] for points, *_ in begun] == [8, 6, 10]  # the baseline's, raw's, unified's
    (_, none, cold, _), *others = begun
    assert (none, cold) == (None, COLD_EPOCHS)
    for _, start, epochs, _ in others:
        np.testing.assert_array_equal(start, planes["baseline"])
        assert epochs == WARM_EPOCHS
    assert {seed for *_, seed in begun} == {7}


def test_without_a_baseline_the_first_variant_is_the_start(tmp_path, begun):
    features = save_features(tmp_path / "features.parquet", [3, 2], ("raw", "unified"))
    mapped = project_dataset(features, read_rows(features))
    assert begun[0][1] is None
    np.testing.assert_array_equal(begun[1][1], mapped.planes["raw"])
    assert mapped.start == "raw"


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("most", [2, 5, 6, 9, 10])
def test_a_large_dataset_is_shown_by_whole_pictures_that_the_seed_draws(tmp_path, monkeypatch, most, seed):
    monkeypatch.setattr(projection, "MAX_MAPPED_OBJECTS", most)
    counts = [3, 2, 4, 2]
    features = save_features(tmp_path / "features.parquet", counts)
    rows = read_rows(features)
    mapped = project_dataset(features, rows, seed)
    shown = set(mapped.frame["image"])
    assert shown == set(sample_pictures(rows[rows["variant"] == "raw"], most, seed))
    assert len(mapped.frame) == 2 * sum(counts[int(name[0])] for name in shown)
    assert {len(plane) for plane in mapped.planes.values()} == {len(mapped.frame)}


def test_every_plane_has_the_trustworthiness_of_the_same_points(tmp_path, monkeypatch):
    """By a slow count of the neighbours that a plane makes up (Venna and Kaski 2001)."""
    monkeypatch.setattr(projection, "TRUST_POINTS", 40)
    noise = np.random.default_rng(0).normal(0, 0.1, (120, 2)).astype(np.float32)
    monkeypatch.setattr(projection, "embed", lambda points, *_: points[:, :2] + noise[: len(points)])
    features = save_features(tmp_path / "features.parquet", [20, 25, 15])
    rows = read_rows(features)
    mapped = project_dataset(features, rows, seed=3)
    chosen = np.random.default_rng(3).permutation(120)[:40]
    assert list(mapped.trust) != []
    for name, plane in mapped.planes.items():
        points = np.concatenate(read_pairs(features, name, rows["image"].unique().tolist())[1:])[chosen]
        far, near = (np.linalg.norm(x[:, None] - x[None], axis=2) for x in (points, plane[chosen]))
        ranks, seen, count = far.argsort(1).argsort(1), near.argsort(1), NEIGHBOURS
        penalty = sum(max(0, ranks[i, j] - count) for i in range(40) for j in seen[i, 1 : count + 1])
        assert mapped.trust[name] == pytest.approx(1 - penalty * 2 / (40 * count * (2 * 40 - 3 * count - 1)))
        assert mapped.trust[name] < 1


@pytest.mark.usefixtures("begun")
def test_progress_is_told_and_may_stop(tmp_path):
    features = save_features(tmp_path / "features.parquet", [3, 2])
    rows, told = read_rows(features), []
    project_dataset(features, rows, progress=lambda *at: told.append(at))
    assert told == [("Maps drawn", done, 3) for done in range(4)]

    def stop(what: str, done: int, total: int) -> None:
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        project_dataset(features, rows, progress=stop)


def test_a_gap_is_seen_and_a_seed_repeats_it(tmp_path):
    features = save_features(tmp_path / "features.parquet", [10, 12, 8])
    rows = read_rows(features)
    mapped = project_dataset(features, rows)
    frame, planes = mapped.frame, mapped.planes
    sides = pd.Series(frame["side"]).to_numpy()

    def apart(plane: np.ndarray) -> float:
        """Own instance to own region, over the spread of the regions."""
        instance, region = plane[sides == "instance"], plane[sides == "region"]
        return float(np.median(np.linalg.norm(instance - region, axis=1)) / region.std())

    assert apart(planes["unified"]) < 0.5 < apart(planes["baseline"])
    again = project_dataset(features, rows).planes
    for name, plane in planes.items():
        np.testing.assert_array_equal(plane, again[name])
