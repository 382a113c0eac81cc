"""Start the page: `sam3viz app`, `python app/app.py`, or a Hugging Face Space."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# A Space starts this file by its path, with neither the checkout on the path nor the package installed.
ROOT = str(Path(__file__).resolve().parent.parent)
if sys.path[0] != ROOT:  # this folder comes first, and would be found in place of the package
    sys.path.insert(0, ROOT)

import gradio as gr  # noqa: E402

from app.page import CSS, build  # noqa: E402
from app.tabs import TABS  # noqa: E402

MAX_FILE = "20mb"
QUEUE = 24
THEME = gr.themes.Soft(
    primary_hue="emerald", neutral_hue="slate", font=["system-ui", "sans-serif"], font_mono=["monospace"]
)


def prepare() -> None:
    """Compute ahead what a first visitor sees first."""
    for tab in TABS:
        tab.prepare()


def launch(backbones: Sequence[str] = (), **options: Any) -> str:  # noqa: ANN401 handed on to gr.Blocks.launch
    """Serve the page and return its address; UMAP's kernels and the opening example are warmed up meanwhile.

    Args:
        backbones: names that visitors may choose beside the library's own, those of local files among them.

    Raises:
        ValueError: a name that is no backbone's.
    """
    page = build(backbones)
    threading.Thread(target=prepare, name="warm-up", daemon=True).start()
    _, address, _ = page.queue(max_size=QUEUE).launch(
        css=CSS,
        theme=THEME,
        max_file_size=MAX_FILE,
        enable_monitoring=False,
        ssr_mode=False,
        footer_links=["gradio"],
        run_history=False,  # it rewrites a growing log on every event and stalls the browser
        _frontend=False,  # else Gradio gives up where its own server, on busy cores, takes three seconds to answer
        **options,
    )
    return address


def serve(backbones: Sequence[str] = ()) -> None:
    """Serve the page until it is stopped.

    Raises:
        ValueError: as `launch`.
    """
    port = int(os.environ.get("GRADIO_SERVER_PORT", "7860"))
    try:
        launch(backbones, server_port=port)
    except OSError as error:
        sys.exit(f"The page could not be served on port {port} ({error}). Set GRADIO_SERVER_PORT to a free one.")


if __name__ == "__main__":
    serve()
