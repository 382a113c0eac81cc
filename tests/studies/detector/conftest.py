from __future__ import annotations

import pytest

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS
from sam3viz.bridges.checkpoints import own_bridges
from sam3viz.encoders.sam3 import Sam3Backbone
from tests.helpers.sam3_checkpoint import tiny_model


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    """With bridges of no training: of two, tokens have the level's channels; those of the third have more."""
    backbone = Sam3Backbone(tiny_model())
    bridges = {name: VARIANTS[name](backbone.dim).eval() for name in ("raw", "distillation", "surround")}
    return Analyzer(backbone, {**bridges, **own_bridges(backbone)})
