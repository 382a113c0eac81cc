"""UMAP (arXiv 1802.03426) as this package uses it: seeded, exact neighbours, kernels compiled once a machine.

umap-learn compiles its kernels anew in every process, about ten seconds; cached on disk they load in under one.
"""

from __future__ import annotations

import functools
import logging
import os
import tempfile
import threading
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import numba
import numpy as np
import torch
from jaxtyping import Float32, Integer
from numba.core.dispatcher import Dispatcher

NEIGHBOURS = 15
MOST_EXACT = 4096
"""Points whose neighbours are found exactly, since that grows with their square; those of more by NN-descent."""

COINCIDENT = 1e-6
"""Points of unit length nearer than this are one point."""

_log = logging.getLogger(__name__)
_one_at_a_time = threading.Lock()  # numba's parallel kernels may not be entered from two threads


def embed(
    points: Float32[np.ndarray, "n e"], start: Float32[np.ndarray, "n 2"] | None, epochs: int, seed: int
) -> Float32[np.ndarray, "n 2"]:
    """UMAP of ``points`` by Euclidean distance, from ``start`` or else from their principal components.

    The same seed gives the same map. Needs at least 4 points; takes fewer neighbours where there are not 15.
    """
    count = min(NEIGHBOURS, len(points) - 1)
    with _one_at_a_time, warnings.catch_warnings():
        umap = enable_caching()
        index, nearest = neighbours(points, count, seed)
        warnings.filterwarnings("ignore", "precomputed_knn.*not an NNDescent", UserWarning)  # nothing is transformed
        fitted = umap.UMAP(
            n_neighbors=count,
            n_epochs=epochs,
            init="pca" if start is None else start,
            precomputed_knn=(index, nearest),
            random_state=seed,
            n_jobs=1,
        ).fit(points)
    return np.asarray(fitted.embedding_, np.float32)


def place(
    points: Float32[np.ndarray, "n e"], plane: Float32[np.ndarray, "n 2"], added: Float32[np.ndarray, "m e"]
) -> Float32[np.ndarray, "m 2"]:
    """Where ``added`` points lie on a finished map: the mean of their nearest neighbours' places, by membership.

    As UMAP's own transform begins (arXiv 1802.03426); its further steps would move points for the map's looks. One
    that coincides with a point of the map lies on it.
    """
    if not len(added):
        return plane[:0]
    count = min(NEIGHBOURS, len(points))
    nearest, index = torch.cdist(torch.from_numpy(added).double(), torch.from_numpy(points).double()).topk(
        count, largest=False
    )
    with _one_at_a_time:
        sigmas, rhos = enable_caching().umap_.smooth_knn_dist(
            nearest.float().numpy(), float(count), local_connectivity=0.0
        )
    weights = np.exp(-(nearest.numpy() - rhos[:, None]).clip(0) / np.maximum(sigmas, 1e-12)[:, None])
    weights = np.where(nearest.numpy()[:, :1] < COINCIDENT, np.arange(count) == 0, weights)
    weights /= weights.sum(1, keepdims=True)
    return np.einsum("mk,mkd->md", weights, plane[index.numpy()]).astype(np.float32)


def neighbours(
    points: Float32[np.ndarray, "n e"], count: int, seed: int
) -> tuple[Integer[np.ndarray, "n k"], Float32[np.ndarray, "n k"]]:
    """Indices and Euclidean distances of each point's ``count`` nearest, itself first.

    Beyond `MOST_EXACT` points approximately, by NN-descent (Dong et al., WWW 2011; pynndescent).
    """
    if len(points) > MOST_EXACT:
        from pynndescent import NNDescent  # it compiles as it is imported, and few need it

        index, nearest = NNDescent(points, n_neighbors=count, random_state=seed, n_jobs=1).neighbor_graph
        return index, nearest.astype(np.float32)
    exact = torch.from_numpy(points).double()  # float32 products are off where points nearly coincide
    distances = torch.cdist(exact, exact)
    distances.fill_diagonal_(-1)  # a point is its own first neighbour, also where another one coincides with it
    nearest_first, order = distances.topk(count, largest=False)
    return order.numpy(), nearest_first.clamp_min(0).float().numpy()


@functools.cache
def enable_caching() -> ModuleType:
    """Import umap so that its compiled kernels are kept on disk for the next process; returns the module.

    They go to ``NUMBA_CACHE_DIR``, else to the user's cache folder, else to a folder of this process.
    """
    settings: Any = numba.config  # filled in at import, so its attributes have no types
    settings.CACHE_DIR = settings.CACHE_DIR or str(_cache_folder())
    import umap.layouts
    import umap.umap_
    import umap.utils

    for module in (umap.umap_, umap.layouts, umap.utils):
        for name, kernel in vars(module).items():
            if isinstance(kernel, Dispatcher):
                try:
                    kernel.enable_caching()
                except (RuntimeError, OSError) as error:
                    _log.warning("%s will be compiled in every process: %s", name, error)
    return umap


def warm_up() -> None:
    """Load or compile every kernel that a map needs, from both kinds of start. Call it in a background thread."""
    points = np.random.default_rng(0).standard_normal((64, 8)).astype(np.float32)
    place(points, embed(points, embed(points, None, 1, 0), 1, 0), points[:1])


def _cache_folder() -> Path:
    """Never a shared one: what lies in it is executed."""
    try:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sam3viz" / "numba"
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    except (OSError, RuntimeError) as error:
        _log.warning("No cache folder that lasts: %s", error)
    return Path(tempfile.mkdtemp(prefix="sam3viz-numba-"))
