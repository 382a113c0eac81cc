"""Against the model's own call with boxes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from sam3viz.encoders.sam3 import LENGTH, PAD, VISUAL
from sam3viz.encoders.sam3_geometry import record_attention, sam3_labels, to_sam3
from sam3viz.studies.detector.detector import MASK_SIDE, MAX_DETECTIONS, Detector, PackedMasks, shared_attention
from sam3viz.studies.detector.prompts import MAX_VARIED_BOXES
from tests.helpers.detector_scene import PICTURE

BOXES = torch.tensor([[0.1, 0.1, 0.4, 0.6], [0.5, 0.2, 0.9, 0.9]])
LABELS = torch.tensor([1, -1])


@pytest.fixture(autouse=True)
def _without_gradients():
    with torch.no_grad():
        yield


@pytest.fixture(scope="module")
def vision(analyzer):
    return analyzer.backbone.vision_output(analyzer.encode(PICTURE))


@pytest.fixture(scope="module")
def detector(analyzer) -> Detector:
    return Detector(analyzer.backbone)


def own_tokens(analyzer, vision):
    return analyzer.backbone.model.geometry_encoder(
        to_sam3(BOXES)[None], torch.ones(1, 2).bool(), sam3_labels(LABELS)[None],
        vision.fpn_hidden_states[:-1], vision.fpn_position_encoding[:-1],
    ).last_hidden_state[0]  # fmt: skip


def direct(analyzer, vision, **boxes):
    ids = torch.tensor([[*VISUAL, *[PAD] * (LENGTH - len(VISUAL))]])
    mask = (torch.arange(LENGTH) < len(VISUAL))[None].long()
    return analyzer.backbone.model(vision_embeds=vision, input_ids=ids, attention_mask=mask, **boxes)


def test_unmodified_tokens_give_bit_identical_detections(analyzer, vision, detector):
    given = {"input_boxes": to_sam3(BOXES)[None], "input_boxes_labels": sam3_labels(LABELS)[None]}
    expected = direct(analyzer, vision, **given)
    injected = detector.run_model(vision, own_tokens(analyzer, vision))
    for name in ("pred_logits", "pred_boxes", "pred_masks", "presence_logits"):
        assert torch.equal(getattr(injected, name), getattr(expected, name)), name


def test_tokens_taken_apart_and_summed_again_give_the_same_detections(analyzer, vision, detector):
    geometry = analyzer.backbone.geometry
    exemplars, cls = geometry.tokens(geometry.parts(BOXES, LABELS, vision).embedding(), torch.tensor([0, 0]), vision)
    ours = detector.run_model(vision, torch.cat([exemplars, cls]))
    expected = detector.run_model(vision, own_tokens(analyzer, vision))
    torch.testing.assert_close(ours.pred_boxes, expected.pred_boxes, rtol=0, atol=1e-5)


def test_no_token_is_the_model_without_boxes(analyzer, vision, detector):
    assert torch.equal(detector.run_model(vision, None).pred_logits, direct(analyzer, vision).pred_logits)


def test_detections_are_in_pixels_best_first_and_inside(analyzer, vision, detector):
    found = detector(vision, own_tokens(analyzer, vision), (900, 1500), threshold=0.0)
    assert found.detections
    scores = [d.score for d in found.detections]
    assert scores == sorted(scores, reverse=True)
    assert found.masks.unpack().shape == (len(scores), round(900 * MASK_SIDE / 1500), MASK_SIDE)
    for detection in found.detections:
        x0, y0, x1, y1 = detection.box
        assert 0 <= x0 <= x1 <= 1500
        assert 0 <= y0 <= y1 <= 900
    out = detector.run_model(vision, own_tokens(analyzer, vision))
    best = out.pred_logits[0].argmax()
    assert found.detections[0].box == pytest.approx(
        (out.pred_boxes[0, best].clamp(0, 1) * torch.tensor([1500, 900, 1500, 900])).tolist(), abs=0.01
    )
    assert found.detections[0].score == pytest.approx(
        float(out.pred_logits[0, best].sigmoid() * out.presence_logits.sigmoid())
    )
    assert found.presence == pytest.approx(float(out.presence_logits.sigmoid()))


def test_nothing_above_the_threshold_is_an_empty_answer(analyzer, vision, detector):
    found = detector(vision, None, (90, 150), threshold=1.0)
    assert found.detections == ()
    assert found.masks.unpack().shape == (0, 90, 150)


def test_masks_are_the_models_own_at_the_pictures_aspect_in_the_order_of_the_scores(analyzer, vision, detector):
    found = detector(vision, own_tokens(analyzer, vision), (90, 150), threshold=0.0)
    out = detector.run_model(vision, own_tokens(analyzer, vision))
    order = out.pred_logits[0].argsort(descending=True)
    large = F.interpolate(out.pred_masks[:, order].sigmoid(), (90, 150), mode="bilinear", align_corners=False)[0]
    expected = (large > 0.5).numpy()
    assert 0.02 < expected.mean() < 0.98, "masks that say something"
    assert len({mask.tobytes() for mask in expected}) > 1
    np.testing.assert_array_equal(found.masks.unpack(), expected)


def test_masks_survive_packing_and_take_an_eighth():
    masks = np.random.default_rng(0).random((3, 7, 11)) > 0.5
    packed = PackedMasks.pack(masks)
    np.testing.assert_array_equal(packed.unpack(), masks)
    assert packed.bits.nbytes == 3 * -(-7 * 11 // 8)


def test_a_study_of_32_boxes_stays_below_50_mb_at_full_size():
    """Masks of every prompt where each finds as many as are kept on a square picture, and both kinds of attention."""
    prompts = 2 + 2 * MAX_VARIED_BOXES + 4 + 1 + 5
    masks = prompts * PackedMasks.pack(np.zeros((MAX_DETECTIONS, MASK_SIDE, MASK_SIDE), bool)).bits.nbytes
    exemplar_encoder, detector = 3 * 8 * 32 * 72 * 72 * 4, 6 * 34 * 72 * 72 * 4
    assert masks + exemplar_encoder + detector < 50e6


def eager_attention(analyzer, vision, detector, tokens):
    """What each layer's cross-attention itself gives, on the model's slow path."""
    model, seen = analyzer.backbone.model, []
    handles = [
        layer.cross_attn.register_forward_hook(lambda module, args, out: seen.append(out[1]))
        for layer in model.detr_encoder.layers
    ]
    config = model.detr_encoder.config
    before, config._attn_implementation = config._attn_implementation, "eager"
    try:
        detector.run_model(vision, tokens)
    finally:
        config._attn_implementation = before
        for handle in handles:
            handle.remove()
    return seen


@pytest.mark.parametrize("count", [3, 0])
def test_attention_is_the_models_own_summed_over_text(analyzer, vision, detector, count):
    tokens = own_tokens(analyzer, vision) if count else None
    with record_attention(detector.attentions) as maps:
        detector.run_model(vision, tokens)
    shared = shared_attention(maps, (8, 8))
    assert shared.shape == (2, 1 + count, 8, 8)
    np.testing.assert_allclose(shared.sum(1), 1, atol=1e-5)
    eager = eager_attention(analyzer, vision, detector, tokens)
    assert len(eager) == 2
    for layer, weights in enumerate(eager):
        mean = weights[0].mean(0).T.reshape(LENGTH + count, 8, 8)
        np.testing.assert_allclose(shared[layer, 0], mean[:LENGTH].sum(0), atol=1e-5)
        np.testing.assert_allclose(shared[layer, 1:], mean[LENGTH:], atol=1e-5)
    if count:
        assert abs(shared[0] - shared[1]).max() > 1e-3, "the order of the layers can be told"


def test_the_text_is_encoded_once_for_a_backbone(analyzer):
    calls = []
    handle = analyzer.backbone.model.text_encoder.register_forward_hook(lambda *_: calls.append(1))
    Detector(analyzer.backbone), Detector(analyzer.backbone)
    handle.remove()
    assert len(calls) <= 1
