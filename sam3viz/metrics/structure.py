"""Are the instances arranged among themselves as their regions are? Blind to where either cloud lies."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.preprocessing import normalize

from sam3viz.metrics.similarity import cosine_table

NEIGHBOURS = 10


def linear_cka(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Centred kernel alignment of the cosines within either set (arXiv 1905.00414), debiased (arXiv 2010.15327).

    1 is the same arrangement, turned or not; about 0 is none in common. The biased form would call any few points in
    many channels alike.
    """
    return _cka(cosine_table(instance, instance), cosine_table(partner, partner))


def rbf_cka(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Debiased centred kernel alignment with a Gaussian kernel as wide as each set's median distance."""
    return _cka(_gaussian(instance), _gaussian(partner))


def mutual_knn(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Share of an instance's ten nearest instances whose regions are among its region's ten (arXiv 2405.07987).

    Chance is 10 / (n - 1).
    """
    found = []
    for rows in (instance, partner):
        table = cosine_table(rows, rows)
        np.fill_diagonal(table, -np.inf)
        nearest = np.zeros(table.shape, bool)
        np.put_along_axis(nearest, np.argpartition(-table, NEIGHBOURS)[:, :NEIGHBOURS], True, axis=1)
        found.append(nearest)
    return float((found[0] & found[1]).sum(1).mean() / NEIGHBOURS)


def _gaussian(rows: Float[np.ndarray, "n e"]) -> Float[np.ndarray, "n n"]:
    squared = euclidean_distances(normalize(rows.astype(np.float64)), squared=True)
    median = np.median(np.sqrt(squared[np.triu_indices(len(rows), 1)]))
    return np.exp(-squared / (2 * max(median, 1e-6) ** 2))


def _cka(k: Float[np.ndarray, "n n"], l: Float[np.ndarray, "n n"]) -> float:  # noqa: E741 the papers' letters
    """Cosine of the U-centred kernels; 0 where one set has no structure at all."""
    k, l = _u_centred(k), _u_centred(l)  # noqa: E741
    norm = np.sqrt((k * k).sum() * (l * l).sum())
    return float((k * l).sum() / norm) if norm > 1e-9 * len(k) ** 2 else 0.0


def _u_centred(kernel: Float[np.ndarray, "n n"]) -> Float[np.ndarray, "n n"]:
    """Centred without the diagonal, so that products of two are unbiased (arXiv 1310.2926)."""
    n = len(kernel)
    off = kernel.astype(np.float64)
    np.fill_diagonal(off, 0)
    rows = off.sum(1) / (n - 2)
    centred = off - rows[:, None] - rows[None, :] + off.sum() / ((n - 1) * (n - 2))
    np.fill_diagonal(centred, 0)
    return centred
