"""One bridge on one scene: from tokens to what it finds, and to the measures over the probe boxes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32
from PIL import Image
from torch import Tensor

from sam3viz.bridges import Bridge
from sam3viz.bridges.layers import pooled_roi, roi_of
from sam3viz.encoders.roi import make_tokens
from sam3viz.inference.readout import detect, heat_logits, similarity, voted
from sam3viz.metrics import METRICS
from sam3viz.types import Bridged, Found, Scene, Shot, Tokens, VariantResult


@dataclass(frozen=True)
class EncodedShot:
    """A reference picture with its boxes and its visual tokens."""

    shot: Shot
    visual: Float[Tensor, "1 d hr wr"]


@dataclass(frozen=True)
class Probed:
    """Both sides of the probe boxes through one bridge, and the measures over them."""

    exemplar: Float32[np.ndarray, "p e"]
    partner: Float32[np.ndarray, "p e"]
    metrics: dict[str, float]


def tokens_of(
    scene: Scene, visual: Float[Tensor, "1 d h w"], drawn_on: Float[Tensor, "1 d hr wr"] | None, placed: bool
) -> Tokens:
    """The drawn boxes, all of them prompts."""
    width, height = scene.drawn_on.size
    boxes = torch.tensor([e.box for e in scene.exemplars]) / torch.tensor([width, height] * 2)
    labels = torch.tensor([e.label for e in scene.exemplars], device=visual.device)
    index, prompt = torch.zeros_like(labels), torch.ones_like(labels).bool()
    return make_tokens(visual, boxes.to(visual.device), labels, index, prompt, drawn_on, placed)


def found_by(bridge: Bridge, parts: Sequence[Tokens], image: Image.Image) -> Found:
    start = time.perf_counter()
    cosine = torch.cat([similarity(bridge(tokens), tokens) for tokens in parts])
    labels = torch.cat([tokens.labels for tokens in parts])
    logits = voted(bridge.scale * cosine + bridge.bias, labels, torch.zeros_like(labels), images=1)
    heat = logits.sigmoid()[0].float().cpu().numpy()
    seconds = time.perf_counter() - start
    size = image.size[::-1]
    return Found(heat, size, detect(heat, size), seconds)


def probed_by(bridge: Bridge, tokens: Tokens, probes: Float32[np.ndarray, "p 4"]) -> Probed:
    """Encode the probe boxes as positive instances beside the drawn ones, which alone are prompts."""
    drawn, boxes = len(tokens.boxes), torch.from_numpy(probes).to(tokens.boxes)
    more = tokens.labels.new_ones(len(probes))
    both = make_tokens(
        tokens.visual,
        torch.cat([tokens.boxes, boxes]),
        torch.cat([tokens.labels, more]),
        torch.cat([tokens.image_index, 0 * more]),
        torch.cat([tokens.prompt, ~more.bool()]),
        None if tokens.reference is tokens.visual else tokens.reference,
        tokens.placed,
    )
    bridged = bridge(both)
    exemplar = bridged.exemplar[drawn:].float().cpu().numpy()
    partner = pooled_roi(roi_of(bridged.reference, both))[drawn:].float().cpu().numpy()
    return Probed(exemplar, partner, {name: metric(exemplar, partner) for name, metric in METRICS.items()})


def run_bridge(bridge: Bridge, tokens: Tokens, scene: Scene, probed: Probed) -> VariantResult:
    start = time.perf_counter()
    bridged = bridge(tokens)
    logits = heat_logits(similarity(bridged, tokens), tokens, bridge.scale, bridge.bias)
    heat = logits.sigmoid()[0].float().cpu().numpy()
    seconds = time.perf_counter() - start
    size = scene.image.size[::-1]
    return VariantResult(
        bridge.name,
        heat,
        size,
        scene.drawn_on.size[::-1],
        visual=bridged.visual[0].flatten(1).T.float().cpu().numpy(),
        exemplar=bridged.exemplar.float().cpu().numpy(),
        partner=pooled_roi(roi_of(bridged.reference, tokens)).float().cpu().numpy(),
        probe_exemplar=probed.exemplar,
        probe_partner=probed.partner,
        detections=detect(heat, size),
        **_shown(bridged),
        summary=bridge.summary,
        comparable=bridge.comparable,
        metrics=dict(probed.metrics),
        seconds=seconds,
    )


def _shown(bridged: Bridged) -> dict[str, Any]:
    """Maps and weights, where the bridge has them."""
    names = {"attention_grid": "attention", "scale_weights": "scale_weights", "level_weights": "level_weights"}
    values = {shown: getattr(bridged, name) for shown, name in (names | {"gates": "gates"}).items()}
    return {name: value.float().cpu().numpy() for name, value in values.items() if value is not None}
