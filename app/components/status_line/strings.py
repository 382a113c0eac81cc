"""Every sentence of the component."""

from __future__ import annotations

from app.shared.i18n import Strings

STRINGS = Strings(
    {
        "idle": "Draw a box to begin.",
        "current": "Up to date",
        "computing": "Analysing: {phase}",
        "waiting": "Analysing…",
        "stopped": "Stopped: what is pale was made before your last change.",
        "stop": "Stop",
        "again": "Analyse",
        "stale": "Made before your last change",
    }
)
