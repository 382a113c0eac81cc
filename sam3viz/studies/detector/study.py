"""One picture with boxes through the real SAM 3: everything that a report or the page shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float32
from PIL import Image

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges.checkpoints import own_bridges
from sam3viz.bridges.layers import cosines
from sam3viz.encoders.sam3 import Sam3Backbone
from sam3viz.encoders.sam3_geometry import PARTS, recorded
from sam3viz.inference.inputs import make_scene
from sam3viz.studies.detector.detector import THRESHOLD, Detected, Detector, shared_attention
from sam3viz.studies.detector.prompts import MOST_VARIED, Boxes, Prompt, prompts
from sam3viz.studies.detector.words import BARE, ENGLISH, TOKENS
from sam3viz.types import Exemplar, Scene
from sam3viz.utils.command_line import versions, write_json
from sam3viz.utils.jobs import ReportProgress

PACKAGES = ("torch", "torchvision", "transformers")


@dataclass(frozen=True)
class Outcome:
    """What one prompt leads to."""

    kind: str
    """As `Prompt` has them."""
    subject: str
    found: Detected
    similarity: Float32[np.ndarray, "h w"] | None
    """Mean cosine of the positive boxes' tokens with the level, a diagnostic and not the model's own similarity; None
    without boxes."""
    agreement: float
    """IoU of everything found with everything found as drawn; 1 where neither finds anything."""
    control: float | None
    """The same with what SAM 3's own tokens find without CLS; None unless these are another encoder's tokens."""

    @property
    def title(self) -> str:
        """In English, as files have it."""
        return ENGLISH.title(self.kind, self.subject)


@dataclass(frozen=True)
class Sam3Study:
    """Everything about one prompt and its variations."""

    scene: Scene
    norms: Float32[np.ndarray, "m 4"]
    """Length of each of `PARTS` of each box's embedding."""
    shares: Float32[np.ndarray, "m 4"]
    """Share of each of `PARTS`, see `Parts.shares`; the four sum to 1."""
    attention: Float32[np.ndarray, "layers heads m h w"]
    """Where each box's token looks on the picture it was drawn on; sums to 1 over the grid."""
    reading: Float32[np.ndarray, "stages k h w"]
    """As drawn: where the detector's image tokens look among text, each box and CLS, layer by layer; sums to 1
    over ``k``."""
    outcomes: tuple[Outcome, ...]
    """As drawn first."""
    settings: dict[str, str] = field(default_factory=dict)

    def table(self) -> pd.DataFrame:
        """A row a prompt: how many were found, presence, best score, agreement with the prompt as drawn."""
        rows = [
            {
                "prompt": outcome.title,
                "found": len(outcome.found.detections),
                "presence": outcome.found.presence,
                "best score": max((d.score for d in outcome.found.detections), default=float("nan")),
                "IoU with as drawn": outcome.agreement,
                "IoU with own tokens without CLS": float("nan") if outcome.control is None else outcome.control,
            }
            for outcome in self.outcomes
        ]
        return pd.DataFrame(rows).set_index("prompt")

    @property
    def varied(self) -> int:
        """Boxes that were left out and turned round, the first ones."""
        return min(MOST_VARIED, len(self.scene.exemplars))

    def parts(self) -> pd.DataFrame:
        """A row a box, a column a part: its share in the embedding."""
        return pd.DataFrame(self.shares, columns=list(PARTS), index=range(1, len(self.shares) + 1))

    def to_json(self, path: Path) -> None:
        """Shares, the table of prompts with every detection, and the settings."""
        boxes = [[{"box": list(d.box), "score": d.score} for d in o.found.detections] for o in self.outcomes]
        table = self.table().replace({np.nan: None}).reset_index().to_dict("records")
        told = [{**row, "detections": found} for row, found in zip(table, boxes, strict=True)]
        exemplars = [{"box": list(e.box), "label": e.label} for e in self.scene.exemplars]
        parts = self.parts().to_dict("records")
        write_json({"exemplars": exemplars, "parts": parts, "prompts": told, "settings": self.settings}, path)


