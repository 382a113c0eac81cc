"""Every sentence on choosing a backbone in both languages, and nothing else."""

from __future__ import annotations

from app.shared.i18n import Strings

BACKBONE = Strings(
    {
        "title": "Backbone",
        "label": "Vision backbone",
        "info": "Choose one, or type timm:NAME for any model of timm, fetched from the hub.",
        "refused": (
            "There is no such backbone to choose: take one of the list, or type timm:NAME. Files are for whoever "
            "starts the page: sam3viz app --backbone timm:NAME=FILE."
        ),
        "loading": "Loading {name}: {seconds} s. Weights that are not on this machine are fetched first.",
        "failed": "{name} could not be loaded ({kind}).",
        "large": (
            "{name} has {count} million parameters: visitors may load timm models of up to {most} million. A larger "
            "one is for whoever starts the page: sam3viz app --backbone {name}."
        ),
        "many": "{count} other backbones are being loaded; try again in a minute.",
        "dropped": (
            "The weights that you trained here are of {default} and are not in use any more; the Training tab has a "
            "button that brings them back."
        ),
        "returned": "The weights that you trained here are of {default}: {name} is not in use any more.",
        "in_use": "These results use the backbone {name} ({variants}).",
        "back": "Back to {default}",
        "size": "input {size} px (longer side)",
        "square": "input {size} × {size} px (stretched to a square)",
        "token": "token {stride} px",
        "channels": "{dim} channels",
        "device": "on {device}",
        "trained": "Trained bridges here: {names}.",
        "every": "all {count}",
        "none": "none; raw does without",
        "train": "This trains the rest; then start the page again:",
        "local": "Write {file} with its folder.",
        "unjudged": (
            "The exemplar encoder alone (baseline) is not trained for this backbone, so there is no gap to judge yet. "
            "This trains what is missing:"
        ),
    }
)
