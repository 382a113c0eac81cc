"""The Training tab: bridges that learn while one watches, and whose weights Explore can use."""

from __future__ import annotations

from app.tabs.base import Tab
from app.tabs.training.events import build

TAB = Tab("training", "Training", build)
