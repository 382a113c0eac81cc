"""Every sentence of the Robustness tab, and nothing else."""

from __future__ import annotations

from app.shared.i18n import Strings

STRINGS = Strings(
    {
        "intro": (
            "**What does each variant withstand?** The exemplar, or the scene that is searched, is disturbed step by "
            "step; every variant answers the same question each time."
        ),
        "perturbations": "Perturbations",
        "side": "Longer side in pixels, as seen",
        "idle": "Nothing is measured yet. Press Start: curves appear here, after one or two minutes.",
        "disturbed": "Disturbed",
        "exemplar": "the exemplar's picture",
        "scene": "the searched scene",
        "metric": "Measured",
        "patch_ap": "patch AP: does the heat still find the others?",
        "similarity": "similarity: is the token still near its own thing?",
        "curves_read": (
            "**Against severity** — higher is better, flat is robust; the small pictures below each plot show what was "
            "done. Dotted: the AP of chance, which moves as things leave the picture or fill it. Each curve is of the "
            "pictures that have an answer at every level; bands are 95 % intervals over them, from three pictures on."
        ),
        "areas_read": (
            "**Area under each curve** — its mean height; 1 is a perfect answer at every level. \\* the paired "
            "difference to raw has an interval without 0. Each is judged by itself: where none differed, one of twenty "
            "would still be starred. Bold: the highest of its row, and starred; no bold, no clear winner over raw."
        ),
        "consistency_read": (
            "**Consistency: the same thing by another path** — against its tight box on its own picture. *same*: "
            "cosine of the two tokens; *strangers*: with the other things by that path, and where it is as high, "
            "nothing is told apart; *contrast*: the first minus the second; *recall at 1*: how often the thing itself "
            "is the nearest. Stars and bold as above, of contrast alone."
        ),
        "few": "not enough samples",
        "counted": "{name}, {pictures} pictures",
        "by_path": "{path}: {measure}",
        "absent": "No curve for {names}: no picture has an answer at every level.",
        "seen": "{pictures} pictures, one question each.",
        "none": "None of the chosen perturbations is one of the scene: choose another, or look at the exemplar's.",
    }
)
