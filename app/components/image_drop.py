"""A file drop that offers pictures."""

from __future__ import annotations

from typing import Any

import gradio as gr


class ImageDrop(gr.File):
    """A drop for picture files, given ``file_types=["image"]``; handlers receive their paths.

    What is no picture is let through all the same: the handler says what is wrong with it. It has no constructor of its
    own: Gradio sends to the browser what the constructor names.
    """

    def get_block_name(self) -> str:
        """Return the name of Gradio's own component, which the browser shows."""
        return "file"

    def preprocess(self, payload: Any) -> list[str]:  # noqa: ANN401 Gradio's list of files
        """Return the paths of the files."""
        return [] if payload is None else [file.path for file in payload]
