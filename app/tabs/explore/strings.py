"""Every sentence of the Explore tab."""

from __future__ import annotations

from app.shared.i18n import Strings

STRINGS = Strings(
    {
        "examples": "Examples",
        "export": "Export",
        "export_report": "Report (HTML)",
        "export_table": "Numbers (CSV)",
        "export_json": "Numbers and detections (JSON)",
        "export_points": "Points of the maps (Parquet)",
        "export_data": "All arrays (NPZ)",
        "waiting": "Draw a box round one thing to look for.",
        "detections": "{count} found",
        "heat": "heat",
        "numbers": "Numbers",
        "numbers_read": (
            "Over the drawn picture's {probes} probe boxes: does an instance token find its own region? "
            "Never read matched cosine without mismatched; the best bridge of a row is bold."
        ),
        "method": (
            "All variants share one frozen backbone and one readout. Weights are trained on photographs by "
            "`sam3viz train`; probe boxes give the statistics of a single picture."
        ),
        "restored": "Your picture and boxes before it are kept.",
        "shipped": "Back to the shipped weights",
    }
)

VERDICT = Strings(
    {
        "chance": "On this picture the exemplar encoder alone is at chance",
        "apart": "On this picture the exemplar encoder alone lies apart from the visual features",
        "close": "On this picture even the exemplar encoder alone lies close to the visual features",
        "numbers": (
            " (matched cosine {matched:.2f} against {mismatched:.2f} mismatched; it ranks its own region "
            "{rank:.0f} of {count})."
        ),
        "diagnostic": (
            " The model itself does not go by this cosine but reads its exemplar tokens through learned projections: "
            "the numbers tell of the two spaces, not of what it finds."
        ),
        "nearest": " {name} comes nearest in numbers: {matched:.2f} against {mismatched:.2f}, rank {rank:.0f}.",
        "detections": " Things found: {found}.",
        "untrained": (
            "The exemplar encoder alone (baseline) is not trained for this backbone, so there is no gap to judge yet. "
            "This trains what is missing:"
        ),
    }
)

BACKBONE = Strings(
    {
        "title": "Backbone",
        "label": "Vision backbone",
        "info": "Choose one, or type timm:NAME for any model of timm, fetched from the hub.",
        "loading": "Loading {name}: {seconds} s. Weights that are not on this machine are fetched first.",
        "dropped": (
            "The weights that you trained here are of {default} and are not in use any more; the Training tab has a "
            "button that brings them back."
        ),
        "returned": "The weights that you trained here are of {default}: {name} is not in use any more.",
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
    }
)
