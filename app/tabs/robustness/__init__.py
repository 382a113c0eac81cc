"""The Robustness tab: what each variant withstands."""

from __future__ import annotations

from app.tabs.base import Tab
from app.tabs.robustness.events import build

TAB = Tab("robustness", "Robustness", build)
