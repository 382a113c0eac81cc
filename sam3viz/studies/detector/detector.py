"""SAM 3's detector on prompts of our own: any tokens in place of those that its exemplar encoder makes."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, UInt8
from torch import Tensor, nn

from sam3viz.encoders.sam3 import LENGTH, Sam3Backbone
from sam3viz.types import Box, Detection

THRESHOLD = 0.3
MAX_DETECTIONS, MASK_SIDE = 50, 400
"""Detections of one prompt, and the longer side of their masks in pixels: a study holds those of every prompt."""


@dataclass(frozen=True)
class PackedMasks:
    """Binary masks, eight pixels a byte."""

    bits: UInt8[np.ndarray, "n bytes"]
    size: tuple[int, int]
    """Height and width."""

    @classmethod
    def pack(cls, masks: Bool[np.ndarray, "n H W"]) -> PackedMasks:
        """Take the masks' pixels together."""
        count, height, width = masks.shape
        return cls(np.packbits(masks.reshape(count, height * width), axis=1), (height, width))

    def unpack(self) -> Bool[np.ndarray, "n H W"]:
        """Return a byte a pixel again."""
        height, width = self.size
        flat = np.unpackbits(self.bits, axis=1, count=height * width)
        return flat.reshape(len(self.bits), height, width).astype(bool)


@dataclass(frozen=True)
class DetectorOutput:
    """What the detector finds with one prompt, best first."""

    detections: tuple[Detection, ...]
    """Boxes in pixels of the picture, clipped to it."""
    masks: PackedMasks
    """In the picture's aspect, with a longer side of at most `MASK_SIDE` pixels."""
    presence: float
    """Probability that anything of the kind is there at all."""


class Detector:
    """SAM 3's detector, whose text is the placeholder word "visual", as it is where there are boxes alone."""

    def __init__(self, backbone: Sam3Backbone) -> None:
        self.model = backbone.model
        self.text, self.mask = backbone.placeholder

    @property
    def attentions(self) -> list[nn.Module]:
        """The cross-attention of each layer of the encoder, from the picture to the prompt."""
        return [layer.cross_attn for layer in self.model.detr_encoder.layers]

    @torch.no_grad()
    def run_model(self, vision: Any, tokens: Float[Tensor, "k d"] | None) -> Any:  # noqa: ANN401 transformers is an extra
        """Return the model's own output for a picture's vision output and geometry ``tokens``.

        With the tokens that its exemplar encoder makes of some boxes it is, bit for bit, what it gives for those boxes.
        """
        prompt, mask = self.text, self.mask
        if tokens is not None:
            prompt = torch.cat([prompt, tokens[None].to(prompt.dtype)], 1)
            mask = torch.cat([mask, mask.new_ones(1, len(tokens))], 1)
        return self.model(vision_embeds=vision, attention_mask=mask, text_embeds=SimpleNamespace(pooler_output=prompt))

    def __call__(
        self,
        vision: Any,  # noqa: ANN401 transformers is an extra
        tokens: Float[Tensor, "k d"] | None,
        size: tuple[int, int],
        threshold: float = THRESHOLD,
    ) -> DetectorOutput:
        """Detect what scores above ``threshold``.

        Args:
            vision: the vision encoder's output for the picture.
            tokens: geometry tokens; None for text alone.
            size: height and width of the picture in pixels.
        """
        from transformers import Sam3ImageProcessor

        out = self.run_model(vision, tokens)
        shrink = min(1.0, MASK_SIDE / max(size))
        small = max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))
        best = out.pred_logits[0].topk(min(MAX_DETECTIONS, out.pred_logits.shape[1])).indices
        out.pred_logits, out.pred_boxes = out.pred_logits[:, best], out.pred_boxes[:, best]
        out.pred_masks = out.pred_masks[:, best]
        (processed,) = Sam3ImageProcessor().post_process_instance_segmentation(out, threshold, target_sizes=[small])
        scores = processed["scores"].float().cpu().tolist()
        boxes = processed["boxes"].float().cpu() / torch.tensor([small[1], small[0]] * 2) if scores else []
        return DetectorOutput(
            tuple(Detection(_clip(box, size), score) for box, score in zip(boxes, scores, strict=True)),
            PackedMasks.pack(processed["masks"].bool().cpu().numpy().reshape(len(scores), *small)),
            float(out.presence_logits.float().sigmoid()),
        )


def _clip(box: Float[Tensor, 4], size: tuple[int, int]) -> Box:
    """Turn shares of the picture into pixels within it."""
    x0, y0, x1, y1 = (box.clamp(0, 1) * torch.tensor([size[1], size[0]] * 2)).tolist()
    return x0, y0, x1, y1


def shared_attention(maps: list[Tensor], grid: tuple[int, int]) -> Float32[np.ndarray, "layers k h w"]:
    """Tell where each layer's image tokens look among text (summed) and each geometry token: sums to 1 over ``k``.

    Args:
        maps: what `record_attention` gave of `Detector.attentions`; the mean over heads is taken.
        grid: rows and columns of the image's tokens.
    """
    mean = torch.cat(maps).mean(1)
    text, geometry = mean[..., :LENGTH].sum(-1, keepdim=True), mean[..., LENGTH:]
    return torch.cat([text, geometry], -1).transpose(1, 2).unflatten(2, grid).numpy()
