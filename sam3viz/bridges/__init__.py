"""The seven variants. `VARIANTS` is the one place to register a bridge; its order is the order on the screen."""

from __future__ import annotations

from sam3viz.bridges.adaptive import Adaptive
from sam3viz.bridges.base import Bridge
from sam3viz.bridges.baseline import Baseline
from sam3viz.bridges.contrastive import Contrastive
from sam3viz.bridges.distillation import Distillation
from sam3viz.bridges.multilevel import MultiLevel
from sam3viz.bridges.raw import Raw
from sam3viz.bridges.unified import Unified

VARIANTS: dict[str, type[Bridge]] = {
    bridge.name: bridge for bridge in (Raw, Baseline, Contrastive, Distillation, Unified, MultiLevel, Adaptive)
}

__all__ = ["VARIANTS", "Bridge"]
