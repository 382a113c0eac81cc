"""The nouns of the flow: scene -> tokens -> bridge output -> result. Shapes, units and frames are written here only.

Shape letters: ``b`` images, ``m`` boxes (exemplars or probes), ``d`` channels of the backbone's tokens,
``e`` channels after a bridge, ``h w`` the token grid, ``k`` gate channels.

Frames: a *pixel* box is ``(x0, y0, x1, y1)`` in pixels of the image it was drawn on, origin at the top left
corner of the first pixel. A *normalised* box is the same divided by the image's width and height, so it lies
in ``[0, 1]`` and maps onto the token grid by multiplication with ``(w, h, w, h)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, Int
from PIL import Image
from torch import Tensor

from sam3viz.utils.roi import roi_features

Box = tuple[float, float, float, float]
"""Corners ``(x0, y0, x1, y1)``."""
BoxRows = Sequence[Box] | Float32[np.ndarray, "m 4"]


@dataclass(frozen=True)
class Exemplar:
    """One box that a person drew: "like this" (label +1) or "not like this" (label -1). Pixel frame."""

    box: Box
    label: int = 1


@dataclass(frozen=True)
class ReferenceImage:
    """A picture with exemplars on it, from which other pictures are searched."""

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
    """What every bridge gets: both encoders' common ground. Built by `Tokens.from_boxes` or `Tokens.gather`."""

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
    use_box_position: bool = True
    """Whether an exemplar encoder may use where a box lies. On another picture the place means nothing."""

    @classmethod
    def gather(
        cls,
        visual: Float[Tensor, "b d h w"],
        boxes: Float[Tensor, "m 4"],
        labels: Int[Tensor, " m"],
        image_index: Int[Tensor, " m"],
        prompt: Bool[Tensor, " m"],
        reference: Float[Tensor, "b d hr wr"] | None = None,
        use_box_position: bool = True,
    ) -> Tokens:
        """Gather what every bridge gets; the ROI features are pooled here once for all variants.

        Args:
            boxes: normalised xyxy, in the frame of ``reference`` where given, else of ``visual``.
        """
        grid = visual if reference is None else reference
        roi = roi_features(grid, boxes, image_index)
        return cls(visual, grid, boxes, labels, image_index, prompt, roi, use_box_position)

    @classmethod
    def from_boxes(
        cls,
        visual: Float[Tensor, "1 d h w"],
        boxes: BoxRows,
        size: tuple[int, int],
        labels: Sequence[int] | None = None,
        prompt: Sequence[bool] | None = None,
        reference: Float[Tensor, "1 d hr wr"] | None = None,
        use_box_position: bool = True,
    ) -> Tokens:
        """Gather the tokens of boxes on one image.

        Args:
            visual: of the image that is searched.
            boxes: xyxy in pixels of the image that they lie on.
            size: width and height of that image in pixels.
            labels: +1 or -1 of each box; all positive by default.
            prompt: which boxes are asked with; all by default.
            reference: visual tokens of the image that the boxes lie on, where that is another one.
        """
        count, device = len(boxes), visual.device
        normalised = torch.as_tensor(np.asarray(boxes, np.float32)).to(device) / torch.tensor(
            [*size, *size], device=device
        )
        return cls.gather(
            visual,
            normalised,
            torch.tensor([1] * count if labels is None else list(labels), device=device),
            torch.zeros(count, dtype=torch.long, device=device),
            torch.tensor([True] * count if prompt is None else list(prompt), device=device),
            reference,
            use_box_position,
        )

    @property
    def geometry(self) -> Float[Tensor, "m 4"]:
        """The boxes as an exemplar encoder may see them: unless `use_box_position`, in the middle of the image, with
        their size and shape."""
        if self.use_box_position:
            return self.boxes
        x0, y0, x1, y1 = self.boxes.unbind(1)
        width, height = (x1 - x0) / 2, (y1 - y0) / 2
        return torch.stack([0.5 - width, 0.5 - height, 0.5 + width, 0.5 + height], 1)

    def to(self, device: torch.device) -> Tokens:
        """Move to another device; a shared ``reference`` stays shared."""
        names = [f.name for f in fields(self) if f.name != "use_box_position"]
        moved: dict[str, Any] = {name: getattr(self, name).to(device) for name in names}
        if self.reference is self.visual:
            moved["reference"] = moved["visual"]
        return Tokens(**moved, use_box_position=self.use_box_position)


@dataclass(frozen=True)
class Diagnostic:
    """What a bridge chose for each box: shares of named parts, or how far gates open."""

    name: str
    """In a word or two, for a heading."""
    kind: Literal["shares", "gates"]
    """"shares" sum to 1 over a box's ``parts``; "gates" lie in 0..1, where 0 keeps the exemplar as it was and 1 takes
    the fused value."""
    values: Float[Tensor, "m k"] | Float32[np.ndarray, "m k"]
    parts: tuple[str, ...] = ()
    """Of shares: what each column stands for."""

    def numpy(self) -> Diagnostic:
        """Return the same with its values as a numpy array on the CPU."""
        if isinstance(self.values, np.ndarray):
            return self
        return replace(self, values=self.values.float().cpu().numpy())


@dataclass(frozen=True)
class Stage:
    """The exemplars after one step of a bridge, in the bridge's final space."""

    name: str
    """Of the step, in a word or two."""
    exemplar: Float[Tensor, "m e"] | Float32[np.ndarray, "m e"]

    def numpy(self) -> Stage:
        """Return the same with its tokens as a numpy array on the CPU."""
        if isinstance(self.exemplar, np.ndarray):
            return self
        return replace(self, exemplar=self.exemplar.float().cpu().numpy())


@dataclass(frozen=True)
class BridgeOutput:
    """Both sides after a bridge, in one space: the cosine of any two rows is meaningful."""

    visual: Float[Tensor, "b e h w"]
    reference: Float[Tensor, "b e hr wr"]
    exemplar: Float[Tensor, "m e"]
    attention: Float[Tensor, "m hr wr"] | None = None
    """Share of each box's context attention that falls on each cell of the reference; sums to 1."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """In the order in which they are displayed."""
    stages: tuple[Stage, ...] = ()
    """The way of the exemplars through the bridge, step by step; the last stage is ``exemplar`` itself."""

    def diagnostic(self, name: str) -> Diagnostic | None:
        """Return the diagnostic of that name, where the bridge has it."""
        return next((diagnostic for diagnostic in self.diagnostics if diagnostic.name == name), None)


@dataclass(frozen=True)
class GroundTruth:
    """What is known of an episode's images; only the losses use it."""

    target: Float[Tensor, "b h w"]
    """Share of each cell that objects of the asked class cover."""
    objects: Float[Tensor, "b h w"]
    """Share of each cell that objects of the other classes cover."""
    class_cover: Float[Tensor, "m h w"]
    """For each box, share of each cell that objects of the box's own class cover."""
    classes: Int[Tensor, " m"]
    """Class of each box; equal numbers mean the same class anywhere in the batch."""

    def to(self, device: torch.device) -> GroundTruth:
        """The same on another device."""
        return GroundTruth(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})


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
