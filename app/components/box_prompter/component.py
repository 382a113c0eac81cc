"""The box drawer: a picture on which a person draws positive and negative boxes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData, GradioModel

from app.components.box_prompter.strings import STRINGS
from app.services.stamps import stamp_prompt

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class PromptBox:
    """One drawn box in pixels of the original image (after EXIF orientation), label +1 or -1.

    Raises:
        ValueError: a coordinate is not finite or the label is neither +1 nor -1.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    label: int = 1

    def __post_init__(self) -> None:
        corners = (self.x0, self.y0, self.x1, self.y1)
        if not all(map(math.isfinite, corners)):
            raise ValueError(f"The box {corners} has a coordinate that is not a finite number; draw it again.")
        if self.label not in (1, -1):
            raise ValueError(f"The label {self.label} of the box {corners} must be 1 (positive) or -1 (negative).")

    def inside(self, width: float, height: float) -> PromptBox:
        """The same box with ordered corners, clamped to ``width`` x ``height``."""
        x0, x1 = sorted(min(max(x, 0.0), width) for x in (self.x0, self.x1))
        y0, y1 = sorted(min(max(y, 0.0), height) for y in (self.y0, self.y1))
        return PromptBox(x0, y0, x1, y1, self.label)


@dataclass(frozen=True)
class Prompt:
    """What a person asks: a picture and the boxes on it, in the order they were drawn."""

    image: str | None = None
    """Server path of the original file, byte for byte as it was uploaded."""
    boxes: tuple[PromptBox, ...] = ()
    preview: str | None = None
    """Server path of a copy to display, for originals that a browser cannot show or shows slowly."""
    width: int | None = None
    """Width of the original in pixels after EXIF orientation, the frame of the boxes; None until it is known."""
    height: int | None = None
    stamp: str = field(default="", compare=False)
    """Of picture and boxes as the browser has them (`app.services.stamps`); of what came from there alone."""


class BoxData(GradioModel):
    """Wire form of `PromptBox`."""

    x0: float
    y0: float
    x1: float
    y1: float
    label: int = 1


class PromptData(GradioModel):
    """Wire form of `Prompt`. Gradio admits only files that it received or served itself."""

    image: FileData | None = None
    boxes: tuple[BoxData, ...] = ()
    preview: FileData | None = None
    width: int | None = None
    height: int | None = None


class BoxPrompter(gr.HTML):
    """A picture with signed boxes; handlers receive and return a `Prompt`.

    Events: ``upload`` after the person brought a new picture, ``input`` after each finished gesture on the boxes,
    ``undo`` after the person went back or forth to another picture, ``change`` whenever the value became another one,
    by the person or by the server. A handler that returns a value to this component should listen to ``upload`` or
    ``input``, with ``show_progress="hidden"``: otherwise Gradio lays its spinner, and after an error its sign, over the
    picture.

    When picture or boxes became others the page hears the DOM event ``sam3viz:prompt``; its detail is their stamp.
    """

    data_model = PromptData

    def __init__(
        self,
        value: Prompt | Callable[..., Prompt | None] | None = None,
        *,
        strings: Mapping[str, str] = STRINGS.english,
        max_boxes: int = 32,
        max_bytes: int = 20_000_000,
        **kwargs: Any,  # noqa: ANN401 -- handed on to gr.HTML as they are
    ) -> None:
        """
        Args:
            value: What is shown at first.
            strings: Texts for the keys of `STRINGS`; a missing one stays English. ``gr.update(strings=...)`` works.
            max_boxes: Boxes that may be drawn; a further one is refused and the drawn ones stay.
            max_bytes: Size of the largest file that the browser sends.
        """
        self.strings = {**STRINGS.english, **strings}
        self.max_boxes = max_boxes
        self.max_bytes = max_bytes
        super().__init__(
            value=value,
            html_template=(_FOLDER / "template.html").read_text(encoding="utf-8"),
            css_template=(_FOLDER / "style.css").read_text(encoding="utf-8"),
            js_on_load=(_FOLDER / "dist" / "box_prompter.js").read_text(encoding="utf-8"),
            apply_default_css=False,
            **{"strings": self.strings, "max_boxes": max_boxes, "max_bytes": max_bytes, **kwargs},
        )

    def preprocess(self, payload: PromptData | None) -> Prompt:  # type: ignore[override]
        """Check what came from outside: the boxes are finite, ordered and inside the image.

        Raises:
            gr.Error: a box is not a box, or there are more than ``max_boxes``.
        """
        if payload is None:
            return Prompt()
        if len(payload.boxes) > self.max_boxes:
            raise gr.Error(f"{len(payload.boxes)} boxes are too many; remove all but {self.max_boxes}.")
        width = math.inf if payload.width is None else payload.width
        height = math.inf if payload.height is None else payload.height
        try:
            boxes = tuple(PromptBox(**box.model_dump()).inside(width, height) for box in payload.boxes)
        except ValueError as error:
            raise gr.Error(str(error)) from error
        return Prompt(
            image=payload.image.path if payload.image else None,
            boxes=boxes,
            preview=payload.preview.path if payload.preview else None,
            width=payload.width,
            height=payload.height,
            stamp=stamp_prompt(
                payload.image.path if payload.image else None,
                [(box.x0, box.y0, box.x1, box.y1, box.label) for box in payload.boxes],
            ),
        )

    def postprocess(self, value: Prompt | None) -> PromptData:  # type: ignore[override]
        """The wire form of ``value``; None empties the component."""
        value = value or Prompt()
        return PromptData(
            image=_file(value.image),
            boxes=tuple(BoxData(**asdict(box)) for box in value.boxes),
            preview=_file(value.preview),
            width=value.width,
            height=value.height,
        )

    def api_info(self) -> dict[str, Any]:
        """JSON schema of the wire form."""
        return PromptData.model_json_schema()

    def example_payload(self) -> dict[str, Any]:
        """Boxes without a picture: there is none that every installation could fetch."""
        return {"image": None, "boxes": [{"x0": 40.0, "y0": 30.0, "x1": 160.0, "y1": 120.0, "label": 1}]}

    def example_value(self) -> Prompt:
        """An empty prompt."""
        return Prompt()


def _file(path: str | None) -> FileData | None:
    return None if path is None else FileData(path=path, orig_name=Path(path).name)
