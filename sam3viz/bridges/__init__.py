"""The variants that are compared. `VARIANTS` is the one place to register a bridge, in the order of the screen."""

from __future__ import annotations

from collections.abc import Iterable

from sam3viz.bridges.adaptive import Adaptive
from sam3viz.bridges.base import Bridge
from sam3viz.bridges.baseline import Baseline
from sam3viz.bridges.contrastive import Contrastive
from sam3viz.bridges.distillation import Distillation
from sam3viz.bridges.multilevel import MultiLevel
from sam3viz.bridges.raw import Raw
from sam3viz.bridges.surround import Surround
from sam3viz.bridges.unified import Unified

VARIANTS: dict[str, type[Bridge]] = {
    bridge.name: bridge
    for bridge in (Raw, Surround, Baseline, Contrastive, Distillation, Unified, MultiLevel, Adaptive)
}
VISUAL_REFERENCE, UNBRIDGED = Raw.name, Baseline.name
"""Two of the reference lines: the visual feature itself, and the exemplar encoder without a bridge."""

__all__ = ["UNBRIDGED", "VARIANTS", "VISUAL_REFERENCE", "Bridge", "bridge_names", "in_screen_order", "reference_lines"]


def bridge_names() -> tuple[str, ...]:
    """Return the variants that are bridges and no reference lines, in screen order."""
    return tuple(name for name, variant in VARIANTS.items() if not variant.reference)


def reference_lines() -> tuple[str, ...]:
    """Return the variants that bridges are compared with, in screen order."""
    return tuple(name for name, variant in VARIANTS.items() if variant.reference)


def in_screen_order(names: Iterable[str]) -> list[str]:
    """Return those of ``names`` that are variants, in screen order."""
    wanted = set(names)
    return [name for name in VARIANTS if name in wanted]
