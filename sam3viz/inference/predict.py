"""One bridge on one scene: from tokens to its prediction, and to the measures over the probe boxes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float, Float32
from PIL import Image
from torch import Tensor

from sam3viz.bridges import Bridge
from sam3viz.bridges.layers import pooled_roi, roi_of
from sam3viz.bridges.mechanisms import ATTENTION
from sam3viz.inference.readout import detect, predict_heat, similarity, vote
from sam3viz.metrics import METRICS
from sam3viz.types import (
    BridgeOutput,
    Exemplar,
    Prediction,
    ReferenceImage,
    Scene,
    StageResult,
    Tokens,
    VariantResult,
)


@dataclass(frozen=True)
class EncodedReference:
    """A reference picture with its boxes and its visual tokens."""

    reference: ReferenceImage
    visual: Float[Tensor, "1 d hr wr"]


@dataclass(frozen=True)
class ProbeResult:
    """Both sides of the probe boxes through one bridge, and the measures over them."""

    exemplar: Float32[np.ndarray, "p e"]
    partner: Float32[np.ndarray, "p e"]
    metrics: dict[str, float]


def exemplar_tokens(
    visual: Float[Tensor, "1 d h w"],
    exemplars: Sequence[Exemplar],
    size: tuple[int, int],
    reference: Float[Tensor, "1 d hr wr"] | None = None,
    use_box_position: bool = True,
) -> Tokens:
    """Gather the tokens of drawn exemplars, all of them prompts.

    Args:
        visual: of the image that is searched.
        size: width and height in pixels of the image that the exemplars were drawn on.
        reference: visual tokens of that image, where it is not the searched one.
    """
    boxes, labels = [e.box for e in exemplars], [e.label for e in exemplars]
    return Tokens.from_boxes(visual, boxes, size, labels, None, reference, use_box_position)


def predict(bridge: Bridge, parts: Sequence[Tokens], image: Image.Image) -> Prediction:
    """Search one image with the exemplars of one or several references, which vote together.

    Args:
        parts: tokens of each reference's exemplars, all with the searched image's visual tokens.
        image: the searched image.
    """
    start = time.perf_counter()
    cosine = torch.cat([similarity(bridge(tokens), tokens) for tokens in parts])
    labels = torch.cat([tokens.labels for tokens in parts])
    logits = vote(bridge.scale * cosine + bridge.bias, labels, torch.zeros_like(labels), images=1)
    heat = logits.sigmoid()[0].float().cpu().numpy()
    seconds = time.perf_counter() - start
    size = image.size[::-1]
    return Prediction(heat, size, detect(heat, size), seconds)


def run_probes(bridge: Bridge, tokens: Tokens, probes: Float32[np.ndarray, "p 4"]) -> ProbeResult:
    """Encode the probe boxes and take every measure over them; as `encode_probes`."""
    exemplar, partner = encode_probes(bridge, tokens, probes)
    return ProbeResult(exemplar, partner, {name: metric(exemplar, partner) for name, metric in METRICS.items()})


def encode_probes(
    bridge: Bridge, tokens: Tokens, probes: Float32[np.ndarray, "p 4"]
) -> tuple[Float32[np.ndarray, "p e"], Float32[np.ndarray, "p e"]]:
    """Encode the probe boxes as positive instances beside the drawn ones, which alone are prompts.

    Args:
        probes: normalised xyxy, in the frame of the image the exemplars were drawn on.

    Returns:
        Exemplar and visual side of each box.
    """
    count, boxes = len(tokens.boxes), torch.from_numpy(probes).to(tokens.boxes)
    more = tokens.labels.new_ones(len(probes))
    both = Tokens.gather(
        tokens.visual,
        torch.cat([tokens.boxes, boxes]),
        torch.cat([tokens.labels, more]),
        torch.cat([tokens.image_index, 0 * more]),
        torch.cat([tokens.prompt, ~more.bool()]),
        None if tokens.reference is tokens.visual else tokens.reference,
        tokens.use_box_position,
    )
    output = bridge(both)
    exemplar = output.exemplar[count:].float().cpu().numpy()
    partner = pooled_roi(roi_of(output.reference, both))[count:].float().cpu().numpy()
    return exemplar, partner


def analyze_variant(bridge: Bridge, tokens: Tokens, scene: Scene, probed: ProbeResult) -> VariantResult:
    """Run one bridge on a scene's exemplars and join its prediction with the probes' measures."""
    start = time.perf_counter()
    output = bridge(tokens)
    heat = predict_heat(bridge, output, tokens)[0]
    seconds = time.perf_counter() - start
    size = scene.image.size[::-1]
    stages = tuple(
        StageResult(
            stage.name,
            stage.exemplar.float().cpu().numpy(),
            predict_heat(bridge, replace(output, exemplar=stage.exemplar), tokens)[0],
        )
        for stage in output.stages
    )
    return VariantResult(
        heat_grid=heat,
        size=size,
        detections=detect(heat, size),
        seconds=seconds,
        name=bridge.name,
        reference_size=scene.drawn_on.size[::-1],
        visual=output.visual[0].flatten(1).T.float().cpu().numpy(),
        exemplar=output.exemplar.float().cpu().numpy(),
        partner=pooled_roi(roi_of(output.reference, tokens)).float().cpu().numpy(),
        probe_exemplar=probed.exemplar,
        probe_partner=probed.partner,
        attention_grid=None if output.attention is None else output.attention.float().cpu().numpy(),
        diagnostics=tuple(diagnostic.numpy() for diagnostic in output.diagnostics),
        stages=stages,
        neutral_changes=_heat_changes(bridge, tokens, output, heat),
        summary=bridge.summary,
        comparable=bridge.comparable,
        metrics=dict(probed.metrics),
    )


def _heat_changes(
    bridge: Bridge, tokens: Tokens, output: BridgeOutput, heat: Float32[np.ndarray, "h w"]
) -> dict[str, float]:
    """Replace each mechanism that is drawn by its neutral form; see `VariantResult.neutral_changes`."""
    drawn = {diagnostic.name for diagnostic in output.diagnostics}
    if output.attention is not None:
        drawn.add(ATTENTION.name)
    changes = {}
    for mechanism in bridge.mechanisms:
        if mechanism.name in drawn:
            without = bridge(tokens, neutral={mechanism.name})
            changes[mechanism.name] = float(np.abs(predict_heat(bridge, without, tokens)[0] - heat).max())
    return changes
