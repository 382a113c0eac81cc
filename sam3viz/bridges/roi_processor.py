"""Where every bridge starts: what of a box is the object, plus what the exemplar encoder adds to it."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from sam3viz.bridges.foreground import ForegroundPooling
from sam3viz.bridges.layers import zero_init
from sam3viz.bridges.mechanisms import ENCODER, LABEL, POOLING, POSITION, Neutral, encoder_inputs
from sam3viz.encoders.exemplar import ExemplarEncoder
from sam3viz.types import Tokens


class RoiProcessor(nn.Module):
    """The box against its surroundings, as `surround` pools it, and a residual exemplar encoder that adds nothing at
    the start. Common ground: all bridges have it, so that none is ahead by it."""

    mechanisms = (POOLING, ENCODER, POSITION, LABEL)

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.pooling = ForegroundPooling()
        self.encoder = ExemplarEncoder(dim)
        zero_init(self.encoder.out[-1])  # type: ignore[arg-type]

    def forward(
        self, roi: Float[Tensor, "m d 7 7"], reference: Float[Tensor, "b d h w"], tokens: Tokens, neutral: Neutral = ()
    ) -> tuple[Float[Tensor, "m d"], Float[Tensor, "m d"]]:
        """The object as it is pooled, and with what the encoder adds.

        Args:
            roi: of ``reference``, which covers the images that the boxes lie on.
        """
        pooled = self.pooling(roi, reference, tokens, neutral)
        if ENCODER.name in neutral:
            return pooled, pooled
        return pooled, pooled + self.encoder(roi, *encoder_inputs(tokens, neutral))
