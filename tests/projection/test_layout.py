"""The gap axis is exact, the maps are repeatable, and both say what they are."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import procrustes
from scipy.stats import ortho_group
from sklearn.manifold import trustworthiness
from sklearn.preprocessing import normalize

from sam3viz.metrics.distribution import centroid_distance
from sam3viz.projection import layout as projection
from sam3viz.projection import umap_kernels
from sam3viz.projection.layout import VISUAL_POINTS, gap_axes, layout
from sam3viz.types import StageResult, VariantResult

DIM = 12


def result(seed: int = 0, grid: tuple[int, int] = (6, 8), shift: float = 0.0, probes: int = 40) -> VariantResult:
    """Clustered tokens; instances are their partners, moved by ``shift`` along the last channel."""
    rng = np.random.default_rng(seed)
    centres = 3 * rng.standard_normal((4, DIM))

    def tokens(count: int) -> np.ndarray:
        return (centres[rng.integers(0, 4, count)] + rng.standard_normal((count, DIM))).astype(np.float32)

    visual, partner, probe_partner = tokens(grid[0] * grid[1]), tokens(3), tokens(probes)
    move = np.float32(shift) * np.eye(DIM, dtype=np.float32)[-1]
    return VariantResult(
        np.zeros(grid, np.float32), (60, 80), (), 0.0, f"shift {shift}", (60, 80),
        visual=visual, exemplar=partner + move, partner=partner,
        probe_exemplar=probe_partner + move, probe_partner=probe_partner,
    )  # fmt: skip


def on_sphere(height: float) -> VariantResult:
    """Unit vectors whose last channel is 0 on the visual side and ``height`` on the instances'."""
    plain = result()

    def lifted(tokens: np.ndarray, height: float) -> np.ndarray:
        flat = normalize(tokens - tokens.mean(0))
        flat[:, -1] = 0
        flat = np.concatenate([normalize(flat), -normalize(flat)])  # mean 0, so a lift moves the mean straight up
        flat[:, :-1] *= np.sqrt(1 - height**2)
        flat[:, -1] = height
        return flat.astype(np.float32)

    return replace(
        plain,
        visual=np.tile(lifted(plain.visual[:24], 0), (1, 1)),
        probe_partner=lifted(plain.probe_partner, 0),
        probe_exemplar=lifted(plain.probe_partner, height),
    )


@given(st.floats(0.01, 0.99))
@settings(max_examples=20, deadline=None)
def test_a_cloud_moved_along_one_direction_lies_exactly_that_far_along_gap_x(height):
    frame = gap_axes({"lifted": on_sphere(height)})
    assert np.allclose(frame.loc[frame.kind == "probe", "gap_x"], height, atol=1e-5)
    assert np.allclose(frame.loc[frame.kind == "visual", "gap_x"], 0, atol=1e-5)


@pytest.mark.parametrize("shift", [0.5, 3.0])
def test_the_clouds_middles_lie_on_gap_x_at_zero_and_at_the_centroid_distance(shift):
    moved = result(shift=shift)
    frame = gap_axes({"moved": moved})
    middle = frame[frame.kind == "probe"][["gap_x", "gap_y"]].mean()
    assert middle.gap_x == pytest.approx(centroid_distance(moved.probe_exemplar, moved.probe_partner), abs=1e-5)
    assert middle.gap_y == pytest.approx(0, abs=1e-5)


def test_the_gap_is_zero_and_the_view_finite_where_instances_are_their_partners():
    frame = gap_axes({"raw": result(shift=0)})
    views = {kind: group[["gap_x", "gap_y"]].to_numpy() for kind, group in frame.groupby("kind")}
    assert np.isfinite(frame[["gap_x", "gap_y"]].to_numpy()).all()
    assert np.allclose(views["probe"].mean(0), 0, atol=1e-6)
    assert np.array_equal(views["exemplar"], views["partner"])
    assert frame.gap_y.var() >= frame.gap_x.var() > 0


