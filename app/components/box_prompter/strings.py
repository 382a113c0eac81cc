"""Every sentence of the component."""

from __future__ import annotations

from app.shared.i18n import Strings

STRINGS = Strings(
    {
        "toolbar": "Box tools",
        "positive": "Positive",
        "positive_title": "Draw positive boxes: more like this (1)",
        "negative": "Negative",
        "negative_title": "Draw negative boxes: not like this (2)",
        "undo_title": "Undo (Z)",
        "redo_title": "Redo (Shift+Z)",
        "flip_title": "Flip the sign of the selected box (X)",
        "clear_title": "Remove all boxes",
        "open": "Open picture",
        "open_title": "Open a picture from this device",
        "help_title": "Mouse and keys (?)",
        "remove_title": "Remove this box (Delete)",
        "stage": (
            "Picture with boxes. Tab moves through the boxes, the arrow keys move the selected one, ? lists all keys."
        ),
        "empty": "Drop, paste or open a picture",
        "hint": "Drag a box around one thing to look for.",
        "counts": "{positive} positive, {negative} negative. Click a box to edit it.",
        "selected": "Box {number} of {total}, {sign}, {width} × {height} px",
        "size": "{width} × {height} px",
        "uploading": "Sending {name} …",
        "upload_failed": "{name} could not be sent: {reason}. Everything drawn so far is kept.",
        "too_large": "{name} has {size} MB and the limit is {limit} MB. Save it smaller and try again.",
        "not_image": "{name} is not a picture. Choose a PNG, JPEG, WebP or TIFF file.",
        "not_shown": (
            "This browser cannot show that kind of picture. It was sent all the same; wait for a converted copy."
        ),
        "too_many": "There are already {limit} boxes, the most that fit. Remove one before you draw another.",
        "too_small": "That box is too thin. Drag a larger one.",
        "help": "Mouse and keys",
        "help_draw_key": "Drag",
        "help_draw": "draw a box with the chosen sign",
        "help_other_key": "Right drag, Shift + drag",
        "help_other": "draw a box with the other sign",
        "help_select_key": "Click, Tab",
        "help_select": "select a box, then drag it or its handles",
        "help_sign_key": "1, 2",
        "help_sign": "choose positive, negative",
        "help_flip_key": "X",
        "help_flip": "flip the sign of the selected box",
        "help_nudge_key": "Arrows",
        "help_nudge": "move it by 1 pixel, with Shift by 10",
        "help_remove_key": "Delete",
        "help_remove": "remove it",
        "help_undo_key": "Z, Shift + Z",
        "help_undo": "undo, redo",
        "help_escape_key": "Esc",
        "help_escape": "cancel a drag, deselect",
        "help_paste_key": "Ctrl + V",
        "help_paste": "paste a picture",
    }
)
