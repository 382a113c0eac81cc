"""The contract of a bridge: tokens in, both sides in one space out, and the alignment loss that gets them there."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from sam3viz.bridges.mechanisms import Mechanism, Neutral
from sam3viz.types import BridgeOutput, GroundTruth, Tokens


class Bridge(nn.Module, ABC):
    """One variant of the comparison. Architectures and losses are one kind of thing.

    Args:
        dim: channels of the backbone's tokens.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    """One line: what it does to the two feature spaces."""
    citation: ClassVar[str]
    """Section of the design document, or paper."""
    reference: ClassVar[Literal["", "visual", "surroundings", "unbridged"]] = ""
    """Of a reference line, what it stands for: "visual" takes the visual feature itself, "surroundings" that against
    its surroundings, "unbridged" the exemplar encoder alone. Empty for a bridge."""
    detects: ClassVar[bool] = True
    """Whether the detection objective reaches the bridge, or only its calibration (`scale`, `bias`)."""
    prompted: ClassVar[bool] = False
    """Whether the visual side, too, depends on the exemplars."""

    mechanisms: ClassVar[tuple[Mechanism, ...]] = ()
    """The parts that can be replaced by a neutral form, in the order in which tokens pass them."""
    comparable: ClassVar[bool] = True
    """Whether the cosine of the two sides is what the model itself goes by, and no mere diagnostic."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dim = dim
        self.log_scale = nn.Parameter(torch.tensor(math.log(10.0)))
        self.bias = nn.Parameter(torch.tensor(-5.0))

    @property
    def scale(self) -> Tensor:
        """Slope of the readout's logit in the cosine; with `bias` the variant's calibration."""
        return self.log_scale.exp()

    @abstractmethod
    def forward(self, tokens: Tokens, neutral: Neutral = ()) -> BridgeOutput:
        """Bring both sides into one space.

        Args:
            neutral: names of `mechanisms` that are replaced by their neutral form.
        """

    def loss(self, bridged: BridgeOutput, tokens: Tokens, truth: GroundTruth) -> dict[str, Tensor]:
        """Alignment terms by name; none unless the bridge is defined by one."""
        return {}
