"""Measures of the gap between instances and their visual partners.

Every measure takes two matched sets, row i of one belonging to row i of the other, and is invariant to a common
rotation and to the length of any row.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from sklearn.preprocessing import normalize


def cosine_table(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> Float[np.ndarray, "n n"]:
    """Cosine of every instance (row) with every partner (column)."""
    return normalize(instance) @ normalize(partner).T


def matched_cosine(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Mean cosine of an instance with its own partner (design document 5.1). Read it beside `mismatched_cosine`."""
    return float(np.diag(cosine_table(instance, partner)).mean())


def mismatched_cosine(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Mean cosine of an instance with the partners of the others."""
    table = cosine_table(instance, partner)
    return float((table.sum() - np.trace(table)) / (len(table) * (len(table) - 1)))


def centroid_distance(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Euclidean distance of the two sets' mean directions: the modality gap (arXiv 2203.02053)."""
    return float(np.linalg.norm(normalize(instance).mean(0) - normalize(partner).mean(0)))


def retrieval_rank(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Median rank of the own partner among all partners by cosine; 1 is best, (n + 1) / 2 is chance.

    Ties count half, so that a constant table gives chance and not rank 1.
    """
    table = cosine_table(instance, partner)
    own = np.diag(table)[:, None]
    above, level = (table > own).sum(1), (table == own).sum(1) - 1
    return float(np.median(1 + above + level / 2))
