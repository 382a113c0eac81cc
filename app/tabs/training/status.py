"""What services and old tabs still import from here; it goes with the last of them."""

from __future__ import annotations

from app.services.analyses import Weights
from app.shared.html import progress_html as bar_html
from app.shared.i18n import Strings
from app.shared.job_panel import duration
from sam3viz import VARIANTS

__all__ = ["TRAINING", "bar_html", "duration", "in_use"]

TRAINING = Strings(
    {
        "in_use": "These results use weights that you trained here ({variants}). Nobody else sees them.",
        "back": "Back to the shipped weights",
    }
)


def in_use(weights: Weights | None, language: str) -> list[str]:
    """Return a sentence, where the results are not those of the shipped weights."""
    if weights is None:
        return []
    titles = ", ".join(VARIANTS[name].title for name in weights.variants)
    return [TRAINING[language]["in_use"].format(variants=titles)]
