"""Two plane views of a variant's tokens: the gap axis, exact and linear, and UMAP.

UMAP shows neighbourhoods, not distances: it hides a gap between two clouds, and maps that start from a common layout
resemble each other the more for it. So the size of the gap is read off the gap axis alone, and every map carries its
trustworthiness.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float, Float32, Int
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.preprocessing import normalize

from sam3viz.bridges import UNBRIDGED
from sam3viz.projection.umap_kernels import NEIGHBOURS, embed, place
from sam3viz.types import VariantResult

VISUAL_POINTS = 700
"""At most so many cells of the grid are drawn; the same ones in every variant."""
SEED = 0
"""Of an analysis' maps."""
COLD_EPOCHS, WARM_EPOCHS = 200, 60
NO_GAP = 1e-5
"""Centroids of unit vectors nearer than this differ by rounding only."""


@dataclass(frozen=True)
class Layout:
    frame: pd.DataFrame
    """Columns variant, kind, stage, label, x, y, gap_x, gap_y, row, col, see `AnalysisData.layout`."""
    trustworthiness: dict[str, float]
    """Variant -> share of its map's neighbours that are true ones (Venna and Kaski 2001), 0..1."""


def first_layout(variants: Iterable[str]) -> str:
    """Return the variant whose map is fitted first, so that the others start from it: the exemplar encoder without a
    bridge, where it ran."""
    names = list(variants)
    return UNBRIDGED if UNBRIDGED in names else names[0]


def gap_axes(variants: Mapping[str, VariantResult], labels: Sequence[int] | None = None) -> pd.DataFrame:
    """Every variant's tokens, scaled to unit length, seen along the gap.

    ``gap_x`` runs from the mean of the probes' visual partners, at 0, to the mean of their instance tokens, at
    exactly the metric `centroid_distance`. Partners and not the whole grid: both ends then describe the same
    regions, so that the axis tells the encoders apart and not the pictures' contents. ``gap_y`` is the first principal
    component of what is left; both means lie at 0 on it. Where the means coincide (`raw`) there is no such axis:
    ``gap_y`` is the first principal component all the same and ``gap_x`` the second.

    A component's sign is free: its furthest point is put on the positive side, then every ``gap_y`` is turned to agree
    point by point with the first variant's. The drawn exemplars as they are after each step before a bridge's last
    have a place on the same axes, and no part in choosing them.

    Args:
        labels: +1 or -1 of the drawn exemplars, in drawn order; 0 throughout without it.

    Returns:
        Columns variant, kind, stage, label, gap_x, gap_y, row, col; row and col are -1 for what is not a token of the
        grid, stage is empty for what is no step of a bridge.

    Raises:
        ValueError: no variant.
    """
    if not variants:
        raise ValueError("There is no variant to lay out; analyse at least one.")
    views = {name: _seen_along_gap(_points(result), result) for name, result in variants.items()}
    shared = min(len(_points(result)) for result in variants.values())
    first = next(iter(views.values()))[:shared, 1]
    frames = []
    for name, (gap_x, gap_y) in ((name, view.astype(np.float32).T) for name, view in views.items()):
        turned = -gap_y if gap_y[:shared] @ first < 0 else gap_y
        frames.append(_described(variants[name], labels).assign(variant=name, gap_x=gap_x, gap_y=turned))
    return pd.concat(frames, ignore_index=True)[["variant", "kind", "stage", "label", "gap_x", "gap_y", "row", "col"]]


def layout(variants: Mapping[str, VariantResult], labels: Sequence[int] | None = None, seed: int = SEED) -> Layout:
    """The gap axis and a UMAP map of every variant. The same seed gives the same maps.

    The baseline (else the first variant) is laid out from its principal components; the others start from its layout,
    so that a point is found again at about the same place. Variants with the same points share one map. Steps of a
    bridge are placed on its finished map, see `place`.
    """
    frame = gap_axes(variants, labels)
    points = {name: _points(result) for name, result in variants.items()}
    first = first_layout(variants)
    start = embed(points[first], None, COLD_EPOCHS, seed)
    maps: dict[str, Float32[np.ndarray, "n 2"]] = {first: start}
    for name in variants:
        if name not in maps:
            twin = next((other for other in maps if np.array_equal(points[other], points[name])), None)
            maps[name] = embed(points[name], start, WARM_EPOCHS, seed) if twin is None else maps[twin]
    on_maps = {name: place(points[name], maps[name], _steps(result)) for name, result in variants.items()}
    frame[["x", "y"]] = np.concatenate([part for name in variants for part in (maps[name], on_maps[name])])
    columns = ["variant", "kind", "stage", "label", "x", "y", "gap_x", "gap_y", "row", "col"]
    return Layout(frame[columns], {name: _trustworthiness(points[name], maps[name]) for name in variants})


