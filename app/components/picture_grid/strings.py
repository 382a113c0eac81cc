"""Every sentence of the component."""

from __future__ import annotations

from app.shared.i18n import Strings

STRINGS = Strings(
    {
        "empty": "Draw a box on the picture. What every variant finds with it appears here, side by side.",
        "broken": "The pictures of this result cannot be shown. Run it again; what was shown before stays until then.",
        "variants": "Variants shown",
        "toggle_title": "Show or hide {title}",
        "all": "Show all",
        "controls": "How the heat is drawn",
        "colours": "Colours",
        "inferno": "Inferno",
        "viridis": "Viridis",
        "cividis": "Cividis",
        "grey": "Grey",
        "opacity": "Opacity",
        "percent": "{value} %",
        "threshold": "Hide heat below",
        "threshold_title": "Heat below this probability is not drawn",
        "detections": "Detections",
        "exemplars": "Drawn boxes",
        "colour": "Picture in colour",
        "matrix": "Picture matrix: a column for each variant",
        "heat": "Heat",
        "heat_hint": "The brighter a place, the likelier it is what the boxes ask for. All variants share one scale.",
        "probability": "probability",
        "scale": "Colour scale of the probability, from 0 to 1",
        "attention": "Context attention",
        "attention_hint": (
            "Where a box looks for context. Each map has its own peak as 1: compare places, not brightness. "
            "±: the most the heat changes where attention is uniform; ±0.00 is decoration."
        ),
        "no_attention": "This variant has no context attention",
        "chooser": "Box whose attention is shown",
        "choose_title": "Show the attention of box {tag}",
        "cell": "{title}, {view}, {note}. Open large",
        "value": "p = {value}",
        "value_at": "p = {value} at ({x}, {y})",
        "share": "{value} of peak",
        "share_at": "{value} of the peak at ({x}, {y})",
        "position": "{position} / {total}",
        "previous": "Previous variant (←)",
        "next": "Next variant (→)",
        "close": "Close (Esc)",
    }
)
