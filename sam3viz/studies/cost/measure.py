"""Every variant on the same picture and the same training batch, into one table.

The whole model is the backbone and one variant. In training the backbone is frozen and runs forward only, as where
scenes are composed on the fly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import torch
from PIL import Image
from torch import Tensor, nn

from sam3viz.bridges import Bridge
from sam3viz.data.examples import load_examples
from sam3viz.data.synthetic.rendered import rendered_pictures
from sam3viz.encoders import Backbone
from sam3viz.inference.predict import exemplar_tokens
from sam3viz.inference.readout import heat_logits, similarity
from sam3viz.studies.cost.profiling import Work, flops, interleaved_seconds, kept_bytes, parameters, peak_bytes
from sam3viz.training.episodes import EpisodeSampler, encode_scene
from sam3viz.training.objective import detection_loss, joint_objective
from sam3viz.types import GroundTruth, Tokens

BACKBONE = "backbone"
"""The row of the backbone alone."""
COLUMNS = [
    "parameters", "flops", "forward_s", "forward_low_s", "forward_high_s", "train_s", "train_without_s", "kept_bytes",
    "peak_bytes",
]  # fmt: skip
BATCH = 2
"""Episodes of the training step that is measured."""
_POOL = 6
"""Scenes composed for them, since some ask nothing."""


@dataclass(frozen=True)
class Workload:
    """What every variant is given."""

    image: Image.Image
    side: int
    """Pixels of the longer side that pictures are seen at."""
    tokens: Tokens
    """Of the image, with its exemplars."""
    batch: tuple[Tokens, GroundTruth]
    """Rendered scenes for a training step, square and seen at the same size."""


def workload(backbone: Backbone, side: int | None = None) -> Workload:
    """The opening example with its boxes, and a batch of rendered scenes, their longer side as near ``side`` as the
    backbone allows; at its own size by default."""
    side = max(backbone.input_size(1, 1, side))
    example = next(iter(load_examples().values()))
    image = example.image()
    with torch.no_grad():
        visual = backbone.encode(image, side)
        tokens = exemplar_tokens(visual, example.exemplars, image.size)
        pictures = rendered_pictures()
        composer = pictures.composer(side, 0)
        scenes = [encode_scene(composer.scene(i), side, backbone, pictures.class_ids) for i in range(_POOL)]
    asked, truth = EpisodeSampler([scene for scene in scenes if scene.askable], BATCH, seed=0)(0)
    return Workload(image, side, tokens, (asked.to(visual.device), truth.to(visual.device)))


def measure(
    backbone: Backbone,
    bridges: Mapping[str, Bridge],
    work: Workload,
    repetitions: int,
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> pd.DataFrame:
    """One row for the backbone and for each bridge.

    Columns: ``parameters``; ``flops``, ``peak_bytes`` and ``forward_s`` (with quartiles ``forward_low_s``,
    ``forward_high_s``) of one picture with its exemplars; ``train_s`` of one training step (forward, loss, backward)
    and ``train_without_s`` of the same without its alignment loss, NaN where a bridge has none or is nothing else;
    ``kept_bytes`` for the backward pass of that step. The backbone's ``train_s`` is its forward pass over the batch,
    its ``kept_bytes`` what it would keep if it were trained. Times are medians over ``repetitions``.

    Args:
        bridges: left as they are; copies are trained.
        progress: called with (phase, done, total); may raise to stop.
    """
    device = work.tokens.visual.device
    trained = {name: deepcopy(bridge).train().requires_grad_(True) for name, bridge in bridges.items()}
    forward: dict[str, Work] = {BACKBONE: partial(backbone.encode, work.image, work.side)}
    forward |= {name: partial(answer, bridge, work.tokens) for name, bridge in bridges.items()}
    steps: dict[tuple[str, str], Work] = {(BACKBONE, "train"): partial(_see, backbone, work)}
    for name, bridge in trained.items():
        steps[name, "train"] = partial(step, bridge, work, aligned=True)
        if _can_do_without(bridge, work):
            steps[name, "train_without"] = partial(step, bridge, work, aligned=False)
    whole = deepcopy(backbone).requires_grad_(True)
    grown: dict[str, tuple[nn.Module, Work]] = {BACKBONE: (whole, partial(_see, whole, work))}
    grown |= {name: (bridge, partial(objective, bridge, work, aligned=True)) for name, bridge in trained.items()}

    rows: dict[str, dict[str, float]] = {}
    for done, (name, (module, kept)) in enumerate(grown.items(), 1):
        rows[name] = {
            "parameters": parameters(module),
            "flops": flops(forward[name]),
            "kept_bytes": kept_bytes(kept, module),
            "peak_bytes": peak_bytes(forward[name], device),
        }
        progress("Variants counted", done, len(grown))
    counted = partial(progress, "Forward passes, all variants in turn")
    for name, values in interleaved_seconds(forward, repetitions, device, counted).items():
        low, median, high = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
        rows[name] |= {"forward_s": median, "forward_low_s": low, "forward_high_s": high}
    counted = partial(progress, "Training steps, all variants in turn")
    for (name, what), values in interleaved_seconds(steps, repetitions, device, counted).items():
        rows[name][f"{what}_s"] = float(np.median(values))
    return pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS).rename_axis("variant")


@torch.inference_mode()
def answer(bridge: Bridge, tokens: Tokens) -> Tensor:
    """Bridge and readout, as on the page."""
    return heat_logits(similarity(bridge(tokens), tokens), tokens, bridge.scale, bridge.bias)


def objective(bridge: Bridge, work: Workload, aligned: bool) -> Tensor:
    """What a training step minimises, with or without the alignment terms."""
    tokens, truth = work.batch
    bridged = bridge(tokens)
    if aligned:
        return joint_objective(bridge, bridged, tokens, truth)["total"]
    return torch.stack(list(detection_loss(bridge, bridged, tokens, truth).values())).sum()


def step(bridge: Bridge, work: Workload, aligned: bool) -> None:
    """Forward, loss and backward; the optimiser's own work is the same with and without alignment."""
    objective(bridge, work, aligned).backward()
    bridge.zero_grad()


def _can_do_without(bridge: Bridge, work: Workload) -> bool:
    """Whether the bridge has an alignment loss and is more than it."""
    tokens, truth = work.batch
    with torch.no_grad():
        return bridge.detects and bool(bridge.loss(bridge(tokens), tokens, truth))


def _see(backbone: Backbone, work: Workload) -> Tensor:
    """The backbone's forward pass over as many square scenes as the batch has, at every scale it looks at."""
    seen = []
    for scale in backbone.scales:
        side = backbone.input_size(1, 1, work.side * scale)
        device = work.tokens.visual.device
        pixels = torch.full((BATCH, 3, *side), 127.0, device=device).contiguous(memory_format=torch.channels_last)
        seen.append(backbone(backbone.normalise(pixels)).mean())
    return torch.stack(seen)
