"""HTML with buttons: Python writes them, and hears which one was pressed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

_FOLDER = Path(__file__).parent


class Pressable(gr.HTML):
    """HTML whose ``<button data-press="WHAT" data-index="NUMBER">`` are heard.

    Event ``select``: a button was pressed; a handler that takes a ``gr.SelectData`` finds its number in ``index`` and
    what it is for in ``value``. With ``data-goto="SELECTOR"`` the browser scrolls there at once.
    """

    def __init__(self, value: str | None = None, **kwargs: Any) -> None:  # noqa: ANN401 -- handed on to gr.HTML
        """
        Args:
            value: HTML that is shown at first; every text in it is escaped already.
        """
        script = (_FOLDER / "dist" / "pressable.js").read_text(encoding="utf-8")
        super().__init__(value, **{"js_on_load": script, **kwargs})
