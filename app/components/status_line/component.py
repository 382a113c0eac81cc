"""The status line: what is current on the page, what is being computed and how far, with a stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import gradio as gr

from app.components.status_line.strings import STRINGS
from sam3viz.utils.messages import DEFAULT_LANGUAGE

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Progress:
    """How far the analysis of one stamp is, and what every view shows now."""

    stamp: str
    """Of what is computed: PICTURE.BOXES.SOURCE.LANGUAGE, as `app.services.stamps` and the browser make it."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """Id of a view's element -> stamp of what it shows now, "" where it is empty; others are as they were."""
    phase: str = ""
    """What comes next, in the visitor's language."""
    finished: bool = False


class StatusLine(gr.HTML):
    """Watches a box drawer and marks every view whose result was made from something else.

    A view has ``data-hash``, the stamp of what it shows, and ``data-freshness``: ``current``, ``stale`` (pale, with a
    label) or ``other`` (of another picture: not shown). Events: ``edit`` and then ``input`` when something else is
    wanted: a quick handler of the first notes it, one of the second computes it; ``retry`` in place of ``input`` once
    there was no answer; ``stop`` when it is not waited for.
    """

    def __init__(
        self,
        prompter: str,
        views: Sequence[str],
        *,
        source: int = 0,
        language: str = DEFAULT_LANGUAGE,
        strings: Mapping[str, str] = STRINGS.english,
        **kwargs: Any,  # noqa: ANN401 -- handed on to gr.HTML as they are
    ) -> None:
        """
        Args:
            prompter: id of the `BoxPrompter`'s element.
            views: ids of the elements that show results.
            source: how often the visitor has changed the weights.
            language: in which the results speak. Both are what a result is made from, beside picture and boxes.
            strings: Texts for the keys of `STRINGS`; a missing one stays English.
        """
        self.prompter, self.views, self.source, self.language = prompter, list(views), source, language
        self.strings = {**STRINGS.english, **strings}
        super().__init__(
            html_template=(_FOLDER / "template.html").read_text(encoding="utf-8"),
            css_template=(_FOLDER / "style.css").read_text(encoding="utf-8"),
            js_on_load=(_FOLDER / "dist" / "status_line.js").read_text(encoding="utf-8"),
            apply_default_css=False,
            **{
                "prompter": self.prompter, "views": self.views, "source": source, "language": language,
                "strings": self.strings, **kwargs,
            },
        )  # fmt: skip

    def preprocess(self, payload: object) -> NoReturn:
        """Refused: what is wanted is known from the drawer itself.

        Raises:
            NotImplementedError: the line is an input of a handler.
        """
        raise NotImplementedError("StatusLine only shows: make it an output, and listen to its events.")

    def postprocess(self, value: Progress | None) -> dict[str, Any] | None:  # type: ignore[override]
        """The wire form of ``value``; None: nothing was computed yet."""
        return None if value is None else asdict(value)

    def api_info(self) -> dict[str, Any]:
        """JSON schema of the wire form."""
        return {"type": "object"}

    def example_payload(self) -> None:
        """Nothing can be sent to it."""

    def example_value(self) -> None:
        """Nothing computed yet."""
