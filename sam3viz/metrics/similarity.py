"""Do an instance and its own region point the same way, and only they?

Like every measure of the gap these take two matched sets, row i of one belonging to row i of the other, and are
invariant to the order of the pairs and to the length of any row, and, unless they speak of channels, to a rotation.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int64
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


def alignment(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Mean squared distance of an instance to its own partner on the unit sphere (arXiv 2005.10242)."""
    return float(np.square(normalize(instance) - normalize(partner)).sum(1).mean())


def retrieval_rank(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Median rank of the own partner among all partners by cosine; 1 is best, (n + 1) / 2 is chance.

    Ties count half, so that a constant table gives chance and not rank 1.
    """
    above, level = _rivals(instance, partner)
    return float(np.median(1 + above + level / 2))


def recall_at_1(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Share of instances whose own partner is the nearest of all by cosine; 1 / n is chance."""
    return _recall(instance, partner, 1)


def recall_at_5(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Share of instances whose own partner is among the five nearest by cosine; 5 / n is chance."""
    return _recall(instance, partner, 5)


def _recall(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"], k: int) -> float:
    """With ties in random order: the expected recall."""
    above, level = _rivals(instance, partner)
    return float(np.clip((k - above) / (level + 1), 0, 1).mean())


def _rivals(
    instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]
) -> tuple[Int64[np.ndarray, " n"], Int64[np.ndarray, " n"]]:
    """For each instance, how many strangers' partners are nearer than its own and how many are just as near."""
    table = cosine_table(instance, partner)
    own = np.diag(table)[:, None]
    return (table > own).sum(1), (table == own).sum(1) - 1
