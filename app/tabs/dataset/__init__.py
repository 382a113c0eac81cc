"""The Dataset tab: how wide the gap is over many pictures."""

from __future__ import annotations

from app.tabs.base import Tab
from app.tabs.dataset.events import build

TAB = Tab("dataset", "Dataset", build)
