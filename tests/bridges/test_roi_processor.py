from __future__ import annotations

import torch

from sam3viz.bridges import VARIANTS, bridge_names
from sam3viz.bridges.foreground import ForegroundPooling
from sam3viz.bridges.roi_processor import RoiProcessor
from tests.helpers.analyzers import shaken
from tests.helpers.tiny import DIM, MANY


def test_untrained_it_is_the_object_against_its_surroundings(make_scene_tokens):
    tokens = make_scene_tokens(MANY, 2)
    pooled, encoded = RoiProcessor(DIM)(tokens.roi, tokens.reference, tokens)
    torch.testing.assert_close(pooled, ForegroundPooling()(tokens.roi, tokens.reference, tokens))
    torch.testing.assert_close(encoded, pooled)


def test_the_encoder_adds_to_what_is_pooled(make_scene_tokens):
    tokens = make_scene_tokens(MANY, 2)
    processor = shaken(RoiProcessor(DIM))
    pooled, encoded = processor(tokens.roi, tokens.reference, tokens)
    torch.testing.assert_close(encoded - pooled, processor.encoder(tokens.roi, tokens.boxes, tokens.labels))
    assert (encoded - pooled).abs().max() > 1e-3


def test_every_bridge_has_it():
    """What is no family's own idea belongs to all or to none."""
    assert all(isinstance(VARIANTS[name](DIM).roi_processor, RoiProcessor) for name in bridge_names())
