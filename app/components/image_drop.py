"""A file drop that offers pictures."""

from __future__ import annotations

from typing import Any

import gradio as gr


class ImageDrop(gr.File):
    """Offers pictures; what comes all the same is let through: whoever reads the files says what is wrong."""

    def get_block_name(self) -> str:
        return "file"

    def preprocess(self, payload: Any) -> list[str]:  # noqa: ANN401 Gradio's list of files
        """Return the files' paths, none where nothing was dropped."""
        return [] if payload is None else [file.path for file in payload]
