from __future__ import annotations

import torch
import torch.nn.functional as F

from sam3viz.bridges.foreground import ForegroundPooling
from sam3viz.bridges.raw import Raw
from sam3viz.bridges.surround import Surround
from sam3viz.inference.readout import similarity
from tests.helpers.tiny import DIM, MANY

BOTH = ("pooling", "self-context")


def test_without_its_two_parts_it_is_raw(make_scene_tokens):
    tokens = make_scene_tokens(MANY, 2)
    got = similarity(Surround(DIM)(tokens, BOTH), tokens)
    torch.testing.assert_close(got, similarity(Raw(DIM)(tokens), tokens), atol=1e-5, rtol=1e-4)


def test_it_compares_the_object_with_the_tokens_as_they_are(make_scene_tokens):
    tokens = make_scene_tokens(MANY, 2)
    pooled = ForegroundPooling()(tokens.roi, tokens.reference, tokens)[tokens.prompt]
    images = tokens.visual[tokens.image_index[tokens.prompt]]
    expected = F.cosine_similarity(pooled[:, :, None, None], images, dim=1)
    torch.testing.assert_close(similarity(Surround(DIM)(tokens, ["self-context"]), tokens), expected)


def test_nothing_is_learned_but_the_calibration():
    assert {name for name, _ in Surround(DIM).named_parameters()} == {"log_scale", "bias"}
