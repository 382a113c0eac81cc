"""The nouns of the flow: scene -> tokens -> bridge output -> result. Shapes, units and frames are written here only.

Shape letters: ``b`` images, ``m`` boxes (exemplars or probes), ``d`` channels of the backbone's tokens,
``e`` channels after a bridge, ``h w`` the token grid, ``k`` gate channels.

Frames: a *pixel* box is ``(x0, y0, x1, y1)`` in pixels of the image it was drawn on, origin at the top left
corner of the first pixel. A *normalised* box is the same divided by the image's width and height, so it lies
in ``[0, 1]`` and maps onto the token grid by multiplication with ``(w, h, w, h)``.
"""

from __future__ import annotations

from sam3viz.types.bridged import BridgeOutput, Diagnostic, Stage
from sam3viz.types.results import Detection, Prediction, StageResult, VariantResult
from sam3viz.types.scene import Box, BoxRows, Exemplar, ReferenceImage, Scene
from sam3viz.types.tokens import GroundTruth, Tokens

__all__ = [
    "Box",
    "BoxRows",
    "BridgeOutput",
    "Detection",
    "Diagnostic",
    "Exemplar",
    "GroundTruth",
    "Prediction",
    "ReferenceImage",
    "Scene",
    "Stage",
    "StageResult",
    "Tokens",
    "VariantResult",
]
