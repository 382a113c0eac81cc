"""Both encoders. `sam3viz.encoders.spec` is the one place where a vision backbone is registered."""

from __future__ import annotations

from sam3viz.encoders.base import Backbone
from sam3viz.encoders.efficientnet import EfficientNetLite0
from sam3viz.encoders.exemplar import ExemplarEncoder
from sam3viz.encoders.family import BackboneFamily
from sam3viz.encoders.sam3 import Sam3Backbone
from sam3viz.encoders.spec import BACKBONES, CHOICES, DEFAULT_BACKBONE, FAMILIES, BackboneSpec, load_backbone
from sam3viz.encoders.timm import TimmBackbone

__all__ = [
    "BACKBONES",
    "CHOICES",
    "DEFAULT_BACKBONE",
    "FAMILIES",
    "Backbone",
    "BackboneFamily",
    "BackboneSpec",
    "EfficientNetLite0",
    "ExemplarEncoder",
    "Sam3Backbone",
    "TimmBackbone",
    "load_backbone",
]
