"""The words around a study's pictures, so that a page can say them in another language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KINDS = ("drawn", "text", "without", "turned", "part", "bare", "tokens")
"""Of a prompt: as drawn, text alone, a box left out, a label turned round, a part removed, SAM 3's own tokens without
CLS, another encoder's tokens."""
DRAWN, TEXT, WITHOUT, TURNED, PART, BARE, TOKENS = KINDS


@dataclass(frozen=True)
class Words:
    """Everything that is not a number."""

    prompts: Mapping[str, tuple[str, str]]
    """Kind -> title, with its ``{subject}``, and explanation."""
    parts: Mapping[str, str]
    """A token's part -> what it is called."""
    found: str
    best: str
    control: str
    """IoU of foreign tokens with their control."""
    varied: str
    """Said where not every box was left out and turned round."""
    similarity: str
    head: str
    layer: str
    share: str
    text: str
    boxes: tuple[str, str]
    """Title and caption of the picture that shows the boxes."""
    axis: str
    sections: Mapping[str, tuple[str, str]]
    """Key -> title, with its ``{subject}``, and how to read it."""

    def title(self, kind: str, subject: str) -> str:
        """What a prompt is called."""
        return self.prompts[kind][0].format(subject=self.parts.get(subject, subject))


ENGLISH = Words(
    prompts={
        DRAWN: ("as drawn", "Every box as it was drawn."),
        TEXT: ("text alone", "No box: the text is the placeholder word “visual”, which names nothing."),
        WITHOUT: ("without {subject}", "One box left out: did it matter?"),
        TURNED: ("{subject} turned round", "One label turned round, + to − or − to +."),
        PART: ("no {subject}", "That part taken out of every token."),
        BARE: (
            "own tokens without CLS",
            "SAM 3's own tokens of the positive boxes alone, without CLS: the control for other encoders' tokens.",
        ),
        TOKENS: (
            "{subject} tokens",
            "That variant's tokens of the positive boxes, without CLS: compare with “own tokens without CLS”.",
        ),
    },
    parts={"content": "content", "coordinates": "coordinates", "position": "position", "label": "label"},
    found="{count} found{best}; presence {presence:.2f}; IoU with as drawn {agreement:.2f}.",
    best=", best score {score:.2f}",
    control="IoU with own tokens without CLS {agreement:.2f}.",
    varied="Of the {count} boxes the first {most} were left out and turned round.",
    similarity="cosine {low:.2f} to {high:.2f}",
    head="layer {layer}, head {head}",
    layer="layer {layer}, {reader}",
    share="{share:.0%} of the attention",
    text="text",
    boxes=("the boxes", "Green is looked for, dashed red is not."),
    axis="share of the token's embedding",
    sections={
        "parts": (
            "What a token is made of",
            "Each box's embedding is an exact sum: content (ROIAlign of the level), coordinates, position and label. A "
            "bar's parts add up to 100 %; a part left of zero points away from the sum.",
        ),
        "found": (
            "Did the boxes matter?",
            "What the detector finds as drawn, with no box, with each box left out or its label turned round, with a "
            "part of every token removed, and with other encoders' tokens in place of SAM 3's own. A low IoU with as "
            "drawn: it mattered. Other encoders' tokens come without CLS (the token that gathers all boxes) and "
            "without the negative boxes, whose label they need not tell; their reference is SAM 3's own tokens given "
            "in the same way. Nothing in the model subtracts negatives; only the label's part marks them.",
        ),
        "similarity": (
            "What the tokens resemble",
            "Mean cosine of the positive boxes' tokens with the level they were pooled from, on one scale. A "
            "diagnostic: the model compares the two through learned projections, not by this cosine.",
        ),
        "attention": (
            "Where the token of {subject} looks",
            "Cross-attention of the exemplar encoder on the picture the box was drawn on: a row a layer, a column a "
            "head, each map at its own peak.",
        ),
        "detector": (
            "Where the detector uses text and boxes",
            "Attention from each place of the picture to the prompt's tokens, mean over heads: a row a layer of the "
            "detector's encoder. The share is the mean over the picture, each map at its own peak.",
        ),
    },
)
