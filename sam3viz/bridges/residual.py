"""The space that the residual bridges share: the raw line, seen with its context, beside what is learned."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from sam3viz.bridges.context import SelfContext, without_rest
from sam3viz.bridges.foreground import ForegroundPooling
from sam3viz.bridges.mechanisms import LEARNED, METRIC, POOLING, SELF_CONTEXT, Neutral
from sam3viz.types import BridgeOutput, Diagnostic, Stage, Tokens

TRAINED_SHARE, TRUSTED_SHARE = 0.15, 0.06
"""Weight of the learned space against the raw one, while training and in use. In use it is smaller, because training
sees composed scenes only: on photographs the raw line tells other objects apart better than what is learned there.
The same thought as interpolating towards the model one started from (arXiv 2109.01903)."""


class ChannelMetric(nn.Module):
    """A weight a channel for both sides: which of the backbone's channels tell objects apart (a diagonal metric).

    So few numbers fit what holds on photographs as well as on composed scenes; a full matrix learns the scenes.
    """

    speed = 5.0
    """The weights may need to change by factors, the network's other parameters by little."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.log_weight = nn.Parameter(torch.zeros(dim))

    def forward(self, features: Tensor, neutral: Neutral = ()) -> Tensor:
        """Unit vectors along dimension 1 of ``[n, d]`` or ``[n, d, h, w]``."""
        if METRIC.name in neutral:
            return F.normalize(features, dim=1)
        weight = (self.speed * self.log_weight).exp()
        return F.normalize(features * weight.view(-1, *[1] * (features.ndim - 2)), dim=1)


class ResidualSpace(nn.Module):
    """One space out of two: the cosine of the result is the weighted mean of the raw and the learned cosine.

    For unit vectors a, b and a share s, ``[sqrt(1 - s) a ; sqrt(s) b]`` has unit norm, and the dot product of two
    such vectors is ``(1 - s) cos_raw + s cos_learned``. The raw side of an exemplar is what `ForegroundPooling` takes
    from its box, in a learned `ChannelMetric`; on top, the visual tokens of both see their image (`SelfContext`).
    """

    mechanisms = (POOLING, METRIC, LEARNED, SELF_CONTEXT)

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.metric = ChannelMetric(dim)
        self.pooling = ForegroundPooling()
        self.self_context = SelfContext()

    def forward(
        self,
        tokens: Tokens,
        visual: Float[Tensor, "b d h w"],
        reference: Float[Tensor, "b d hr wr"],
        stages: Mapping[str, Float[Tensor, "m d"]],
        attention: Float[Tensor, "m hr wr"] | None = None,
        diagnostics: tuple[Diagnostic, ...] = (),
        neutral: Neutral = (),
    ) -> BridgeOutput:
        """Join ``visual``, ``reference`` and the exemplars after each step, as learned, to the raw tokens."""
        searched = self._grid(tokens.visual, visual, neutral)
        same = tokens.reference is tokens.visual
        drawn_on = searched if same else self._grid(tokens.reference, reference, neutral)
        raw = self.metric(self.pooling(tokens.roi, tokens.reference, tokens, neutral), neutral)
        joined = {name: without_rest(self._joined(raw, learned, neutral)) for name, learned in stages.items()}
        *_, exemplar = joined.values()
        steps = tuple(Stage(name, token) for name, token in joined.items())
        return BridgeOutput(searched, drawn_on, exemplar, attention, diagnostics, steps)

    def _grid(
        self, raw: Float[Tensor, "b d h w"], learned: Float[Tensor, "b d h w"], neutral: Neutral
    ) -> Float[Tensor, "b f h w"]:
        raw = self.metric(raw, neutral)
        return self.self_context(raw, self._joined(raw, learned, neutral), neutral)

    def _joined(self, raw: Tensor, learned: Tensor, neutral: Neutral) -> Tensor:
        """``[n, d]`` or ``[n, d, h, w]`` each; joined and unit along dimension 1."""
        share = TRAINED_SHARE if self.training else TRUSTED_SHARE
        share = 0.0 if LEARNED.name in neutral else share
        return torch.cat([(1 - share) ** 0.5 * raw, share**0.5 * F.normalize(learned, dim=1)], 1)
