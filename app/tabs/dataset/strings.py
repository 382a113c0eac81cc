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
        "story_read": (
            "**Closer, and more useful?** Right: an instance lies nearer to its own region than to strangers'. "
            "Up: its heat finds what was asked. A bridge that only closes the numbers sits right and no higher than "
            "raw, whose AP is the dotted line."
        ),
        "headline_read": (
            "**In numbers** — brackets are 95 % intervals; *not enough samples* is an answer. Bold: the best of each "
            "score, for patch AP with those not told apart from it, and the bridge with the highest contrast, which is "
            "matched minus mismatched cosine. raw has no gap by construction."
        ),
        "map_read": (
            "**Map of every object (filled) and its region (hollow)** — mixed is closed, two clouds are a gap. The "
            "buttons colour by encoder, variant, category, size or similarity. Trust is the share of a map's "
            "neighbours that are true ones, 1 at best."
        ),
        "worst": "Where {name} answers worst: press one to open it in Explore",
        "best": "Where {name} answers best",
        "cases_none": "Nothing was asked, so there are no scores and no cases.",
        "parts_read": (
            "**By size and category** — matched minus mismatched cosine: how much nearer an instance is to its own "
            "region than to the others of its picture."
        ),
        "all_read": "**Every measure**",
        "objects": "objects",
        "apart": (
            "Apart: baseline. Without a bridge an instance lies at cosine {matched} to its own region and "
            "{mismatched} to others'; a linear classifier tells the two encoders apart with AUC {auc}."
        ),
        "nearest": "Nearest in numbers: {name}, contrast {contrast}, recall@1 {recall}.",
        "useful": "Most useful: {name}, patch AP {ap}",
        "over_raw": ", {lead} over raw",
        "raw_equal": ", not told apart from raw ({lead})",
        "equals": "; not told apart from it: {names}",
        "comma": ", ",
        "stop": ".",
        "left_out": "Annotations that are not measured: {parts}.",
        "flat": "{count} whose box has no area",
        "crowds": "{count} that are crowds",
        "thin": "{count} under {thinnest} pixels wide or high",
        "beyond": "{count} beyond the {most} largest of their picture",
        "few": "not enough samples",
        "seen": "{objects} objects on {pictures} pictures.",
        "opened": "**{category}**, asked of {image}: {name} reached AP {ap}.",
    }
)
