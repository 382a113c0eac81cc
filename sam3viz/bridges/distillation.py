"""`distillation`: alignment by a teacher, the frozen vision encoder."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from sam3viz.bridges.base import Bridge
from sam3viz.bridges.layers import both_grids, mean_by_image, pooled_roi, roi_of, unit_variance
from sam3viz.bridges.mechanisms import PROJECTION, Neutral
from sam3viz.bridges.roi_processor import RoiProcessor
from sam3viz.types import BridgeOutput, GroundTruth, Stage, Tokens


class Distillation(Bridge):
    """The exemplar token is projected onto the visual feature of its own box, which does not move."""

    name = "distillation"
    title = "Distillation"
    summary = "The exemplar encoder learns to predict the frozen visual feature of its own region."
    citation = "design document 3.1.2"
    detects = False
    mechanisms = (*RoiProcessor.mechanisms, PROJECTION)

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.roi_processor = RoiProcessor(dim)
        self.projection = nn.Linear(dim, dim)

    def forward(self, tokens: Tokens, neutral: Neutral = ()) -> BridgeOutput:
        visual, reference = both_grids(unit_variance, tokens)
        pooled, encoded = self.roi_processor(roi_of(reference, tokens), reference, tokens, neutral)
        projected = encoded if PROJECTION.name in neutral else self.projection(encoded)
        steps = {"object pooled": pooled, "encoded": encoded, "projected": projected}
        return BridgeOutput(visual, reference, projected, stages=Stage.sequence(steps))

    def loss(self, bridged: BridgeOutput, tokens: Tokens, truth: GroundTruth) -> dict[str, Tensor]:
        rows = distillation(bridged.exemplar, pooled_roi(tokens.roi))
        return {"distillation": mean_by_image(rows, torch.ones_like(rows, dtype=torch.bool), tokens.image_index)}


def distillation(student: Float[Tensor, "m d"], teacher: Float[Tensor, "m d"]) -> Float[Tensor, " m"]:
    """``1 - cosine`` plus the squared error to the teacher's direction, a row; both 0 where the student equals it.

    The teacher has no gradient, and is scaled to norm sqrt(d), so that the error is per channel of unit variance.
    """
    student, target = student.float(), F.normalize(teacher.detach().float(), dim=-1)
    cosine = 1 - F.cosine_similarity(student, target, dim=-1)
    return cosine + (student - target * target.shape[-1] ** 0.5).square().mean(-1)
