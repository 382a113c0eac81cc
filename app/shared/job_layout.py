"""Where the parts of a tab with a job lie: its settings on one side, what came of it on the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr

from app.shared.i18n import Localizer, Text
from app.shared.job_panel import JobPanel


@contextmanager
def settings_column(words: Localizer, panel: JobPanel[Any]) -> Iterator[None]:
    """Place the tab's introduction, what the caller builds within, and the buttons."""
    with gr.Column(scale=3, min_width=340, elem_classes="side"):
        words.bind(gr.Markdown(), value="intro")
        yield
        panel.render_buttons()


@contextmanager
def result_column(panel: JobPanel[Any], *notes: gr.blocks.Block) -> Iterator[gr.Column]:
    """Place the bar, ``notes``, and what the caller builds within; the files come last.

    Yields:
        The column that holds what is built within; it is hidden until there is a result.
    """
    with gr.Column(scale=8, min_width=340, elem_classes="result"):
        panel.render_status()
        for note in notes:
            note.render()
        with gr.Column(visible=False) as result:
            yield result
            panel.render_files()


def captioned_plot(words: Localizer, caption: Text, elem_id: str) -> gr.Plot:
    """Place a plot below its caption."""
    words.bind(gr.Markdown(elem_classes="caption"), value=caption)
    return gr.Plot(show_label=False, container=False, elem_id=elem_id)


def captioned_table(words: Localizer, caption: Text, elem_id: str) -> gr.HTML:
    """Place a table of numbers below its caption."""
    words.bind(gr.Markdown(elem_classes="caption"), value=caption)
    return gr.HTML(elem_id=elem_id, elem_classes="lab-table")


def plot_view(words: Localizer, caption: Text, elem_id: str) -> gr.Plot:
    """Place a plot with its caption as a view of its own."""
    with gr.Column(elem_classes="view"):
        return captioned_plot(words, caption, elem_id)


def table_view(words: Localizer, caption: Text, elem_id: str) -> gr.HTML:
    """Place a table of numbers with its caption as a view of its own."""
    with gr.Column(elem_classes="view"):
        return captioned_table(words, caption, elem_id)
