"""Every sentence of the "Across images" tab, in English, and nothing else."""

from __future__ import annotations

from app.shared.i18n import Strings

STRINGS = Strings(
    {
        "table": "Across images",
        "intro": "**Show it here, find it there.** Box a thing on one picture; every variant looks for it in others.",
        "references": "**1 Reference** — draw a box round one thing to look for.",
        "add": "Add another reference",
        "kept": "Kept and used as well; the open picture is reference {number}.",
        "reference": "Reference {number}",
        "boxes": "boxes: {count}",
        "take_up": "Edit reference {number}",
        "drop": "Remove {name}",
        "targets": "**2 Targets** — pictures to look in, up to {most}.",
        "files": "Add pictures",
        "placed": "Use where the boxes lie",
        "placed_info": "Off: a thing may lie anywhere. On: its place on the reference counts, too.",
        "idle": "Nothing is searched yet: press Search.",
        "empty": "What every variant finds on every target appears here, side by side.",
        "no_picture": "There is no picture to keep: open one and draw a box.",
        "no_box": "The open picture has no box: draw one round a thing to look for.",
        "no_reference": "There is no reference yet: open a picture and draw a box round a thing to look for.",
        "no_target": "There is no target yet: add a picture to look in.",
        "many_references": "{most} references are the most: remove one first.",
        "many_targets": "{most} targets are the most: {names} left out.",
        "restored": "Your picture and boxes before it are kept.",
        "unused": "The open picture has no box and was left out.",
        "seen": "References: {references}, boxes on them: {boxes}, targets: {targets}.",
        "unplaced_seen": "Where the boxes lie was not used.",
        "placed_seen": "Where the boxes lie was used.",
        "ask": "Asked with",
        "together": "All together",
        "table_read": (
            "**Every target, every variant** — the brighter, the likelier it is what was boxed; white frames are what "
            "a variant proposes. Press a picture to see it large."
        ),
        "target": "Target",
        "total": "{count} in all",
        "found": "{count} found",
        "cell": "{target}, {variant}, {count} found. Open large",
        "closer": "Look at {target} closely",
        "close_read": "**{target}, closely** — point at a place to read every variant there.",
        "none": "nothing found",
    }
)
