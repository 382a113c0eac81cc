"""The Cost tab: what each variant costs on this machine, beside what was claimed."""

from __future__ import annotations

from app.tabs.base import Tab
from app.tabs.cost.events import build

TAB = Tab("cost", "Cost", build)
