"""Views of an analysis. `PANELS` is the one place where a panel is registered; its order is the order on the screen."""

from __future__ import annotations

from sam3viz.figures import gap_axis, stages, umap_map, weights
from sam3viz.figures.panel import Panel

PANELS: dict[str, Panel] = {
    panel.name: panel for panel in (gap_axis.PANEL, umap_map.PANEL, weights.PANEL, stages.PANEL)
}

__all__ = ["PANELS", "Panel"]
