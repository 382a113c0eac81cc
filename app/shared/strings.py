"""Every sentence of the page in both languages, and nothing else. Numbers come from the analysis."""

from __future__ import annotations

from app.shared.i18n import Strings

PAGE = Strings(
    {
        "title": "sam3viz",
        "subtitle": (
            "SAM 3 finds *every thing like this one* from boxes. How far do exemplar features lie from visual "
            "features, and which bridge closes the gap?"
        ),
        "examples": "Examples",
        "export": "Take it with you",
        "export_report": "Report (HTML)",
        "export_table": "Numbers (CSV)",
        "export_json": "Numbers and detections (JSON)",
        "export_points": "Points of the maps (Parquet)",
        "export_data": "All arrays (NPZ)",
        "waiting": "Draw a box round one thing to look for.",
        "numbers": "Numbers",
        "numbers_read": (
            "Over the drawn picture's {probes} probe boxes: does an instance token find its own region? "
            "Never read matched cosine without mismatched; the better value of a column is bold, `raw` apart."
        ),
        "method": (
            "All variants share one frozen backbone and one readout. Weights are trained on composed scenes by "
            "`sam3viz train`; probe boxes give the statistics of a single picture."
        ),
        "kept": "Your picture and boxes before it are kept.",
        "no_export": "There is no result to export yet: draw at least one positive box.",
        "language": "Language",
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
        "found": " Things found: {found}.",
    }
)


FOUND = {"en": "{count} found", "zh-CN": "找到 {count} 个"}
