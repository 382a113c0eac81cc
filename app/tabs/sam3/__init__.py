"""The SAM 3 tab: what the real SAM 3 makes of the boxes in Explore."""

from __future__ import annotations

from app.tabs.base import Tab
from app.tabs.sam3.events import build

TAB = Tab("sam3", "SAM 3", build)
