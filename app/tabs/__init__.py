"""The tabs of the page, in the order of the screen."""

from __future__ import annotations

from app.tabs import across, cost, dataset, explore, robustness, sam3, training
from app.tabs.base import Tab

TABS: tuple[Tab, ...] = (
    explore.TAB,
    across.TAB,
    training.TAB,
    dataset.TAB,
    robustness.TAB,
    cost.TAB,
    sam3.TAB,
)
