"""Against transformers' own forward pass, on a tiny checkpoint."""

from __future__ import annotations

import threading

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sam3viz.encoders.sam3 import Sam3Backbone
from sam3viz.encoders.sam3_geometry import LABEL, PARTS, PLACE, from_sam3, record_attention, sam3_labels, to_sam3
from tests.helpers.noise import noise_image
from tests.helpers.sam3_checkpoint import tiny_model

BOXES = torch.tensor([[0.1, 0.2, 0.5, 0.6], [0.3, 0.1, 0.9, 0.4], [0.6, 0.5, 0.95, 0.9]])
LABELS = torch.tensor([1, -1, 1])
CLOSE = {"rtol": 0, "atol": 1e-6}
NEAR = {"rtol": 0, "atol": 1e-5}
"""Where another kernel, or another place of the same numbers, rounds otherwise."""


@pytest.fixture(scope="module")
def backbone() -> Sam3Backbone:
    return Sam3Backbone(tiny_model())


@pytest.fixture(scope="module")
def vision(backbone):
    return backbone.vision_output(backbone.encode(noise_image(150, 90, 80)))


@pytest.fixture(autouse=True)
def _without_gradients():
    with torch.no_grad():
        yield


def own(backbone, vision, boxes=BOXES, labels=LABELS):
    """What the model itself makes of one prompt: its boxes, then CLS."""
    return backbone.model.geometry_encoder(
        box_embeddings=to_sam3(boxes)[None],
        box_mask=torch.ones(1, len(boxes), dtype=torch.bool),
        box_labels=sam3_labels(labels)[None],
        img_feats=vision.fpn_hidden_states[:-1],
        img_pos_embeds=vision.fpn_position_encoding[:-1],
    ).last_hidden_state[0]


def tokens(backbone, vision, boxes=BOXES, labels=LABELS, group=None):
    embeddings = backbone.geometry.parts(boxes, labels, vision).embedding()
    return backbone.geometry.tokens(embeddings, torch.zeros(len(boxes)).long() if group is None else group, vision)


def test_tokens_are_the_models_own(backbone, vision):
    exemplars, cls = tokens(backbone, vision)
    torch.testing.assert_close(torch.cat([exemplars, cls]), own(backbone, vision), **CLOSE)


def test_many_prompts_in_one_call_do_not_see_one_another(backbone, vision):
    exemplars, cls = tokens(backbone, vision, group=torch.tensor([0, 1, 0]))
    pair, single = torch.tensor([0, 2]), torch.tensor([1])
    first, second = (own(backbone, vision, BOXES[rows], LABELS[rows]) for rows in (pair, single))
    torch.testing.assert_close(exemplars[pair], first[:2], **NEAR)
    torch.testing.assert_close(exemplars[single], second[:1], **NEAR)
    torch.testing.assert_close(cls, torch.stack([first[2], second[1]]), **NEAR)


def test_permuted_boxes_give_permuted_tokens_and_the_same_cls(backbone, vision):
    order = torch.tensor([2, 0, 1])
    plain, cls = tokens(backbone, vision)
    turned, same = tokens(backbone, vision, BOXES[order], LABELS[order])
    torch.testing.assert_close(turned, plain[order], **CLOSE)
    torch.testing.assert_close(same, cls, **CLOSE)


def test_a_flipped_label_changes_mostly_its_own_token(backbone, vision):
    plain, _ = tokens(backbone, vision)
    flipped, _ = tokens(backbone, vision, labels=torch.tensor([-1, -1, 1]))
    change = (flipped - plain).norm(dim=1)
    assert change[0] > change[1:].max() > 0


