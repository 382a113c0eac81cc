"""The nouns of the flow: scene -> tokens -> bridged -> result. Shapes, units and frames are written here only.

Shape letters: ``b`` images, ``m`` boxes (exemplars or probes), ``d`` channels of the backbone's tokens,
``e`` channels after a bridge, ``h w`` the token grid, ``k`` gate channels.

Frames: a *pixel* box is ``(x0, y0, x1, y1)`` in pixels of the image it was drawn on, origin at the top left
corner of the first pixel. A *normalised* box is the same divided by the image's width and height, so it lies
in ``[0, 1]`` and maps onto the token grid by multiplication with ``(w, h, w, h)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, Int
from PIL import Image
from torch import Tensor


@dataclass(frozen=True)
class Exemplar:
    """One box that a person drew: "like this" (label +1) or "not like this" (label -1). Pixel frame."""

    box: tuple[float, float, float, float]
    label: int = 1


@dataclass(frozen=True)
class Shot:
    """A reference picture and what was drawn on it: one of the examples that a search in other pictures starts from."""

    image: Image.Image
    exemplars: tuple[Exemplar, ...]


@dataclass(frozen=True)
class Scene:
    """A checked task: every box is ordered, inside its image and has area (`sam3viz.inference.inputs.make_scene`)."""

    image: Image.Image
    exemplars: tuple[Exemplar, ...]
    reference: Image.Image | None = None
    """The image that the boxes were drawn on, where that is not ``image``."""
    warnings: tuple[str, ...] = ()

    @property
    def drawn_on(self) -> Image.Image:
        """The image in whose pixels the boxes are."""
        return self.image if self.reference is None else self.reference


@dataclass(frozen=True)
class Tokens:
    """What every bridge gets: both encoders' common ground. Built by `sam3viz.encoders.roi.make_tokens`."""

    visual: Float[Tensor, "b d h w"]
    """Visual tokens of the images that are searched."""
    reference: Float[Tensor, "b d hr wr"]
    """Visual tokens of the images that the boxes lie on; the same tensor as ``visual`` unless cross-image."""
    boxes: Float[Tensor, "m 4"]
    """Normalised xyxy, in the frame of the reference image."""
    labels: Int[Tensor, " m"]
    """+1 or -1."""
    image_index: Int[Tensor, " m"]
    """Which of the ``b`` images a box belongs to."""
    prompt: Bool[Tensor, " m"]
    """True for what the user (or the episode) asks with; False for probe boxes, which only are measured."""
    roi: Float[Tensor, "m d 7 7"]
    """ROIAlign of ``reference`` under each box."""
    placed: bool = True
    """Whether an exemplar encoder may use where a box lies. On another picture the place means nothing."""

    @property
    def geometry(self) -> Float[Tensor, "m 4"]:
        """The boxes as an exemplar encoder may see them: unless `placed`, in the middle, with their size and shape."""
        if self.placed:
            return self.boxes
        x0, y0, x1, y1 = self.boxes.unbind(1)
        width, height = (x1 - x0) / 2, (y1 - y0) / 2
        return torch.stack([0.5 - width, 0.5 - height, 0.5 + width, 0.5 + height], 1)

    def to(self, device: torch.device) -> Tokens:
        """The same on another device; a shared ``reference`` stays shared."""
        tensors = [f.name for f in fields(self) if f.name != "placed"]
        moved: dict[str, Any] = {name: getattr(self, name).to(device) for name in tensors} | {"placed": self.placed}
        return Tokens(**(moved | {"reference": moved["visual"]} if self.reference is self.visual else moved))


