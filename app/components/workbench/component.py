"""The workbench: any two variants of one analysis as large pictures under one cursor, and the patches behind them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

import gradio as gr
from plotly.colors import diverging, unlabel_rgb
from pydantic import TypeAdapter

from app.components.pictures import COLOUR_SCALES, FRAME_STYLE, check_attention, check_picture, check_size
from app.components.workbench.strings import STRINGS

_FOLDER = Path(__file__).parent

DIFFERENCE_COLOURS = [
    "#{:02x}{:02x}{:02x}".format(*map(int, unlabel_rgb(colour)))
    for colour in diverging.PuOr[1:4] + diverging.PuOr[-4:-1]
]
"""From B higher (orange) to A higher (purple), told apart by the colour-blind. The darkest two, which hide the picture,
and the white middle, where nothing is drawn, are left out."""


@dataclass(frozen=True)
class PackedTokens:
    """The visual tokens of a variant, few enough bytes for the browser to compare them all.

    Raises:
        ValueError: a number is out of its range, or there is not one scale for each channel.
    """

    url: str
    """Of the bytes, a served file or a data URI: int8, cell after cell, row-major, ``channels`` values each."""
    columns: int
    rows: int
    channels: int
    scales: tuple[float, ...]
    """One for each channel: token = values * scales."""
    share: float
    """Of the tokens' squared norm, how much the channels keep, in 0..1."""
    error: float
    """Largest error of a cosine against full precision, measured when they were packed."""

    def __post_init__(self) -> None:
        if not self.url:
            raise ValueError("The tokens have no url; give that of a served file, or a data URI.")
        if min(self.columns, self.rows, self.channels) < 1:
            raise ValueError(
                f"There are {self.columns} x {self.rows} tokens of {self.channels} channels; give at least 1 of each."
            )
        if len(self.scales) != self.channels:
            raise ValueError(f"There are {len(self.scales)} scales for {self.channels} channels; give one for each.")
        if not all(math.isfinite(scale) and scale >= 0 for scale in self.scales):
            raise ValueError("The scales must be finite, and none below 0.")
        if not 0 <= self.share <= 1 or not 0 <= self.error <= 2:
            raise ValueError(f"The share {self.share} must be in 0..1 and the error {self.error} of a cosine in 0..2.")


@dataclass(frozen=True)
class VariantView:
    """What the workbench shows of a variant. Pictures are data URIs."""

    name: str
    """Key in `sam3viz.VARIANTS`."""
    title: str
    summary: str
    """One sentence on what the variant is."""
    note: str
    """A few words beside the title, as "9 found"."""
    heat: str
    """8-bit grey PNG that covers the whole image: 0 to 255 is probability 0 to 1."""
    detections: tuple[tuple[float, float, float, float, float], ...]
    """(x0, y0, x1, y1, score), boxes in pixels of the picture, scores in 0..1."""
    attention: tuple[str, ...] | None
    """One picture for each exemplar, 255 at its own peak; None where the variant has no context attention."""
    attention_change: float | None
    """By how much the heat changes at most where attention is uniform; None where that was not measured."""
    rgb: str
    """A small picture on the tokens' grid: their three main components as red, green and blue."""
    exemplar_colours: tuple[str, ...]
    """One "#rrggbb" for each exemplar: its token in the colours of ``rgb``."""
    tokens: PackedTokens


@dataclass(frozen=True)
class WorkbenchModel:
    """One analysis for the workbench.

    Raises:
        ValueError: there is no variant, two share a name, their tokens' grids differ, a picture is not a data URI of an
            image, a side is not positive, or a variant has not one colour and one attention map for each exemplar.
    """

    key: str
    """Hash of what it was made from; the page finds it in ``data-hash``."""
    picture: str
    """Data URI; a longest side of 768 pixels is plenty."""
    width: int
    """Width of the searched image in pixels: the frame of all boxes."""
    height: int
    variants: tuple[VariantView, ...]
    exemplars: tuple[tuple[float, float, float, float, int], ...] = ()
    """(x0, y0, x1, y1, label) in pixels of the image, in drawn order; label +1 or -1."""

    def __post_init__(self) -> None:
        names = [view.name for view in self.variants]
        if not names:
            raise ValueError("There is no variant to show; give at least one, or None in place of the model.")
        if len(set(names)) < len(names):
            raise ValueError(f"The variants {names} must have different names.")
        grids = {(view.tokens.columns, view.tokens.rows) for view in self.variants}
        if len(grids) > 1:
            raise ValueError(f"The tokens have the grids {sorted(grids)}; those of one picture must have one.")
        check_size("picture", self.width, self.height)
        check_picture("picture", self.picture)
        for view in self.variants:
            self._check(view)

    def _check(self, view: VariantView) -> None:
        check_picture(f"heat of {view.name!r}", view.heat)
        check_picture(f"rgb of {view.name!r}", view.rgb)
        if len(view.exemplar_colours) != len(self.exemplars):
            raise ValueError(
                f"{view.name!r} has {len(view.exemplar_colours)} colours for {len(self.exemplars)} exemplars; give one "
                "for each."
            )
        if view.attention is None:
            return
        check_attention(view.name, len(view.attention), len(self.exemplars))
        for picture in view.attention:
            check_picture(f"attention of {view.name!r}", picture)


class Workbench(gr.HTML):
    """Two large pictures of one analysis; handlers return a `WorkbenchModel`, or None to empty it.

    Which variants are A and B, layer, zoom, settings and the kept patch are the browser's own: they cost no round trip
    and survive a new model. Event ``select``: a patch was kept or let go; ``gr.SelectData`` has the cell in ``index``
    (None where it was let go) and the names of A and B in ``value``.
    """

    def __init__(
        self,
        value: WorkbenchModel | Callable[..., WorkbenchModel | None] | None = None,
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
            js_on_load=(_FOLDER / "dist" / "workbench.js").read_text(encoding="utf-8"),
            apply_default_css=False,
            **{
                "strings": self.strings,
                "scales": {"heat": COLOUR_SCALES, "difference": DIFFERENCE_COLOURS},
                **kwargs,
            },
        )

    def preprocess(self, payload: object) -> NoReturn:
        """Refused: pictures only go to the browser.

        Raises:
            NotImplementedError: the workbench is an input of a handler.
        """
        raise NotImplementedError("Workbench only shows: make it an output, and listen to its select event.")

    def postprocess(self, value: WorkbenchModel | None) -> dict[str, Any] | None:  # type: ignore[override]
        """The wire form of ``value``; None empties the component."""
        return None if value is None else asdict(value)

    def api_info(self) -> dict[str, Any]:
        """JSON schema of the wire form."""
        return TypeAdapter(WorkbenchModel).json_schema()

    def example_payload(self) -> None:
        """Nothing can be sent to it."""

    def example_value(self) -> None:
        """An empty workbench."""
