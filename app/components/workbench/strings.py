"""Every sentence of the component."""

from __future__ import annotations

from app.shared.i18n import Strings

STRINGS = Strings(
    {
        "empty": "Draw a box on the picture. Two variants then stand here side by side, under one cursor.",
        "broken": "The pictures of this result cannot be shown. Run it again; what was shown before stays until then.",
        "toolbar": "What is shown",
        "choose_a": "Variant A, on the left",
        "choose_b": "Variant B, on the right",
        "swap": "Swap A and B (S)",
        "mode": "How A and B are compared",
        "side": "Side by side",
        "side_title": "A and B beside each other",
        "wipe": "Wipe",
        "wipe_title": "B over A, cut off at a handle that you drag",
        "blink": "Blink",
        "blink_title": "A and B by turns in one place",
        "blink_by_hand": "Switch",
        "blink_by_hand_title": "Switch A and B by hand; choose Blink again for the alternation",
        "difference": "A − B",
        "difference_title": "A minus B: where the two differ",
        "no_difference": "This layer has colours and no numbers: there is nothing to subtract",
        "layer": "Layer over the picture",
        "heat": "Heat",
        "attention": "Attention",
        "similarity": "Similarity",
        "pca": "PCA",
        "picture": "Picture",
        "chooser": "Box whose attention is shown",
        "choose_title": "Show the attention of box {tag}",
        "controls": "How the heat is drawn",
        "colours": "Colours",
        "inferno": "Inferno",
        "viridis": "Viridis",
        "cividis": "Cividis",
        "grey": "Grey",
        "opacity": "Opacity",
        "percent": "{value} %",
        "threshold": "Hide below",
        "threshold_title": "Heat and similarity below this are not drawn, nor detections that score less",
        "detections": "Detections",
        "exemplars": "Drawn boxes",
        "sides": "Variant on the screen",
        "views": "Pictures A and B: click or arrow keys keep a patch, wheel zooms, drag moves",
        "handle": "Where A ends and B begins, in percent",
        "whole": "× {scale} – whole picture",
        "whole_title": "Show the whole picture again (0, or double click)",
        "scale": "Colour scale of the layer",
        "scale_heat": "probability",
        "scale_attention": "share of its peak",
        "scale_similarity": "cosine",
        "scale_difference": "← B higher   A higher →",
        "heat_hint": "The brighter a place, the likelier it is what the boxes ask for.",
        "attention_hint": (
            "Where the chosen box looks for context; each map has its own peak as 1. "
            "±: the most its heat changes without it."
        ),
        "similarity_hint": (
            "The brighter a place, the more its token is like the one that you point at. Click keeps it."
        ),
        "pca_hint": (
            "What looks alike to a variant has one colour: three main directions of its tokens as red, green and blue. "
            "The band in a box is its exemplar's token: where the gap is closed, it has the colour of its thing."
        ),
        "picture_hint": "The picture alone, with its boxes.",
        "difference_hint": "Purple: more in A. Orange: more in B. Clear: no difference.",
        "no_attention": "No context attention",
        "effect": "heat ±{value}",
        "ask": "Point at a place: what is like it lights up",
        "coming": "Tokens are on their way…",
        "failed": "The tokens could not be fetched.",
        "value_heat": "p = {value}",
        "value_attention": "{value} of peak",
        "value_similarity": "cosine {value}",
        "value_difference": "A − B = {value}",
        "below": "{count} hidden",
        "inspect": "Patch",
        "how": "Click a place in a picture: its heat in every variant, and what each finds most like it, appear here.",
        "patch_cell": "Column {column}, row {row}",
        "patch_pixel": "pixel ({x}, {y})",
        "let_go": "Let go (Esc)",
        "heat_here": "Heat here",
        "nearest": "Most alike in {title}",
        "nearest_title": "Keep this patch",
        "packed": (
            "Similarity from {channels} channels: {share} % of the squared norm, largest error of a cosine {error}"
        ),
        "cards": "Variants",
        "cards_hint": "Click: A. Shift + click, or the small B: B. Q and E: the neighbours.",
        "card_title": "{summary} Click: A. Shift + click: B.",
        "card_b": "B: {title}",
        "agreement_note": "agreement {value}",
        "sort": "Sort",
        "registered": "as registered",
        "by_detections": "by detections",
        "by_agreement": "by agreement with A",
        "spread": "Grid",
        "spread_title": "All variants larger, in place of the two pictures",
    }
)
