"""The picture matrix: one row a view (heat, context attention), one column a variant, everything over the picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

import gradio as gr
from pydantic import TypeAdapter

from app.components.picture_grid.strings import STRINGS
from app.components.pictures import COLOUR_SCALES, FRAME_STYLE, check_attention, check_picture, check_size

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Cell:
    """One variant: a column of the matrix. Pictures are data URIs of 8-bit grey PNGs that cover the whole image."""

    name: str
    """Key in `sam3viz.VARIANTS`."""
    title: str
    summary: str
    """One sentence on what the variant is."""
    heat: str
    """0 to 255 is probability 0 to 1. Any resolution: the browser interpolates, cell centres kept in place."""
    detections: tuple[tuple[float, float, float, float, float], ...] = ()
    """(x0, y0, x1, y1, score), boxes in pixels of the picture, scores in 0..1."""
    attention: tuple[str, ...] | None = None
    """One picture for each exemplar, 255 at its own peak; None where the variant has no context attention."""
    note: str = ""
    """A few words under the title, as "9 found"."""
    attention_change: float | None = None
    """By how much the heat changes at most where attention is uniform; None where that was not measured."""


@dataclass(frozen=True)
class PictureMatrix:
    """What the matrix shows. Pictures are data URIs, a longest side of 768 pixels is plenty.

    Raises:
        ValueError: a picture is not a data URI of an image, a side is not positive, two variants share a name, or a
            variant has not one attention map for each exemplar.
    """

    picture: str
    width: int
    """Width of the searched image in pixels: the frame of all detections."""
    height: int
    variants: tuple[Cell, ...]
    exemplars: tuple[tuple[float, float, float, float, int], ...] = ()
    """(x0, y0, x1, y1, label) in pixels of the image they were drawn on, in drawn order; label +1 or -1."""
    reference: str | None = None
    """The image that the exemplars were drawn on and attention belongs to, where that is not ``picture``."""
    reference_width: int | None = None
    reference_height: int | None = None
    open: str | None = None
    """Name of the variant whose heat is opened large as soon as it is there."""

    def __post_init__(self) -> None:
        names = [cell.name for cell in self.variants]
        if len(set(names)) < len(names):
            raise ValueError(f"The variants {names} must have different names.")
        check_size("picture", self.width, self.height)
        check_picture("picture", self.picture)
        if self.reference is not None:
            check_size("reference", self.reference_width, self.reference_height)
            check_picture("reference", self.reference)
        for cell in self.variants:
            check_picture(f"heat of {cell.name!r}", cell.heat)
            if cell.attention is None:
                continue
            check_attention(cell.name, len(cell.attention), len(self.exemplars))
            for picture in cell.attention:
                check_picture(f"attention of {cell.name!r}", picture)


class PictureGrid(gr.HTML):
    """Small multiples over the picture; handlers return a `PictureMatrix`, or None to empty it.

    Colours, opacity, threshold, the pointer's cross hair and the large view are the browser's own and cost no round
    trip. Event ``select``: the person showed or hid a variant; a handler that takes a ``gr.SelectData`` finds the names
    now shown in its ``value``, in screen order. Hidden variants stay hidden when the next value comes.
    """

    def __init__(
        self,
        value: PictureMatrix | Callable[..., PictureMatrix | None] | None = None,
        *,
        strings: Mapping[str, str] = STRINGS.english,
        **kwargs: Any,  # noqa: ANN401 -- handed on to gr.HTML as they are
    ) -> None:
        """
        Args:
            value: What is shown at first.
            strings: Texts for the keys of `STRINGS`; a missing one stays English. ``gr.update(strings=...)`` works.
        """
        self.strings = {**STRINGS.english, **strings}
        super().__init__(
            value=value,
            html_template=(_FOLDER / "template.html").read_text(encoding="utf-8"),
            css_template=FRAME_STYLE + (_FOLDER / "style.css").read_text(encoding="utf-8"),
            js_on_load=(_FOLDER / "dist" / "picture_grid.js").read_text(encoding="utf-8"),
            apply_default_css=False,
            **{"strings": self.strings, "colour_scales": COLOUR_SCALES, **kwargs},
        )

    def preprocess(self, payload: object) -> NoReturn:
        """Refused: pictures only go to the browser.

        Raises:
            NotImplementedError: the matrix is an input of a handler.
        """
        raise NotImplementedError("PictureGrid only shows: make it an output, and listen to its select event.")

    def postprocess(self, value: PictureMatrix | None) -> dict[str, Any] | None:  # type: ignore[override]
        """The wire form of ``value``; None empties the component."""
        return None if value is None else asdict(value)

    def api_info(self) -> dict[str, Any]:
        """JSON schema of the wire form."""
        return TypeAdapter(PictureMatrix).json_schema()

    def example_payload(self) -> None:
        """Nothing can be sent to it."""

    def example_value(self) -> None:
        """An empty matrix."""
