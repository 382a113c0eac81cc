"""One UMAP a variant over the objects and regions of a whole dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float32, Int
from sklearn.manifold import trustworthiness

from sam3viz.bridges import UNBRIDGED
from sam3viz.projection.layout import COLD_EPOCHS, WARM_EPOCHS
from sam3viz.projection.umap_kernels import NEIGHBOURS, embed
from sam3viz.studies.dataset_gap.features import read_pairs, sample_pictures
from sam3viz.utils.jobs import ReportProgress
from sam3viz.utils.memory import trim_heap

MAX_MAPPED_OBJECTS = 5000
"""Objects on a map, whole pictures of them: twice as many points a variant."""
MIN_MAPPED_OBJECTS = 2
"""Objects that a map needs: UMAP takes four points or more."""
TRUST_POINTS = 2000
"""Points that a map's trustworthiness is computed on: its cost grows with the square of them."""


@dataclass(frozen=True)
class DatasetPlanes:
    """Where the objects and regions lie, a plane a variant."""

    frame: pd.DataFrame
    """A row a point, the same in every plane: columns side ("instance" or "region"), image, category, size, and a
    column of matched cosine a variant."""
    planes: dict[str, Float32[np.ndarray, "n 2"]]
    trust: dict[str, float]
    """Variant -> trustworthiness of its plane (Venna and Kaski 2001), 0..1, on the same
    `TRUST_POINTS` points of each."""
    start: str
    """The variant that the other planes start from."""


def project_dataset(
    features: Sequence[Path], rows: pd.DataFrame, seed: int = 0,
    progress: ReportProgress = lambda what, done, total: None,
) -> DatasetPlanes:  # fmt: skip
    """Map every variant over the same pictures; the seed draws them beyond `MAX_MAPPED_OBJECTS` objects.

    The map of the variant without a bridge comes first; the others start from it, so that an object stays at about the
    same place.

    Args:
        rows: as `sam3viz.studies.dataset_gap.features.read_rows` gives them; their variants are mapped.
        progress: called with "Maps drawn"; may raise to stop.
    """
    names = list(dict.fromkeys(rows["variant"]))
    first = UNBRIDGED if UNBRIDGED in names else names[0]
    images = sample_pictures(rows[rows["variant"] == first], MAX_MAPPED_OBJECTS, seed)
    planes: dict[str, Float32[np.ndarray, "n 2"]] = {}
    trust: dict[str, float] = {}
    frame = pd.DataFrame()
    for done, name in enumerate([first, *(name for name in names if name != first)]):
        progress("Maps drawn", done, len(names))
        objects, instance, region = read_pairs(features, name, images)
        if name == first:
            both = [objects.assign(side=side) for side in ("instance", "region")]
            frame = pd.concat(both, ignore_index=True)[["side", "image", "category", "size"]]
        points = np.concatenate([instance, region])
        start = planes.get(first)
        planes[name] = embed(points, start, COLD_EPOCHS if start is None else WARM_EPOCHS, seed)
        trust[name] = _trustworthiness(points, planes[name], seed)
        frame[name] = np.tile(objects["matched"].to_numpy(), 2)
        trim_heap()
    progress("Maps drawn", len(names), len(names))
    return DatasetPlanes(frame, {name: planes[name] for name in names}, trust, first)


def _trustworthiness(points: Float32[np.ndarray, "n e"], plane: Float32[np.ndarray, "n 2"], seed: int) -> float:
    sample: Int[np.ndarray, " k"] = np.random.default_rng(seed).permutation(len(points))[:TRUST_POINTS]
    count = min(NEIGHBOURS, (len(sample) - 1) // 2)
    return float(trustworthiness(points[sample], plane[sample], n_neighbors=count))
