"""What one variant makes of one scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float32

from sam3viz.types.bridged import Diagnostic
from sam3viz.types.scene import Box


@dataclass(frozen=True)
class Detection:
    """A region that a heat map proposes. Box in pixels of the searched image, score in 0..1."""

    box: Box
    score: float


@dataclass(frozen=True)
class Prediction:
    """What one variant predicts on one picture. Arrays are numpy on the CPU; grids cover the whole picture."""

    heat_grid: Float32[np.ndarray, "h w"]
    """Probability that a cell belongs to what the exemplars ask for."""
    size: tuple[int, int]
    """(height, width) of the searched picture in pixels."""
    detections: tuple[Detection, ...]
    seconds: float
    """Wall time of bridge and readout, without the backbone."""

    @property
    def heatmap(self) -> Float32[np.ndarray, "H W"]:
        """The heat at the picture's own resolution, in 0..1. Computed on access: a large picture costs memory."""
        return _resize(self.heat_grid[None], self.size)[0]


@dataclass(frozen=True)
class StageResult:
    """The drawn exemplars after one step of a bridge, and what the readout would make of them as they are there."""

    name: str
    exemplar: Float32[np.ndarray, "m e"]
    heat_grid: Float32[np.ndarray, "h w"]


@dataclass(frozen=True)
class VariantResult(Prediction):
    """What one variant makes of one scene: its prediction, the tokens behind it and the measures over the probes."""

    name: str
    reference_size: tuple[int, int]
    """(height, width) of the image that the boxes were drawn on."""
    visual: Float32[np.ndarray, "n e"]
    """Visual tokens after the bridge, row-major over the grid."""
    exemplar: Float32[np.ndarray, "m e"]
    """Tokens of the drawn exemplars after the bridge, in the order they were drawn."""
    partner: Float32[np.ndarray, "m e"]
    """The visual side of the same boxes: mean bridged visual token under each."""
    probe_exemplar: Float32[np.ndarray, "p e"]
    probe_partner: Float32[np.ndarray, "p e"]
    attention_grid: Float32[np.ndarray, "m hr wr"] | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    """What the bridge chose for each drawn exemplar, as `BridgeOutput.diagnostics`, in numpy arrays."""
    stages: tuple[StageResult, ...] = ()
    """Step by step; the last has ``exemplar`` and ``heat_grid``."""
    neutral_changes: Mapping[str, float] = field(default_factory=dict)
    """Name of a mechanism that is drawn (attention, or a diagnostic) -> by how much the heat changes at most, over all
    cells, where the mechanism is replaced by its neutral form."""
    summary: str = ""
    """What the bridge does, in a line."""
    comparable: bool = True
    """As `sam3viz.bridges.Bridge` has it."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    """Name in `sam3viz.METRICS` -> value; NaN where there are not enough samples."""

    @property
    def attention(self) -> Float32[np.ndarray, "m H W"] | None:
        """Context attention at the resolution of the image the boxes were drawn on, each map scaled to peak at 1."""
        if self.attention_grid is None:
            return None
        peak = self.attention_grid.max(axis=(1, 2), keepdims=True)
        return _resize(self.attention_grid / np.maximum(peak, 1e-12), self.reference_size)

    @property
    def scale_weights(self) -> Float32[np.ndarray, "m 3"] | None:
        """Share of the kernels 3, 5 and 7 of each drawn exemplar, where the bridge weighs scales."""
        return self._diagnostic("scales")

    @property
    def level_weights(self) -> Float32[np.ndarray, "m 3"] | None:
        """Share of early, mid and late fusion of each drawn exemplar, where the bridge weighs levels."""
        return self._diagnostic("levels")

    @property
    def gates(self) -> Float32[np.ndarray, "m k"] | None:
        """Openness of each gate channel of each drawn exemplar in 0..1, where the bridge has gates."""
        return self._diagnostic("gates")

    def _diagnostic(self, name: str) -> Float32[np.ndarray, "m k"] | None:
        values = next((d.values for d in self.diagnostics if d.name == name), None)
        return values if isinstance(values, np.ndarray) else None


def _resize(grids: Float32[np.ndarray, "c h w"], size: tuple[int, int]) -> Float32[np.ndarray, "c H W"]:
    """Bilinear, cell centres kept in place, so that a grid covers exactly the image's area."""
    tensor = torch.from_numpy(grids)[None]
    return torch.nn.functional.interpolate(tensor, size, mode="bilinear", align_corners=False)[0].clamp(0, 1).numpy()
