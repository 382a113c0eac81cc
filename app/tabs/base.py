"""What a tab is, and what all tabs share. A tab never imports another: they meet in the page's context."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MethodType
from typing import Any

import gradio as gr

from app.components.box_prompter.component import BoxPrompter, Prompt
from app.services.backbones import BackboneCatalog
from app.shared.i18n import Localizer

QUICK: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
"""Of an event that answers at once. It is not queued: Gradio closes a session's event stream with its last queued
event, and an analysis that joins in that instant would be lost with it."""
NARROW = "(...values) => [...values.slice(0, -1), window.innerWidth < 700]"
"""Of an event: whether the window is a phone's goes in as the last input."""
Updates = dict[Any, Any]
"""Component -> what becomes of it."""


@dataclass(frozen=True)
class Case:
    """A picture with boxes that Explore is asked to open."""

    prompt: Prompt
    lesson: str
    """A sentence on it, in the visitor's language."""


@dataclass(frozen=True)
class PageContext:
    """What the page hands to every tab, built before any of them."""

    language: gr.Radio
    """A change is for quick handlers alone: Gradio starts each when the one before has ended."""
    tabs: gr.Tabs
    """Its ``selected`` is a tab's name."""
    settled: gr.Number
    """Becomes 1 when the page speaks its visitor's language and shows the tab that the address names."""
    prompter: BoxPrompter
    """Picture and boxes of Explore, which renders it; other tabs only read it."""
    source: gr.State
    """A `ModelSource` that the visitor chose to analyse with; None: the default backbone with the shipped weights."""
    source_changed: gr.Number
    """Whoever puts something into ``source`` adds 1: a state's own change is heard after queued events alone."""
    case: gr.State
    """A `Case` that a tab asks Explore to open; None for the example that the page opens with."""
    case_changed: gr.Number
    """Whoever puts something into ``case`` adds 1."""
    backbones: BackboneCatalog
    """What visitors may choose."""


@dataclass(frozen=True)
class Tab:
    """A tab of the page."""

    name: str
    """Id in `gr.Tabs`; its element's id is ``NAME-tab``."""
    title: str
    """In English."""
    build: Callable[[PageContext, gr.Tab], Localizer]
    """Builds the tab's components where it is called, wires their events, and returns what follows the language."""
    prepare: Callable[[], object] = lambda: None
    """Computes ahead what a first visitor sees first."""


def bind_first(function: Callable[..., Any], first: object) -> Callable[..., Any]:
    """Fix an event function's first argument; unlike after `functools.partial`, Gradio still reads its annotations."""
    return MethodType(function, first)
