"""The "Across images" tab: what is boxed on one picture is searched for on others."""

from __future__ import annotations

from app.tabs.across.events import build
from app.tabs.across.inputs import load_example
from app.tabs.base import Tab

TAB = Tab("across", "Across images", build, load_example)