@dataclass(frozen=True)
class Bridged:
    """Both sides after a bridge, in one space: the cosine of any two rows is meaningful."""

    visual: Float[Tensor, "b e h w"]
    reference: Float[Tensor, "b e hr wr"]
    exemplar: Float[Tensor, "m e"]
    attention: Float[Tensor, "m hr wr"] | None = None
    """Share of each box's context attention that falls on each cell of the reference; sums to 1."""
    scale_weights: Float[Tensor, "m 3"] | None = None
    """Softmax over the kernels 3, 5 and 7."""
    level_weights: Float[Tensor, "m 3"] | None = None
    """Softmax over early, mid and late fusion."""
    gates: Float[Tensor, "m k"] | None = None
    """Openness of each gate channel in 0..1: 0 keeps the exemplar as it was, 1 takes the fused value."""


@dataclass(frozen=True)
class Truth:
    """What an episode knows of its images; used by the losses alone."""

    target: Float[Tensor, "b h w"]
    """Share of each cell that objects of the asked class cover."""
    objects: Float[Tensor, "b h w"]
    """Share of each cell that objects of the other classes cover."""
    class_cover: Float[Tensor, "m h w"]
    """For each box, share of each cell that objects of the box's own class cover."""
    classes: Int[Tensor, " m"]
    """Class of each box; equal numbers mean the same class anywhere in the batch."""

    def to(self, device: torch.device) -> Truth:
        """The same on another device."""
        return Truth(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})


@dataclass(frozen=True)
class Detection:
    """A region that a heat map proposes. Box in pixels of the searched image, score in 0..1."""

    box: tuple[float, float, float, float]
    score: float


@dataclass(frozen=True)
class Found:
    """What one variant finds on one picture, without the measures of an analysis."""

    heat_grid: Float32[np.ndarray, "h w"]
    """Probability that a cell belongs to what was asked for; the grid covers the whole picture."""
    size: tuple[int, int]
    """(height, width) of the picture in pixels."""
    detections: tuple[Detection, ...]
    seconds: float
    """Wall time of bridge and readout, without the backbone."""

    @property
    def heatmap(self) -> Float32[np.ndarray, "H W"]:
        """The heat at the picture's own resolution, in 0..1."""
        return _resize(self.heat_grid[None], self.size)[0]


@dataclass(frozen=True)
class VariantResult:
    """What one variant makes of one scene. Arrays are numpy on the CPU; grids cover the whole image."""

    name: str
    heat_grid: Float32[np.ndarray, "h w"]
    """Probability that a cell belongs to what was asked for."""
    size: tuple[int, int]
    """(height, width) of the searched image in pixels."""
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
    detections: tuple[Detection, ...] = ()
    attention_grid: Float32[np.ndarray, "m hr wr"] | None = None
    scale_weights: Float32[np.ndarray, "m 3"] | None = None
    level_weights: Float32[np.ndarray, "m 3"] | None = None
    gates: Float32[np.ndarray, "m k"] | None = None
    summary: str = ""
    """What the bridge does, in a line."""
    comparable: bool = True
    """As `sam3viz.bridges.Bridge` has it."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    """Name in `sam3viz.METRICS` -> value; NaN where there are not enough samples."""
    seconds: float = 0.0
    """Wall time of bridge and readout, without the backbone."""

    @property
    def heatmap(self) -> Float32[np.ndarray, "H W"]:
        """The heat at the image's own resolution, in 0..1. Computed on access: a large picture costs memory."""
        return _resize(self.heat_grid[None], self.size)[0]

    @property
    def attention(self) -> Float32[np.ndarray, "m H W"] | None:
        """Context attention at the resolution of the image the boxes were drawn on, each map scaled to peak at 1."""
        if self.attention_grid is None:
            return None
        peak = self.attention_grid.max(axis=(1, 2), keepdims=True)
        return _resize(self.attention_grid / np.maximum(peak, 1e-12), self.reference_size)


def _resize(grids: Float32[np.ndarray, "c h w"], size: tuple[int, int]) -> Float32[np.ndarray, "c H W"]:
    """Bilinear, cell centres kept in place, so that a grid covers exactly the image's area."""
    tensor = torch.from_numpy(grids)[None]
    return torch.nn.functional.interpolate(tensor, size, mode="bilinear", align_corners=False)[0].clamp(0, 1).numpy()
