"""What every bridge gets, and what is known of the right answer in training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from sam3viz.types.scene import BoxRows
from sam3viz.utils.roi import roi_features


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
