"""Tokens as colours: three principal components as red, green and blue, one colour space for all variants and sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8
from scipy.linalg import orthogonal_procrustes
from sklearn.decomposition import PCA
from sklearn.preprocessing import normalize

from sam3viz.types import VariantResult

_CLIPPED = 1.0
"""Percent of the cells at either end of a component that take its darkest or brightest value."""


@dataclass(frozen=True)
class TokenColours:
    """Both sides of one variant, in the same colours: what looks alike to it has one colour."""

    visual: UInt8[np.ndarray, "n 3"]
    """Row-major over the grid."""
    exemplar: UInt8[np.ndarray, "m 3"]
    """Of the drawn exemplars' tokens: an exemplar that stands where its object stands has its object's colour."""


def pca_colours(variants: Mapping[str, VariantResult]) -> dict[str, TokenColours]:
    """Colour every variant's tokens, scaled to unit length, by the first three principal components of its visual ones.

    As in DINOv2's figures (arXiv 2304.07193), with two things added. A variant's exemplars are seen by the components
    of its own visual tokens, so that both encoders share the colours. And as a component's sign and order are free,
    every variant's three are turned to agree cell by cell with the first variant's (orthogonal Procrustes).
    """
    colours: dict[str, TokenColours] = {}
    first: Float[np.ndarray, "n 3"] | None = None
    for name, result in variants.items():
        unit = normalize(result.visual.astype(np.float64))
        components = PCA(3, svd_solver="covariance_eigh").fit(unit)
        visual = components.transform(unit)
        exemplar = components.transform(normalize(result.exemplar.astype(np.float64)))
        if first is None:
            first = visual
        rotation, _ = orthogonal_procrustes(visual, first)
        visual, exemplar = visual @ rotation, exemplar @ rotation
        low, high = np.percentile(visual, [_CLIPPED, 100 - _CLIPPED], axis=0)
        colours[name] = TokenColours(*(_as_bytes(side, low, high) for side in (visual, exemplar)))
    return colours


def _as_bytes(
    values: Float[np.ndarray, "n 3"], low: Float[np.ndarray, " 3"], high: Float[np.ndarray, " 3"]
) -> UInt8[np.ndarray, "n 3"]:
    share = (values - low) / np.maximum(high - low, np.finfo(float).eps)
    return (share.clip(0, 1) * 255).round().astype(np.uint8)
