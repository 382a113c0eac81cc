"""What a vision backbone has to offer: an image in, a grid of visual tokens out."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from PIL import Image
from torch import Tensor, nn


class Backbone(nn.Module, ABC):
    """A frozen vision encoder.

    ``forward`` maps pixels ``[b, 3, H, W]`` to visual tokens ``[b, d, h, w]`` with ``h = H / stride``. Tokens are
    centred per image and have unit L2 norm, so their cosine needs no further statistics.
    """

    dim: int
    """Channels ``d`` of a token."""
    stride: int
    """Input pixels a token is wide."""
    multiple: int
    """Both input sides are multiples of this."""
    size: int
    """Longer side of the input in pixels."""
    cached_pictures: int = 16
    """Pictures whose tokens are worth keeping, given what one takes."""
    layers: str = ""
    """Which of the network's layers a token is made of, in a word or two."""
    scales: tuple[float, ...] = (1.0,)
    """Sizes relative to ``size`` at which an image is seen; `encode` averages their tokens on the grid of ``size``."""
    exemplar_encoder: str = ""
    """Name of the exemplar encoder that the model brings with it, as `sam3viz.bridges.checkpoints` knows it; "" where
    it has none."""
    has_detector: bool = False
    """Whether the model finds things from exemplar tokens by itself: what `sam3viz.studies.detector` looks at."""

    @property
    @abstractmethod
    def identity(self) -> str:
        """What bridges are bound to: name, layers and weight hash, and input size where positions are tied to it."""

    @abstractmethod
    def normalise(self, pixels: Float[Tensor, "b 3 H W"]) -> Float[Tensor, "b 3 H W"]:
        """Map RGB in 0..255 to the range that the weights were trained on."""

    @abstractmethod
    def forward(self, pixels: Float[Tensor, "b 3 H W"]) -> Float[Tensor, "b d h w"]:
        """Encode normalised pixels as visual tokens."""

    def input_size(self, width: int, height: int, size: float | None = None) -> tuple[int, int]:
        """Return the width and height that an image is resized to: longer side ``size``, both multiples of `multiple`.

        Rounding both sides instead of padding keeps box geometry one multiplication and leaves no empty cells
        in the image's statistics; the aspect changes by at most half a `multiple` a side.
        """
        scale = (self.size if size is None else size) / max(width, height)

        def resize(side: int) -> int:
            return max(self.multiple, round(side * scale / self.multiple) * self.multiple)

        return resize(width), resize(height)

    def grid(self, width: int, height: int, size: float | None = None) -> tuple[int, int]:
        """Return the rows and columns of an image's tokens."""
        columns, rows = self.input_size(width, height, size)
        return rows // self.stride, columns // self.stride

    @torch.no_grad()
    def encode(self, image: Image.Image, size: float | None = None) -> Float[Tensor, "1 d h w"]:
        """Encode one RGB image of any size as visual tokens.

        Features of one network at several resolutions, resampled to one grid and averaged: small things are seen
        larger, large things more as a whole.

        Args:
            size: longer side of the input in pixels; the backbone's own by default.
        """
        size = self.size if size is None else size
        grid = self.grid(*image.size, size)
        device = next(self.parameters()).device
        tokens = torch.zeros(1, self.dim, *grid, device=device)
        for scale in self.scales:
            resized = image.resize(self.input_size(*image.size, size * scale), Image.Resampling.BICUBIC)
            pixels = torch.from_numpy(np.array(resized)).permute(2, 0, 1)[None].float().to(device)
            features = self(self.normalise(pixels).contiguous(memory_format=torch.channels_last))
            if features.shape[-2:] != grid:
                features = F.interpolate(features, grid, mode="bilinear", align_corners=False)
            tokens += features
        return F.normalize(tokens, dim=1)