@pytest.mark.parametrize("shift", [0.0, 2.0])
def test_a_common_rotation_changes_nothing(shift):
    plain = result(shift=shift)
    rotation = ortho_group.rvs(DIM, random_state=1)
    names = ("visual", "exemplar", "partner", "probe_exemplar", "probe_partner")
    turned = replace(plain, **{name: (getattr(plain, name) @ rotation).astype(np.float32) for name in names})
    before, after = (gap_axes({"only": r})[["gap_x", "gap_y"]].to_numpy() for r in (plain, turned))
    assert np.allclose(before, after, atol=1e-4)


def test_gap_y_is_turned_to_agree_with_the_first_variant():
    plain = result(shift=1.0)
    names = ("visual", "exemplar", "partner", "probe_exemplar", "probe_partner")
    mirrored = replace(plain, **{name: -getattr(plain, name) for name in names})
    frame = gap_axes({"plain": plain, "mirrored": mirrored})
    first, second = (group.gap_y.to_numpy() for _, group in frame.groupby("variant", sort=False))
    assert first @ second > 0


@pytest.mark.parametrize("grid", [(2, 2), (24, 24), (48, 48), (1, 3000), (3000, 1), (40, 30)])
def test_cells_are_spread_over_the_whole_grid_and_bounded(grid):
    frame = gap_axes({"only": result(grid=grid)})
    cells = frame[frame.kind == "visual"]
    assert len(cells) <= min(VISUAL_POINTS, grid[0] * grid[1])
    assert not cells.duplicated(["row", "col"]).any()
    assert (cells.row.min(), cells.col.min()) == (0, 0)
    assert (cells.row.max(), cells.col.max()) == (grid[0] - 1, grid[1] - 1)
    if grid[0] * grid[1] <= VISUAL_POINTS:
        assert len(cells) == grid[0] * grid[1]


def test_a_row_is_the_token_of_its_cell():
    plain = result(grid=(30, 40), shift=1.0)
    frame = gap_axes({"only": plain})
    origin = normalize(plain.probe_partner).mean(0)
    axis = normalize((normalize(plain.probe_exemplar).mean(0) - origin)[None])[0]
    cells = frame[frame.kind == "visual"]
    tokens = normalize(plain.visual).reshape(30, 40, DIM)[cells.row, cells.col]
    assert np.allclose(cells.gap_x, (tokens - origin) @ axis, atol=1e-5)


def test_labels_mark_the_drawn_boxes_and_their_partners_alone():
    frame = gap_axes({"only": result()}, [1, -1, 1])
    for kind in ("exemplar", "partner"):
        assert frame[frame.kind == kind].label.tolist() == [1, -1, 1]
    assert (frame[frame.kind.isin(["visual", "probe"])].label == 0).all()


def test_no_variant_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        gap_axes({})


@pytest.fixture(scope="module")
def variants() -> dict[str, VariantResult]:
    return {"raw": result(), "baseline": result(shift=4.0), "twin": result(), "unified": result(shift=0.5)}


@pytest.fixture(scope="module")
def laid_out(variants):
    return layout(variants)


def test_a_seed_repeats_the_maps(variants, laid_out):
    assert layout(variants).frame.equals(laid_out.frame)
    assert not np.allclose(layout(variants, seed=1).frame[["x", "y"]], laid_out.frame[["x", "y"]])


def test_trustworthiness_is_that_of_the_map_that_is_shown(variants, laid_out):
    assert list(laid_out.trustworthiness) == list(variants)
    for name, r in variants.items():
        points = normalize(np.concatenate([r.visual, r.probe_exemplar, r.exemplar, r.partner]))
        plane = laid_out.frame.loc[laid_out.frame.variant == name, ["x", "y"]].to_numpy()
        assert laid_out.trustworthiness[name] == pytest.approx(trustworthiness(points, plane, n_neighbors=15))
        assert laid_out.trustworthiness[name] > 0.8


def test_maps_keep_the_baselines_layout_and_twins_share_one(laid_out):
    maps = {name: group[["x", "y"]].to_numpy() for name, group in laid_out.frame.groupby("variant")}
    assert np.array_equal(maps["raw"], maps["twin"])
    visual = slice(0, 48)
    assert procrustes(maps["baseline"][visual], maps["unified"][visual])[2] < 0.3


