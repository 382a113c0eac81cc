"""What is measured on one picture with boxes: the tokens' parts, where they look, and the detector's answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges.layers import cosines
from sam3viz.encoders.sam3 import Sam3Backbone
from sam3viz.encoders.sam3_geometry import PARTS, record_attention
from sam3viz.studies.detector.detector import Detector, DetectorOutput, shared_attention
from sam3viz.studies.detector.prompts import ExemplarBoxes, TokenPrompt
from sam3viz.types import Scene
from sam3viz.utils.jobs import ReportProgress


@dataclass(frozen=True)
class EncodedScene:
    """A scene as SAM 3's parts take it."""

    scene: Scene
    visual: Float[Tensor, "1 d h w"]
    """Of the picture that is searched."""
    reference: Float[Tensor, "1 d hr wr"]
    """Of the picture that the boxes are on; the same tensor as ``visual`` unless cross-image."""
    vision: Any
    """The vision encoder's output for the picture that is searched."""
    boxes: ExemplarBoxes


@dataclass(frozen=True)
class TokenMeasurement:
    """What the exemplar tokens are made of, and where they look."""

    norms: Float32[np.ndarray, "m 4"]
    """Length of each of `PARTS` of each box's embedding."""
    shares: Float32[np.ndarray, "m 4"]
    """Share of each of `PARTS`, see `sam3viz.encoders.sam3_geometry.EmbeddingParts.shares`; the four sum to 1."""
    attention: Float32[np.ndarray, "layers heads m h w"]
    """Where each box's token looks on the picture it was drawn on; sums to 1 over the grid."""


def encode_scene(analyzer: Analyzer, backbone: Sam3Backbone, scene: Scene) -> EncodedScene:
    """Encode both pictures of a scene, or take them from the analyzer's cache, and bring the boxes into their frame."""
    visual, reference = analyzer.encode(scene.image), analyzer.encode(scene.drawn_on)
    width, height = scene.drawn_on.size
    device = backbone.model.device
    corners = torch.tensor([e.box for e in scene.exemplars], device=device)
    labels = torch.tensor([e.label for e in scene.exemplars], device=device)
    normalised = corners / corners.new_tensor([width, height] * 2)
    boxes = ExemplarBoxes(scene.exemplars, normalised, labels, backbone.vision_output(reference))
    return EncodedScene(scene, visual, reference, backbone.vision_output(visual), boxes)


def measure_tokens(backbone: Sam3Backbone, encoded: EncodedScene) -> TokenMeasurement:
    """Take the tokens of the boxes apart and record where they look."""
    boxes = encoded.boxes
    parts = backbone.geometry.parts(boxes.boxes, boxes.labels, boxes.vision)
    with record_attention(backbone.geometry.attentions) as maps:
        backbone.geometry.tokens(parts.embedding(), torch.zeros_like(boxes.labels), boxes.vision)
    norms = torch.stack([getattr(parts, name).float().norm(dim=1) for name in PARTS], 1)
    attention = torch.cat(maps)[:, :, : len(boxes.exemplars)]  # the last is of CLS
    return TokenMeasurement(
        norms.cpu().numpy(),
        parts.shares().float().cpu().numpy(),
        attention.unflatten(3, encoded.reference.shape[-2:]).numpy(),
    )


def measure_similarity(prompt: TokenPrompt, visual: Float[Tensor, "1 d h w"]) -> Float32[np.ndarray, "h w"] | None:
    """Average the cosine of the positive boxes' tokens with the level; None without positive boxes."""
    if prompt.exemplars is None or prompt.labels is None:
        return None
    positive = prompt.exemplars[prompt.labels > 0].float()
    if not len(positive):
        return None
    index = torch.zeros(len(positive), dtype=torch.long, device=visual.device)
    return cosines(positive, visual, index).mean(0).cpu().numpy()


def measure_detections(
    analyzer: Analyzer,
    backbone: Sam3Backbone,
    encoded: EncodedScene,
    prompts: Sequence[TokenPrompt],
    threshold: float,
    progress: ReportProgress,
) -> tuple[list[DetectorOutput], Float32[np.ndarray, "layers k h w"]]:
    """Run the detector on every prompt, and record how its encoder reads the first one.

    Others may have their turn with the analyzer between two prompts.

    Args:
        threshold: score from which a detection counts, 0..1.
        progress: called with "Prompts tried"; may raise to stop.

    Returns:
        What is detected with each prompt, and `shared_attention` of the first.
    """
    detector = Detector(backbone)
    size = encoded.scene.image.size[::-1]
    outputs: list[DetectorOutput] = []
    maps: list[Tensor] = []
    for number, prompt in enumerate(prompts):
        progress("Prompts tried", number, len(prompts))
        with analyzer.exclusive(), record_attention(() if outputs else detector.attentions) as weights:
            outputs.append(detector(encoded.vision, prompt.tokens, size, threshold))
        maps += weights
    return outputs, shared_attention(maps, backbone.grid(*encoded.scene.image.size))
