"""See and measure the gap between SAM 3's exemplar encoder and its vision encoder, and what bridges it."""

from __future__ import annotations

from sam3viz.utils import runtime  # noqa: F401 before torch

# isort: split
from sam3viz.api.analysis import Analysis
from sam3viz.api.analyzer import Analyzer
from sam3viz.api.cross_image import search_across
from sam3viz.bridges import VARIANTS
from sam3viz.data.images import load_image
from sam3viz.encoders import BACKBONES
from sam3viz.metrics import METRICS
from sam3viz.types import Exemplar, ReferenceImage

__all__ = [
    "BACKBONES",
    "METRICS",
    "VARIANTS",
    "Analysis",
    "Analyzer",
    "Exemplar",
    "ReferenceImage",
    "load_image",
    "search_across",
]
