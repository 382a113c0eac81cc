"""Every sentence of a job in the background and of the choice of its pictures, and nothing else."""

from __future__ import annotations

from app.shared.i18n import Strings

JOB = Strings(
    {
        "start": "Start",
        "search": "Search",
        "cancel": "Cancel",
        "waiting": "Waiting in line; jobs that go first: {ahead}.",
        "running": "{what}: {done} of {total}.",
        "beginning": "Beginning.",
        "done": "Done.",
        "cancelled": "Cancelled; nothing new is shown.",
        "overdue": "Stopped after {minutes} minutes, as others wait: take fewer pictures, or the command in a shell.",
        "cancelling": "Cancelling: it stops at the next step.",
        "left": "About {time} left for this.",
        "seconds": "{count} s",
        "minutes": "{count} min",
        "busy": "The last one is still running; cancel it first.",
        "files": "Export",
    }
)

SOURCE = Strings(
    {
        "source": "Pictures",
        "sample": "Built-in sample: composed scenes with known outlines",
        "upload": "My own: a zip of a folder in COCO format",
        "archive": "Zip with pictures and instances.json, up to 20 MB",
        "pictures": "Pictures at most",
    }
)
