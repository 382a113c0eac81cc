"""One picture with boxes through the real SAM 3: everything that a report or the page shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float32
from PIL import Image

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges.checkpoints import own_bridges
from sam3viz.encoders.sam3 import Sam3Backbone
from sam3viz.encoders.sam3_geometry import PARTS
from sam3viz.inference.inputs import make_scene
from sam3viz.studies.detector.detector import THRESHOLD
from sam3viz.studies.detector.measure import (
    TokenMeasurement,
    encode_scene,
    measure_detections,
    measure_similarity,
    measure_tokens,
)
from sam3viz.studies.detector.prompts import MAX_VARIED_BOXES, make_prompts
from sam3viz.studies.detector.summarize import PromptOutcome, outcomes_table, summarize_outcomes
from sam3viz.types import Exemplar, Scene
from sam3viz.utils.command_line import versions, write_json
from sam3viz.utils.jobs import ReportProgress
from sam3viz.utils.messages import InputError

PACKAGES = ("torch", "torchvision", "transformers")


@dataclass(frozen=True)
class DetectorStudy:
    """Everything about one prompt and its variations."""

    scene: Scene
    tokens: TokenMeasurement
    """Of the boxes as drawn."""
    attention: Float32[np.ndarray, "layers k h w"]
    """As drawn: where the detector's image tokens look among text, each box and CLS, layer by layer; sums to 1 over
    ``k``."""
    outcomes: tuple[PromptOutcome, ...]
    """As drawn first."""
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def varied_boxes(self) -> int:
        """How many boxes, the first ones, were left out and flipped."""
        return min(MAX_VARIED_BOXES, len(self.scene.exemplars))

    def table(self) -> pd.DataFrame:
        """Tabulate a row a prompt: how many were found, presence, best score, agreement with the prompt as drawn."""
        return outcomes_table(self.outcomes)

    def parts(self) -> pd.DataFrame:
        """Tabulate a row a box, a column a part: its share in the embedding."""
        shares = self.tokens.shares
        return pd.DataFrame(shares, columns=list(PARTS), index=range(1, len(shares) + 1))

    def to_json(self, path: Path) -> None:
        """Write shares, the table of prompts with every detection, and the settings."""
        boxes = [[{"box": list(d.box), "score": d.score} for d in o.output.detections] for o in self.outcomes]
        table = self.table().replace({np.nan: None}).reset_index().to_dict("records")
        prompts = [{**row, "detections": detections} for row, detections in zip(table, boxes, strict=True)]
        exemplars = [{"box": list(e.box), "label": e.label} for e in self.scene.exemplars]
        parts = self.parts().to_dict("records")
        write_json({"exemplars": exemplars, "parts": parts, "prompts": prompts, "settings": self.settings}, path)


def run_study(
    analyzer: Analyzer,
    image: Image.Image,
    exemplars: Sequence[Exemplar],
    progress: ReportProgress,
    reference: Image.Image | None = None,
    threshold: float = THRESHOLD,
) -> DetectorStudy:
    """Take the tokens apart, look at the attention, and run the detector on every prompt of `make_prompts`.

    Args:
        analyzer: of a `Sam3Backbone`.
        exemplars: boxes in pixels of ``reference`` where given, else of ``image``.
        progress: called with "Pictures read", then "Prompts tried"; may raise to stop.
        threshold: score from which a detection counts, 0..1.

    Raises:
        ValueError: another backbone, or a picture or box that cannot be used.
    """
    backbone = _require_sam3(analyzer)
    scene = make_scene(image, exemplars, reference)
    progress("Pictures read", 0, 1)
    with analyzer.exclusive():
        encoded = encode_scene(analyzer, backbone, scene)
        tokens = measure_tokens(backbone, encoded)
        own = own_bridges(backbone)
        foreign = {name: bridge for name, bridge in analyzer.bridges.items() if name not in own}
        prompts = list(make_prompts(backbone, encoded.boxes, foreign, encoded.visual, encoded.reference))
        similarities = [measure_similarity(prompt, encoded.visual) for prompt in prompts]
    outputs, attention = measure_detections(analyzer, backbone, encoded, prompts, threshold, progress)
    count = len(scene.exemplars)
    return DetectorStudy(
        scene=scene,
        tokens=tokens,
        attention=attention,
        outcomes=summarize_outcomes(prompts, outputs, similarities),
        settings={
            "backbone": backbone.identity,
            "threshold": f"{threshold:g}",
            "boxes left out and turned round": f"{min(MAX_VARIED_BOXES, count)} of {count}",
            **versions(*PACKAGES),
        },
    )


def _require_sam3(analyzer: Analyzer) -> Sam3Backbone:
    backbone = analyzer.backbone
    if not isinstance(backbone, Sam3Backbone):
        raise InputError("{backbone} is not SAM 3: choose the backbone sam3 or sam3:DIR.", backbone=backbone.identity)
    return backbone
