from __future__ import annotations

import dataclasses

import torch

from sam3viz.bridges.unified import Unified
from sam3viz.types import Tokens
from tests.helpers.analyzers import shaken
from tests.helpers.tiny import DIM


def test_an_exemplar_sees_the_whole_of_its_own_image(make_scene_tokens):
    tokens = make_scene_tokens([(0, 0, 0.3, 0.3, 1, 0, 1), (0, 0, 0.3, 0.3, 1, 1, 1)], images=2)
    far = tokens.visual.clone()
    far[0, :, 6:, 8:] = torch.nn.functional.normalize(torch.randn(DIM, 2, 2), dim=0)
    changed = Tokens.gather(far, tokens.boxes, tokens.labels, tokens.image_index, tokens.prompt)
    torch.testing.assert_close(changed.roi, tokens.roi)
    bridge = shaken(Unified(DIM))
    moved = (bridge(changed).exemplar - bridge(tokens).exemplar).abs().amax(1)
    assert moved[0] > 1e-4
    assert moved[1] < 1e-6


def test_context_comes_from_the_image_the_boxes_lie_on(make_scene_tokens):
    tokens = make_scene_tokens([(0.1, 0.1, 0.5, 0.5, 1, 0, 1)], reference=True)
    searched = dataclasses.replace(tokens, visual=torch.randn(1, DIM, 4, 6))
    bridge = shaken(Unified(DIM))
    before, after = bridge(tokens), bridge(searched)
    torch.testing.assert_close(before.exemplar, after.exemplar)
    torch.testing.assert_close(before.attention, after.attention)
    assert after.attention.shape == (1, 8, 10)
    assert after.visual.shape[-2:] == (4, 6)


def test_both_sides_pass_the_same_adapter(make_scene_tokens):
    """The same picture as search and as reference gives the same tokens."""
    tokens = make_scene_tokens([(0.1, 0.1, 0.5, 0.5, 1, 0, 1)])
    bridge = shaken(Unified(DIM))
    twice = bridge(dataclasses.replace(tokens, reference=tokens.visual.clone()))
    torch.testing.assert_close(twice.reference, twice.visual)
    torch.testing.assert_close(twice.exemplar, bridge(tokens).exemplar)
