"""The record of one analysis: what every variant made of one scene, and the tables that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from jaxtyping import Float32
from PIL import Image

from sam3viz.projection.layout import SEED, Layout, gap_axes, layout
from sam3viz.types import Exemplar, Scene, VariantResult


@dataclass(frozen=True)
class AnalysisData:
    """All variants on one scene; figures and exports read it.

    Attributes:
        variants: result by name, in screen order.
        probes: normalised xyxy of the probe boxes, in the frame of the image the exemplars were drawn on.
        settings: backbone, hash of each bridge's weights, seed of the maps and versions, as text.
    """

    scene: Scene
    variants: dict[str, VariantResult]
    probes: Float32[np.ndarray, "p 4"]
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def image(self) -> Image.Image:
        return self.scene.image

    @property
    def exemplars(self) -> tuple[Exemplar, ...]:
        return self.scene.exemplars

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was changed in the input, in sentences."""
        return self.scene.warnings

    def metrics(self) -> pd.DataFrame:
        """One row a variant: every measure in `sam3viz.METRICS`, trustworthiness of its map, milliseconds."""
        rows = {name: dict(result.metrics) for name, result in self.variants.items()}
        table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("variant")
        table["trustworthiness"] = pd.Series(self._layout.trustworthiness)
        table["milliseconds"] = pd.Series({name: 1000 * r.seconds for name, r in self.variants.items()})
        return table

    def gap_axis(self) -> pd.DataFrame:
        """The linear view alone, at once: columns variant, kind, stage, label, gap_x, gap_y, row, col."""
        return gap_axes(self.variants, self._labels)

    def layout(self) -> pd.DataFrame:
        """Every point of every map: variant, kind, stage, label, x, y, gap_x, gap_y, row, col.

        ``kind`` is "visual" (a token of the grid at ``row``, ``col``), "probe" (a probe box's instance token),
        "exemplar" or "partner" (a drawn box's token and its visual side, in drawn order) or "stage" (a drawn box's
        token after the step that ``stage`` names); ``label`` is +1 or -1 for the last three, else 0. ``x, y`` is UMAP,
        ``gap_x, gap_y`` the gap axis. Computed once, on first use.
        """
        return self._layout.frame

    @cached_property
    def _layout(self) -> Layout:
        return layout(self.variants, self._labels, SEED)

    @property
    def _labels(self) -> list[int]:
        return [exemplar.label for exemplar in self.exemplars]
