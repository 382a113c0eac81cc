"""One UMAP a variant over the objects and regions of a whole dataset."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float32

from sam3viz.analysis.projection import COLD_EPOCHS, WARM_EPOCHS
from sam3viz.analysis.umap_kernels import embed
from sam3viz.background import Progress
from sam3viz.gap.features import read_pairs

MOST = 5000
"""Objects on a map, whole pictures of them: twice as many points a variant."""


def dataset_planes(
    features: Sequence[Path], rows: pd.DataFrame, seed: int = 0,
    progress: Progress = lambda what, done, total: None,
) -> tuple[pd.DataFrame, dict[str, Float32[np.ndarray, "n 2"]]]:  # fmt: skip
    """The points as `sam3viz.gap.figures.dataset_map` takes them, and every variant's plane.

    The baseline's map comes first; the others start from it, so that an object is found again at about the same place.
    ``progress`` is told "maps" and may raise to stop.
    """
    names = list(dict.fromkeys(rows["variant"]))
    first = "baseline" if "baseline" in names else names[0]
    counts = rows[rows["variant"] == first]["image"].value_counts(sort=False).cumsum()
    images = counts.index[counts <= MOST].to_list() or counts.index[:1].to_list()
    planes: dict[str, Float32[np.ndarray, "n 2"]] = {}
    frame = pd.DataFrame()
    for done, name in enumerate([first, *(name for name in names if name != first)]):
        progress("maps", done, len(names))
        told, instance, region = read_pairs(features, name, images)
        if name == first:
            both = [told.assign(side=side) for side in ("instance", "region")]
            frame = pd.concat(both, ignore_index=True)[["side", "image", "category", "size"]]
        points = np.concatenate([instance, region])
        start = planes.get(first)
        planes[name] = embed(points, start, COLD_EPOCHS if start is None else WARM_EPOCHS, seed)
        frame[name] = np.tile(told["matched"].to_numpy(), 2)
    progress("maps", len(names), len(names))
    return frame, {name: planes[name] for name in names}