def study(
    analyzer: Analyzer,
    image: Image.Image,
    exemplars: Sequence[Exemplar],
    progress: ReportProgress,
    reference: Image.Image | None = None,
    threshold: float = THRESHOLD,
) -> Sam3Study:
    """Take the tokens apart, look at the attention, and run the detector on every prompt of `prompts`.

    Args:
        analyzer: of a `Sam3Backbone`.
        exemplars: boxes in pixels of ``reference`` where given, else of ``image``.
        threshold: score from which a detection counts, 0..1.

    Raises:
        ValueError: another backbone, or a picture or box that cannot be used.
    """
    backbone = analyzer.backbone
    if not isinstance(backbone, Sam3Backbone):
        raise ValueError(f"{backbone.identity} is not SAM 3: choose the backbone sam3 or sam3:DIR.")
    scene = make_scene(image, exemplars, reference)
    size = scene.image.size[::-1]
    progress("Pictures read", 0, 1)
    with analyzer.exclusive():
        visual, drawn_on = analyzer.encode(scene.image), analyzer.encode(scene.drawn_on)
        vision, boxes = backbone.seen(visual), _boxes(backbone, scene, backbone.seen(drawn_on))
        parts = backbone.geometry.parts(boxes.boxes, boxes.labels, boxes.vision)
        with recorded(backbone.geometry.attentions) as maps:
            backbone.geometry.tokens(parts.summed(), torch.zeros_like(boxes.labels), boxes.vision)
        detector = Detector(backbone)
        own = own_bridges(backbone)
        foreign = {name: bridge for name, bridge in analyzer.bridges.items() if name not in own}
        asked = list(prompts(backbone, boxes, foreign, visual, drawn_on))
        similar = [_similarity(prompt, visual) for prompt in asked]
    found: list[Detected] = []
    read: list[torch.Tensor] = []
    for number, prompt in enumerate(asked):
        progress("Prompts tried", number, len(asked))
        # Others may have their turn between two prompts; what reads the prompt is kept for the first alone.
        with analyzer.exclusive(), recorded(() if found else detector.attentions) as readers:
            found.append(detector(vision, prompt.tokens, size, threshold))
        read += readers
    control = found[[prompt.kind for prompt in asked].index(BARE)]
    count = len(scene.exemplars)
    norms = torch.stack([getattr(parts, name).float().norm(dim=1) for name in PARTS], 1)
    return Sam3Study(
        scene,
        norms.cpu().numpy(),
        parts.shares().float().cpu().numpy(),
        torch.cat(maps)[:, :, :count].unflatten(3, drawn_on.shape[-2:]).numpy(),
        shared_attention(read, backbone.grid(*scene.image.size)),
        tuple(
            Outcome(
                prompt.kind,
                prompt.subject,
                seen,
                heat,
                _agreement(seen, found[0]),
                _agreement(seen, control) if prompt.kind == TOKENS else None,
            )
            for prompt, seen, heat in zip(asked, found, similar, strict=True)
        ),
        {
            "backbone": backbone.identity,
            "threshold": f"{threshold:g}",
            "boxes left out and turned round": f"{min(MOST_VARIED, count)} of {count}",
            **versions(*PACKAGES),
        },
    )


def _boxes(backbone: Sam3Backbone, scene: Scene, vision: object) -> Boxes:
    width, height = scene.drawn_on.size
    device = backbone.model.device
    boxes = torch.tensor([e.box for e in scene.exemplars], device=device)
    labels = torch.tensor([e.label for e in scene.exemplars], device=device)
    return Boxes(scene.exemplars, boxes / boxes.new_tensor([width, height] * 2), labels, vision)


def _similarity(prompt: Prompt, visual: torch.Tensor) -> Float32[np.ndarray, "h w"] | None:
    if prompt.exemplars is None or prompt.labels is None:
        return None
    chosen = prompt.exemplars[prompt.labels > 0].float()
    if not len(chosen):
        return None
    index = torch.zeros(len(chosen), dtype=torch.long, device=visual.device)
    return cosines(chosen, visual, index).mean(0).cpu().numpy()


def _agreement(one: Detected, other: Detected) -> float:
    """Intersection over union of all masks of one with all masks of the other."""
    a, b = one.masks.unpacked().any(0), other.masks.unpacked().any(0)
    union = (a | b).sum()
    return 1.0 if union == 0 else float((a & b).sum() / union)
