"""Every sentence of the SAM 3 tab, and nothing else."""

from __future__ import annotations

from app.shared.i18n import Strings

STRINGS = Strings(
    {
        "intro": (
            "What the real SAM 3 makes of the picture and boxes in Explore: what its exemplar tokens are made of, "
            "where they look, and what it finds with each box, without it, and with other tokens in its place. Where "
            "another picture is given, that one is searched for what the boxes show."
        ),
        "threshold": "Score from which a detection counts",
        "other": "Another picture to search (optional)",
        "idle": (
            "Choose a SAM 3 under Backbone in Explore, draw boxes there, then start. Its weights are gated: see the "
            "README, or start the page with `sam3viz app --backbone sam3:DIR`."
        ),
        "numbers": "Numbers",
        "numbers_read": (
            "A low IoU with the prompt as drawn means that what was changed mattered. Other encoders' tokens are to be "
            "compared with SAM 3's own tokens without CLS, which are given in the same way."
        ),
        "prompt": "prompt",
        "found": "found",
        "presence": "presence",
        "best score": "best score",
        "IoU with as drawn": "IoU with as drawn",
        "IoU with own tokens without CLS": "IoU with own tokens without CLS",
    }
)
