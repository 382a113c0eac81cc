"""A backbone of one convolution: everything after it runs in milliseconds."""

from __future__ import annotations

import torch
from torch import nn

from sam3viz.encoders import Backbone
from sam3viz.encoders.roi import centre_and_normalise

DIM = 32
"""Channels of random tokens."""
MANY = [(0.02 * i, 0.03 * i, 0.02 * i + 0.3, 0.03 * i + 0.2, 1 if i % 3 else -1, i % 2, i % 4 != 3) for i in range(20)]
"""Boxes on two images as the fixture ``make_scene_tokens`` takes them; most are prompts, some negative."""


class TinyBackbone(Backbone):
    dim, stride, multiple, size = 16, 16, 32, 128
    identity = "tiny"

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(1)
        self.patches = nn.Conv2d(3, self.dim, self.stride, self.stride, bias=False)
        self.patches.weight.data.normal_(generator=generator)
        self.requires_grad_(False).eval()
        self.calls = 0

    def normalise(self, pixels):
        return pixels / 127.5 - 1

    def forward(self, pixels):
        self.calls += 1
        return centre_and_normalise(self.patches(pixels))
