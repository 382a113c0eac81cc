"""An analysis as the workbench shows it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from threading import Lock

import numpy as np
from cachetools import LRUCache, cached
from gradio.route_utils import API_PREFIX
from PIL import Image

from app.components.workbench.component import PackedTokens, VariantView, WorkbenchModel
from app.services.pictures import HEAT_SIDE, data_uri, exact_uri, png_uri, served_bytes
from app.tabs.explore.strings import STRINGS
from sam3viz import VARIANTS, Analysis
from sam3viz.figures.heat import attention_png, heat_png
from sam3viz.projection.packing import pack_tokens
from sam3viz.projection.pca_colours import TokenColours, pca_colours
from sam3viz.types import VariantResult
from sam3viz.utils.messages import translate

_FILE = f"{API_PREFIX.lstrip('/')}/file="
"""Relative: the page may lie below a path of its own."""


def workbench_model(analysis: Analysis, stamp: str, language: str) -> WorkbenchModel:
    """Return heat, attention, colours and tokens of every variant.

    Args:
        stamp: of what the analysis was made from.
    """
    colours = pca_colours(analysis.variants)
    return WorkbenchModel(
        key=stamp,
        picture=data_uri(analysis.image),
        width=analysis.image.width,
        height=analysis.image.height,
        exemplars=tuple((*e.box, e.label) for e in analysis.exemplars),
        variants=tuple(_view(result, colours[name], language) for name, result in analysis.variants.items()),
    )


def _view(result: VariantResult, colours: TokenColours, language: str) -> VariantView:
    attention = None
    if result.attention_grid is not None:
        attention = tuple(png_uri(attention_png(result, k, HEAT_SIDE)) for k in range(len(result.exemplar)))
    return VariantView(
        name=result.name,
        title=translate(VARIANTS[result.name].title, language),
        summary=translate(result.summary, language),
        note=STRINGS[language]["detections"].format(count=len(result.detections)),
        heat=png_uri(heat_png(result, HEAT_SIDE)),
        detections=tuple((*d.box, d.score) for d in result.detections),
        attention=attention,
        attention_change=result.neutral_changes.get("attention"),
        rgb=exact_uri(Image.fromarray(colours.visual.reshape(*result.heat_grid.shape, 3))),
        exemplar_colours=tuple("#" + bytes(colour).hex() for colour in colours.exemplar),
        tokens=_served_tokens(result),
    )


class _ServedTokens(LRUCache[bytes, PackedTokens]):
    """Deletes the file of what it drops: Gradio deletes only what its own components have served."""

    def popitem(self) -> tuple[bytes, PackedTokens]:
        key, tokens = super().popitem()
        Path(tokens.url.removeprefix(_FILE)).unlink(missing_ok=True)
        return key, tokens


@cached(
    _ServedTokens(maxsize=512),  # some 100 MB; most variants' visual tokens are the same for every box on a picture
    key=lambda result: hashlib.blake2b(np.ascontiguousarray(result.visual).data, digest_size=16).digest(),
    lock=Lock(),
)
def _served_tokens(result: VariantResult) -> PackedTokens:
    packed = pack_tokens(result.visual)
    rows, columns = result.heat_grid.shape
    path = served_bytes(packed.values.tobytes(), "tokens.bin")
    return PackedTokens(
        url=_FILE + path,
        columns=columns,
        rows=rows,
        channels=packed.values.shape[1],
        scales=tuple(packed.scales.tolist()),
        share=min(packed.share, 1.0),
        error=packed.error,
    )
