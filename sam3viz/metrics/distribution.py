"""Do the two sets fill the same part of the space? Measures of two clouds, whichever instance is whose.

All look at directions: rows are brought to unit length first, as the readout does.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.preprocessing import normalize

FOLDS = 5
_RIDGE = 1.0
"""Weight decay of the domain classifier, in units of the squared length of a row, which is 1."""


def centroid_distance(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Euclidean distance of the two sets' mean directions: the modality gap (arXiv 2203.02053)."""
    return float(np.linalg.norm(normalize(instance).mean(0) - normalize(partner).mean(0)))


def mean_difference(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Difference of a channel's two means in units of their pooled standard deviation; the median channel's.

    (Cohen's d. Channels that never vary and agree do not differ. Design document 2.1, statistics.)
    """
    a, b = _rows(instance), _rows(partner)
    difference = np.abs(a.mean(0) - b.mean(0))
    spread = np.sqrt((a.var(0, ddof=1) + b.var(0, ddof=1)) / 2)
    return float(np.median(difference / np.maximum(spread, 1e-12)))


def variance_difference(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """|v - w| / (v + w) of a channel's two variances, mean over channels: 0 alike, 1 where only one set varies."""
    v, w = _rows(instance).var(0), _rows(partner).var(0)
    return float(np.mean(np.abs(v - w) / np.maximum(v + w, 1e-12)))


def frechet_distance(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Squared Wasserstein-2 distance of the Gaussians fitted to the two sets (arXiv 1706.08500).

    Too large where samples are few against channels, for all variants alike. The trace of the root of the
    covariances' product is the nuclear norm of the centred sets' product, which stays exact where they are singular.
    """
    a, b = _rows(instance), _rows(partner)
    mean = np.square(a.mean(0) - b.mean(0)).sum()
    root_a, root_b = (_root(rows - rows.mean(0)) / np.sqrt(len(rows) - 1) for rows in (a, b))
    overlap = np.linalg.svd(root_a @ root_b.T, compute_uv=False).sum()
    return float(max(mean + np.square(root_a).sum() + np.square(root_b).sum() - 2 * overlap, 0.0))


def mmd(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Squared maximum mean discrepancy with a Gaussian kernel as wide as the median distance (arXiv 0805.2368).

    The one-sample U-statistic over pairs, which own partners do not enter: unbiased, so around 0 where the sets are
    drawn alike, and a little below as often as above.
    """
    a, b = _rows(instance), _rows(partner)
    squared = [euclidean_distances(x, y, squared=True) for x, y in ((a, a), (b, b), (a, b))]
    among = np.triu_indices(len(a), 1)
    median = np.median(np.sqrt(np.concatenate([squared[0][among], squared[1][among], squared[2].ravel()])))
    kernels = [np.exp(-distances / (2 * max(median, 1e-6) ** 2)) for distances in squared]
    for kernel in kernels:
        np.fill_diagonal(kernel, 0)
    within_a, within_b, across = (kernel.sum() / (len(a) * (len(a) - 1)) for kernel in kernels)
    return float(within_a + within_b - 2 * across)


def domain_auc(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """How well a linear classifier tells an instance from a region: area under its ROC curve, cross-validated.

    0.5 is indistinguishable, 1 is two clouds apart. It takes the place of the proxy A-distance's error (arXiv
    1505.07818), which needs a threshold. An instance and its partner are always in the same fold.
    """
    rows = np.concatenate([_rows(instance), _rows(partner)])
    side, pair = np.repeat([0, 1], len(instance)), np.tile(np.arange(len(instance)), 2)
    classifier = RidgeClassifier(alpha=_RIDGE)
    score = cross_val_predict(classifier, rows, side, groups=pair, cv=GroupKFold(FOLDS), method="decision_function")
    return float(roc_auc_score(side, score.round(9)))  # rounding off must not order what is equal


def uniformity(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Log of the mean Gaussian potential of the instances among themselves (arXiv 2005.10242): low is spread out."""
    rows = _rows(instance)
    squared = euclidean_distances(rows, squared=True)[np.triu_indices(len(rows), 1)]
    return float(np.log(np.exp(-2 * squared).mean()))


def effective_rank(instance: Float[np.ndarray, "n e"], partner: Float[np.ndarray, "n e"]) -> float:
    """Directions that the instances use: exponential of the entropy of their singular values (arXiv 2210.02885)."""
    rows = _rows(instance)
    gram = rows @ rows.T if len(rows) < rows.shape[1] else rows.T @ rows
    values = np.sqrt(np.linalg.eigvalsh(gram).clip(1e-12))  # as good as a singular value decomposition, and far quicker
    share = values / values.sum()
    return float(np.exp(-(share * np.log(share)).sum()))


def _rows(rows: Float[np.ndarray, "n e"]) -> Float[np.ndarray, "n e"]:
    """Of unit length, in double precision."""
    return np.asarray(normalize(rows.astype(np.float64)))


def _root(rows: Float[np.ndarray, "n e"]) -> Float[np.ndarray, "r e"]:
    """R with R'R = rows' rows and at most as many rows as channels, so that many samples cost no more."""
    return np.asarray(np.linalg.qr(rows, mode="r")) if len(rows) > rows.shape[1] else rows
