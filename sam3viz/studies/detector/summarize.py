"""What each prompt leads to, compared with the prompt as drawn; the table of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float32

from sam3viz.studies.detector.detector import DetectorOutput
from sam3viz.studies.detector.prompts import FOREIGN_TOKENS, NO_CLS, PromptKind, TokenPrompt
from sam3viz.utils.messages import DEFAULT_LANGUAGE


@dataclass(frozen=True)
class PromptOutcome:
    """What one prompt leads to."""

    kind: PromptKind
    subject: str
    """The box, part or variant that the prompt is about; "" where it is about none."""
    output: DetectorOutput
    similarity: Float32[np.ndarray, "h w"] | None
    """Mean cosine of the positive boxes' tokens with the level, a diagnostic and not the model's own similarity; None
    without boxes."""
    agreement: float
    """IoU of everything found with everything found as drawn; 1 where neither finds anything."""
    control: float | None
    """IoU of everything found with what SAM 3's own tokens find without CLS; None unless these are another encoder's
    tokens."""

    def title(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Say what the prompt is called; files have it in English."""
        return self.kind.describe(self.subject, language)


def summarize_outcomes(
    prompts: Sequence[TokenPrompt],
    outputs: Sequence[DetectorOutput],
    similarities: Sequence[Float32[np.ndarray, "h w"] | None],
) -> tuple[PromptOutcome, ...]:
    """Compare every prompt's detections with those of the first prompt, and foreign tokens' with their control's."""
    control = outputs[[prompt.kind for prompt in prompts].index(NO_CLS)]
    return tuple(
        PromptOutcome(
            prompt.kind,
            prompt.subject,
            output,
            similarity,
            mask_iou(output, outputs[0]),
            mask_iou(output, control) if prompt.kind is FOREIGN_TOKENS else None,
        )
        for prompt, output, similarity in zip(prompts, outputs, similarities, strict=True)
    )


def mask_iou(one: DetectorOutput, other: DetectorOutput) -> float:
    """Return the intersection over union of all masks of one with all masks of the other; 1 where neither has any."""
    a, b = one.masks.unpack().any(0), other.masks.unpack().any(0)
    union = (a | b).sum()
    return 1.0 if union == 0 else float((a & b).sum() / union)


def outcomes_table(outcomes: Sequence[PromptOutcome]) -> pd.DataFrame:
    """Tabulate a row a prompt: how many were found, presence, best score, agreement with the prompt as drawn."""
    rows = [
        {
            "prompt": outcome.title(),
            "found": len(outcome.output.detections),
            "presence": outcome.output.presence,
            "best score": max((d.score for d in outcome.output.detections), default=float("nan")),
            "IoU with as drawn": outcome.agreement,
            "IoU with own tokens without CLS": float("nan") if outcome.control is None else outcome.control,
        }
        for outcome in outcomes
    ]
    return pd.DataFrame(rows).set_index("prompt")
