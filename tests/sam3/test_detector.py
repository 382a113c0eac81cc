"""Against the model's own call with boxes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sam3viz.encoders.sam3_geometry import sam3_labels, to_sam3
from sam3viz.sam3.detector import LENGTH, MASK_SIDE, PAD, VISUAL, Detector
from tests.sam3.conftest import PICTURE

BOXES = torch.tensor([[0.1, 0.1, 0.4, 0.6], [0.5, 0.2, 0.9, 0.9]])
LABELS = torch.tensor([1, -1])


@pytest.fixture(autouse=True)
def _without_gradients():
    with torch.no_grad():
        yield


@pytest.fixture(scope="module")
def vision(analyzer):
    return analyzer.backbone.seen(analyzer.encode(PICTURE))


@pytest.fixture(scope="module")
def detector(analyzer) -> Detector:
    return Detector(analyzer.backbone.model)


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
    injected = detector.raw(vision, own_tokens(analyzer, vision))
    for name in ("pred_logits", "pred_boxes", "pred_masks", "presence_logits"):
        assert torch.equal(getattr(injected, name), getattr(expected, name)), name


def test_tokens_taken_apart_and_summed_again_give_the_same_detections(analyzer, vision, detector):
    geometry = analyzer.backbone.geometry
    exemplars, cls = geometry.tokens(geometry.parts(BOXES, LABELS, vision).summed(), torch.tensor([0, 0]), vision)
    ours = detector.raw(vision, torch.cat([exemplars, cls]))
    expected = detector.raw(vision, own_tokens(analyzer, vision))
    torch.testing.assert_close(ours.pred_boxes, expected.pred_boxes, rtol=0, atol=1e-5)


def test_no_token_is_the_model_without_boxes(analyzer, vision, detector):
    assert torch.equal(detector.raw(vision, None).pred_logits, direct(analyzer, vision).pred_logits)


def test_detections_are_in_pixels_best_first_and_inside(analyzer, vision, detector):
    found = detector(vision, own_tokens(analyzer, vision), (900, 1500), threshold=0.0)
    assert found.detections
    scores = [d.score for d in found.detections]
    assert scores == sorted(scores, reverse=True)
    assert found.masks.shape == (len(scores), round(900 * MASK_SIDE / 1500), MASK_SIDE)
    for detection in found.detections:
        x0, y0, x1, y1 = detection.box
        assert 0 <= x0 <= x1 <= 1500
        assert 0 <= y0 <= y1 <= 900
    out = detector.raw(vision, own_tokens(analyzer, vision))
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
    assert found.masks.shape == (0, 90, 150)


def test_attention_is_shared_among_text_and_every_token(analyzer, vision, detector):
    found = detector(vision, own_tokens(analyzer, vision), (90, 150))
    assert found.attention.shape == (2, 1 + 3, 8, 8)
    np.testing.assert_allclose(found.attention.sum(1), 1, atol=1e-5)
    alone = detector(vision, None, (90, 150))
    np.testing.assert_allclose(alone.attention, np.ones((2, 1, 8, 8)), atol=1e-5)
