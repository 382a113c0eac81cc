"""Every sentence of the Dataset tab, and nothing else."""

from __future__ import annotations

from app.shared.i18n import Strings

STRINGS = Strings(
    {
        "headline": "Dataset",
        "intro": (
            "**How wide is the gap over many pictures?** Every annotated object goes through both encoders and every "
            "bridge; each number comes with its 95 % interval over pictures."
        ),
        "idle": "Nothing is measured yet. Press Start: the built-in sample takes about two minutes.",
        "accuracy_read": (
            "**Closer, and more accurate?** Right: an instance lies nearer to its own region than to other regions. "
            "Up: its heat map finds the queried objects. A bridge that only closes the numbers sits right and no "
            "higher than raw, whose AP is the dotted line."
        ),
        "headline_read": (
            "**In numbers** — brackets are 95 % intervals; *too few* says that there are not enough samples. Bold: the "
            "best of each score, for patch AP with those not significantly different from it, and the bridge with the "
            "highest contrast, which is matched minus mismatched cosine. raw has no gap by construction."
        ),
        "map_read": (
            "**Map of every object (filled) and its region (hollow)** — mixed is closed, two clouds are a gap. The "
            "buttons colour by encoder, variant, category, size or similarity. Trust is the share of a map's "
            "neighbours that are true ones, 1 at best."
        ),
        "worst": "Worst examples of {name}: press one to open it in Explore",
        "best": "Best examples of {name}",
        "parts_read": (
            "**By size and category** — matched minus mismatched cosine: how much nearer an instance is to its own "
            "region than to the others of its picture."
        ),
        "all_read": "**Every measure**",
        "objects": "objects",
        "counts": "{objects} objects on {pictures} pictures.",
        "opened": "**{category}** in {image}: {name} reached AP {ap}.",
    }
)