def _trustworthiness(points: Float32[np.ndarray, "n e"], plane: Float32[np.ndarray, "n 2"]) -> float:
    return float(trustworthiness(points, plane, n_neighbors=min(NEIGHBOURS, (len(points) - 1) // 2)))


def _cells(result: VariantResult) -> tuple[Int[np.ndarray, " c"], Int[np.ndarray, " c"]]:
    """Rows and columns of the cells that are drawn: evenly spread, at most `VISUAL_POINTS`."""
    height, width = result.heat_grid.shape
    share = min(1.0, (VISUAL_POINTS / (height * width)) ** 0.5)
    down = min(max(1, int(height * share)), VISUAL_POINTS)
    across = min(width, VISUAL_POINTS // down)
    rows, cols = (np.linspace(0, n - 1, k).round().astype(int) for n, k in ((height, down), (width, across)))
    row, col = np.meshgrid(rows, cols, indexing="ij")
    return row.ravel(), col.ravel()


def _points(result: VariantResult) -> Float32[np.ndarray, "n e"]:
    """What is drawn, at unit length: visual tokens, probes, drawn exemplars, their partners."""
    row, col = _cells(result)
    visual = result.visual[row * result.heat_grid.shape[1] + col]
    return normalize(np.concatenate([visual, result.probe_exemplar, result.exemplar, result.partner]))


def _steps(result: VariantResult) -> Float32[np.ndarray, "s e"]:
    """The drawn exemplars after each step but the last, which is the exemplar itself; step by step, at unit length."""
    steps = [stage.exemplar for stage in result.stages[:-1]]
    return normalize(np.concatenate(steps)) if steps else result.exemplar[:0]


def _described(result: VariantResult, labels: Sequence[int] | None) -> pd.DataFrame:
    """What each row of `_points` and then of `_steps` is."""
    row, col = _cells(result)
    drawn, steps = len(result.exemplar), [stage.name for stage in result.stages[:-1]]
    kinds = ("visual", "probe", "exemplar", "partner", "stage")
    counts = (len(row), len(result.probe_exemplar), drawn, drawn, drawn * len(steps))
    described = pd.DataFrame({"kind": np.repeat(kinds, counts), "stage": "", "label": 0, "row": -1, "col": -1})
    described.loc[: len(row) - 1, ["row", "col"]] = np.stack([row, col], 1)
    described.loc[described["kind"] == "stage", "stage"] = [name for name in steps for _ in range(drawn)]
    if labels is not None:
        described.loc[described["kind"].isin(["exemplar", "partner", "stage"]), "label"] = [*labels] * (2 + len(steps))
    return described


def _seen_along_gap(points: Float32[np.ndarray, "n e"], result: VariantResult) -> Float[np.ndarray, "m 2"]:
    """Coordinates of ``points`` and then of `_steps` on the gap and on the first component of the rest, or on
    components 2 and 1 where there is no gap."""
    origin = normalize(result.probe_partner.astype(float)).mean(0)
    gap = normalize(result.probe_exemplar.astype(float)).mean(0) - origin
    distance = np.linalg.norm(gap)
    centred, count = np.concatenate([points, _steps(result)]) - origin, len(points)
    if distance < NO_GAP:
        return _on_components(centred, count, 2)[:, ::-1]
    axis = gap / distance
    along = centred @ axis
    return np.column_stack([along, _on_components(centred - along[:, None] * axis, count, 1)])


def _on_components(points: Float[np.ndarray, "m e"], count: int, components: int) -> Float[np.ndarray, "m k"]:
    """All points on the principal components of the first ``count``, whose furthest is on the positive side."""
    fitted = PCA(components, svd_solver="covariance_eigh").fit(points[:count])
    plane = points @ fitted.components_.T
    furthest = plane[np.abs(plane[:count]).argmax(0), range(components)]
    return plane * np.where(furthest < 0, -1, 1)
