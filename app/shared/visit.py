"""How a visit begins and ends: the language to speak, the tab to open, what is left running."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import gradio as gr

from app.services.sessions import cancel_all
from sam3viz.utils.messages import DEFAULT_LANGUAGE

TAB = "tab"
"""The name in the page's address whose value is a tab's name."""


def greet(tabs: Sequence[str], request: gr.Request) -> tuple[str, Any]:
    """Return the language that the browser asks for first, and the tab that the address names as ``?tab=NAME``.

    Where it names none, what is selected stays: the visitor may be faster.
    """
    chinese = request.headers.get("accept-language", "").lower().startswith("zh")
    tab = _linked(tabs, request)
    selected = gr.skip() if tab is None else gr.Tabs(selected=tab)
    return "zh-CN" if chinese else DEFAULT_LANGUAGE, selected


def settle(tabs: Sequence[str], request: gr.Request) -> tuple[int, int]:
    """Return that the page has settled, and how many cases the first tab has to open by now: its own example.

    None where another tab is linked: the first one opens its example when it is selected.
    """
    return 1, int(_linked(tabs, request) in (None, tabs[0]))


def keep_in_address(name: str) -> str:
    """Return a JavaScript function that writes a tab's name into the page's address, for a link or a reload.

    It takes whether the page has settled: before, Gradio selects the first tab whatever the address says.
    """
    return (
        f"settled => {{ if (!settled) return; const here = new URL(location.href); "
        f"here.searchParams.set('{TAB}', {json.dumps(name)}); history.replaceState(history.state, '', here); }}"
    )


def leave(request: gr.Request) -> None:
    """Cancel what the visitor left running."""
    cancel_all(str(request.session_hash))


def _linked(tabs: Sequence[str], request: gr.Request) -> str | None:
    name = str(request.query_params.get(TAB, ""))
    return name if name in tabs else None