def test_the_baseline_is_laid_out_first_wherever_it_stands(variants, laid_out):
    alone = layout({"baseline": variants["baseline"]}).frame
    among = laid_out.frame[laid_out.frame.variant == "baseline"]
    assert np.array_equal(alone[["x", "y"]], among[["x", "y"]])


def test_few_points_are_enough():
    shifts = {"baseline": 1.0, "raw": 0.0}
    found = layout({name: result(grid=(2, 2), shift=shift, probes=2) for name, shift in shifts.items()})
    assert np.isfinite(found.frame[["x", "y", "gap_x", "gap_y"]].to_numpy()).all()
    assert all(0 <= value <= 1 for value in found.trustworthiness.values())


def test_neighbours_given_to_umap_are_the_true_ones(monkeypatch):
    seen = {}
    umap = umap_kernels.enable_caching()

    class Spy(umap.UMAP):
        def __init__(self, **options):
            seen.update(options)
            super().__init__(**options)

    monkeypatch.setattr(umap, "UMAP", Spy)
    points = normalize(np.concatenate([result().visual, result().visual[:5]]))  # with points that coincide
    umap_kernels.embed(points, None, 5, seed=0)
    index, distances = seen["precomputed_knn"]
    table = np.linalg.norm(points[:, None].astype(float) - points, axis=-1)
    assert (index[:, 0] == range(len(points))).all()
    assert np.allclose(distances, np.sort(table, 1)[:, : projection.NEIGHBOURS], atol=1e-6)
    assert np.allclose(np.take_along_axis(table, index, 1), distances, atol=1e-6)


def test_kernels_are_kept_for_the_next_process():
    umap_kernels.warm_up()
    from umap.layouts import _nb_optimize_layout_euclidean_single_epoch as epoch
    from umap.umap_ import compute_membership_strengths, smooth_knn_dist

    for kernel in (epoch, compute_membership_strengths, smooth_knn_dist):
        assert kernel.signatures, "the warm-up takes another path than a map"
        folder = kernel.stats.cache_path
        assert folder is not None
        assert any(name.startswith(kernel.py_func.__module__.split(".")[-1]) for name in os.listdir(folder))


@pytest.mark.parametrize("cache", ["/dev/null", ""])
def test_compiled_kernels_lie_where_nobody_else_can_plant_code(cache, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", cache)
    monkeypatch.setenv("HOME", "/dev/null")
    folder = umap_kernels._cache_folder()
    assert folder.stat().st_mode & 0o077 == 0
    (folder / "kernel").touch()
    shutil.rmtree(folder)


def test_compiled_kernels_outlive_the_process_where_there_is_a_cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert umap_kernels._cache_folder() == umap_kernels._cache_folder() == tmp_path / "sam3viz" / "numba"


def test_steps_of_a_bridge_lie_on_the_axes_and_the_map_and_move_nothing():
    """A step that is the visual partner itself lies on it; in between lie steps in between; all else stays."""
    plain = result(shift=4)
    between = plain.partner + plain.exemplar
    steps = (plain.partner, between, plain.exemplar)
    stages = tuple(
        StageResult(name, token, plain.heat_grid) for name, token in zip(("a", "b", "c"), steps, strict=True)
    )
    laid, before = (layout({"only": r}, [1, -1, 1]) for r in (replace(plain, stages=stages), plain))
    frame = laid.frame
    on_way = frame[frame["kind"] == "stage"]
    assert list(on_way["stage"]) == ["a"] * 3 + ["b"] * 3
    assert list(on_way["label"]) == [1, -1, 1] * 2
    pd.testing.assert_frame_equal(frame[frame["kind"] != "stage"], before.frame)
    assert laid.trustworthiness == before.trustworthiness
    places = frame[["x", "y", "gap_x", "gap_y"]].to_numpy()
    partner = places[frame["kind"] == "partner"]
    np.testing.assert_allclose(places[frame["stage"] == "a"], partner, atol=1e-4)
    gap = {kind: frame.loc[frame["kind"] == kind, "gap_x"].mean() for kind in ("partner", "exemplar")}
    assert gap["partner"] < frame.loc[frame["stage"] == "b", "gap_x"].mean() < gap["exemplar"]