def test_parts_sum_to_the_embedding(backbone, vision):
    parts = backbone.geometry.parts(BOXES, LABELS, vision)
    module = backbone.model.geometry_encoder
    normed = module.vision_layer_norm(vision.fpn_hidden_states[-2].permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
    embedding, _ = module._encode_boxes(to_sam3(BOXES)[None], None, sam3_labels(LABELS)[None], normed)
    torch.testing.assert_close(parts.embedding(), embedding[0], **CLOSE)
    torch.testing.assert_close(sum(getattr(parts, name) for name in PARTS), embedding[0], **CLOSE)


def test_what_is_left_and_what_was_taken_sum_to_the_embedding(backbone, vision):
    parts = backbone.geometry.parts(BOXES, LABELS, vision)
    for name in PARTS:
        torch.testing.assert_close(parts.embedding([name]) + getattr(parts, name), parts.embedding(), **CLOSE)
    assert not parts.embedding(PARTS).any()


def test_shares_sum_to_one(backbone, vision):
    parts = backbone.geometry.parts(BOXES, LABELS, vision)
    shares = parts.shares()
    assert shares.shape == (3, 4)
    torch.testing.assert_close(shares.sum(1), torch.ones(3), rtol=0, atol=1e-5)
    norm = parts.embedding().norm(dim=1)
    label = (parts.label * parts.embedding()).sum(1) / norm**2
    torch.testing.assert_close(shares[:, PARTS.index(LABEL)], label)


def test_shares_sum_to_one_in_bfloat16():
    half = Sam3Backbone(tiny_model().bfloat16())
    seen = half.vision_output(half.encode(noise_image(150, 90, 80)))
    shares = half.geometry.parts(BOXES, LABELS, seen).shares()
    assert shares.dtype == torch.float32
    torch.testing.assert_close(shares.sum(1), torch.ones(3), **NEAR)


def test_without_its_place_a_box_on_a_flat_picture_is_the_same_anywhere(backbone):
    flat = backbone.vision_output(backbone.encode(Image.new("RGB", (112, 112), "teal")))
    level = flat.fpn_hidden_states[-2]
    level[:] = level.mean((2, 3), keepdim=True)  # the network itself knows where a cell lies
    boxes = torch.tensor([[0.25, 0.25, 0.5, 0.5], [0.5, 0.25, 0.75, 0.5]])
    parts = backbone.geometry.parts(boxes, torch.tensor([1, 1]), flat)
    placed, left = parts.embedding(), parts.embedding(PLACE)
    torch.testing.assert_close(left[0], left[1], **NEAR)
    assert (placed[0] - placed[1]).abs().max() > 1e-3


@pytest.mark.parametrize("group", [torch.tensor([0, 0, 0]), torch.tensor([0, 1, 2])])
def test_attention_matches_eager_and_sums_to_one(backbone, vision, group):
    geometry, eager = backbone.geometry, []
    handles = [m.register_forward_hook(lambda module, args, out: eager.append(out[1])) for m in geometry.attentions]
    config = backbone.model.geometry_encoder.config
    before, config._attn_implementation = config._attn_implementation, "eager"
    try:
        tokens(backbone, vision, group=group)
    finally:
        config._attn_implementation = before
        for handle in handles:
            handle.remove()
    with record_attention(geometry.attentions) as maps:
        exemplars, cls = tokens(backbone, vision, group=group)
    assert len(maps) == 3
    for seen, told in zip(maps, eager, strict=True):
        assert seen.shape == (1, 4, len(exemplars) + len(cls), 64)
        torch.testing.assert_close(seen, told, **CLOSE)
        torch.testing.assert_close(seen.sum(-1), torch.ones(seen.shape[:-1]))


def test_attention_is_no_longer_recorded_afterwards(backbone, vision):
    with record_attention(backbone.geometry.attentions) as maps:
        pass
    tokens(backbone, vision)
    assert maps == []


def test_what_another_thread_runs_is_not_recorded(backbone, vision):
    with record_attention(backbone.geometry.attentions) as maps:
        other = threading.Thread(target=tokens, args=(backbone, vision))
        other.start()
        other.join()
        assert maps == []


def test_masked_keys_get_no_attention(backbone):
    layer = backbone.model.detr_encoder.layers[0].cross_attn
    states = torch.randn(1, 5, 64)
    allowed = torch.tensor([True, False, True, True, False])[None, None, None]
    for mask in (allowed, torch.zeros(1, 1, 1, 5).masked_fill(~allowed, -torch.inf)):
        with record_attention([layer]) as maps:
            layer(query=states, key=states, value=states, attention_mask=mask)
        assert not maps[0][..., ~allowed[0, 0, 0]].any()
        torch.testing.assert_close(maps[0].sum(-1), torch.ones(1, 4, 5))


def test_labels_are_one_and_zero():
    assert sam3_labels(torch.tensor([1, -1, -1, 1])).tolist() == [1, 0, 0, 1]


side = st.floats(0, 1, width=32)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(side, side, side, side), min_size=1, max_size=5))
def test_frames_round_trip(corners):
    low_high = torch.tensor(corners).view(-1, 2, 2).sort(dim=1).values
    boxes = low_high.flatten(1)
    torch.testing.assert_close(from_sam3(to_sam3(boxes)), boxes, rtol=0, atol=1e-6)
    torch.testing.assert_close(to_sam3(boxes)[:, 2:], boxes[:, 2:] - boxes[:, :2])
