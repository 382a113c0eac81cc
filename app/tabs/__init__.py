"""The tabs of the page, in the order of the screen."""

from __future__ import annotations

from app.tabs import explore
from app.tabs.base import Tab

TABS: tuple[Tab, ...] = (explore.TAB,)
