from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from sam3viz.inference.readout import detect, heat_logits, similarity
from sam3viz.types import BridgeOutput, Tokens

SCALE, BIAS = torch.tensor(10.0), torch.tensor(-5.0)


def prompts(labels: list[int], images: list[int] | None = None, asked: list[bool] | None = None) -> Tokens:
    """Tokens in which nothing but the boxes' labels, images and roles matters."""
    count = len(labels)
    index = torch.tensor(images or [0] * count)
    prompt = torch.tensor(asked or [True] * count)
    boxes = torch.tensor([[0.1, 0.1, 0.6, 0.6]]).expand(count, 4)
    return Tokens.gather(torch.randn(int(index.max()) + 1, 3, 4, 5), boxes, torch.tensor(labels), index, prompt)


def heat(cosine: torch.Tensor, labels: list[int]) -> torch.Tensor:
    return heat_logits(cosine, prompts(labels), SCALE, BIAS)[0].sigmoid()


def test_similarity_is_the_cosine_with_every_cell_of_the_own_image():
    tokens = prompts([1, 1, -1, 1], [1, 0, 1, 2], [True, False, True, True])
    bridged = BridgeOutput(7 * torch.randn(3, 6, 4, 5), torch.randn(3, 6, 4, 5), torch.randn(4, 6))
    got = similarity(bridged, tokens)
    assert got.shape == (3, 4, 5)
    for row, (box, image) in enumerate([(0, 1), (2, 1), (3, 2)]):
        for i, j in ((0, 0), (3, 4)):
            expected = torch.cosine_similarity(bridged.exemplar[box], bridged.visual[image, :, i, j], dim=0)
            torch.testing.assert_close(got[row, i, j], expected)


cosines = st.lists(st.tuples(st.floats(-1, 1), st.sampled_from([1, -1])), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(cosines)
def test_heat_is_the_share_of_the_positives(drawn):
    values, labels = zip((0.2, 1), *drawn, strict=True)
    got = heat(torch.tensor(values)[:, None, None].expand(-1, 4, 5), list(labels))
    share = {}
    for sign in (1, -1):
        votes = [np.exp(10 * value - 5) for value, label in zip(values, labels, strict=True) if label == sign]
        share[sign] = np.mean(votes) if votes else 0.0
    expected = share[1] / (1 + share[1] + share[-1])
    torch.testing.assert_close(got, torch.full((4, 5), expected, dtype=torch.float32), atol=1e-5, rtol=1e-4)


def test_one_positive_alone_is_calibrated_cosine():
    cosine = 2 * torch.rand(1, 4, 5) - 1
    torch.testing.assert_close(heat(cosine, [1])[None], (10 * cosine - 5).sigmoid())


def test_a_negative_cools_what_it_resembles_and_nothing_else():
    like, unlike = torch.full((4, 5), 0.9), torch.full((4, 5), -0.2)
    negative = unlike.clone()
    negative[1, 2] = 0.95
    before, after = heat(like[None], [1]), heat(torch.stack([like, negative]), [1, -1])
    elsewhere = torch.ones(4, 5, dtype=torch.bool)
    elsewhere[1, 2] = False
    torch.testing.assert_close(after[elsewhere], before[elsewhere], atol=1e-4, rtol=0)
    assert after[1, 2] < 0.5 < before[1, 2]


def test_drawing_a_box_twice_changes_nothing():
    cosine = 2 * torch.rand(3, 4, 5) - 1
    twice = torch.tensor([0, 1, 2, 0, 1, 2])
    torch.testing.assert_close(heat(cosine[twice], [1, 1, -1] * 2), heat(cosine, [1, 1, -1]))


def test_images_of_a_batch_are_read_by_themselves():
    tokens = prompts([1, -1, 1], [0, 0, 2])
    cosine = torch.rand(3, 4, 5)
    got = heat_logits(cosine, tokens, SCALE, BIAS)
    torch.testing.assert_close(got[0].sigmoid(), heat(cosine[:2], [1, -1]))
    torch.testing.assert_close(got[2].sigmoid(), heat(cosine[2:], [1]))
    assert got.isfinite().all()
    assert (got[1].sigmoid() == 0).all()  # nobody asked for anything there


def test_the_gradient_is_finite_where_a_label_is_absent():
    cosine = torch.rand(1, 4, 5, requires_grad=True)
    heat_logits(cosine, prompts([-1]), SCALE, BIAS).sum().backward()
    assert cosine.grad.isfinite().all()


def blobs(*centres: tuple[float, float, float], shape: tuple[int, int] = (12, 20), width: float = 3.0) -> np.ndarray:
    """Bumps of given (row, column, height) on a cold ground."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    bumps = [height * np.exp(-((y - r) ** 2 + (x - c) ** 2) / width) for r, c, height in centres]
    return np.max(bumps, axis=0).astype(np.float32)


def test_two_blobs_give_two_boxes_in_pixels_hottest_first():
    heat = np.zeros((12, 20), np.float32)
    heat[2:5, 3:7], heat[7:11, 12:18] = 0.7, 0.9
    heat[3, 4], heat[9, 14] = 0.75, 0.95
    first, second = detect(heat, (240, 200))  # cells of 20 pixels down, 10 across
    assert first.box == (120, 140, 180, 220)
    assert second.box == (30, 40, 70, 100)
    assert (first.score, second.score) == (pytest.approx(0.95), pytest.approx(0.75))


def test_touching_blobs_are_split_at_the_saddle():
    found = detect(blobs((5, 5, 1.0), (5, 9, 0.9)), (12, 20), threshold=0.2)
    assert len(found) == 2
    (_, _, x1, _), (x0, _, _, _) = (d.box for d in found)
    assert x1 == x0 == 8


def test_a_flat_top_is_one_object():
    """Heat saturates: equal cells are one peak, up to the whole picture."""
    heat = np.zeros((6, 8), np.float32)
    heat[1:5, 2:7] = 1
    (found,) = detect(heat, (6, 8))
    assert found.box == (2, 1, 7, 5)
    (everything,) = detect(np.full((6, 8), 0.9, np.float32), (60, 80))
    assert everything.box == (0, 0, 80, 60)


def test_an_object_at_the_border_is_found():
    (found,) = detect(blobs((0, 0, 0.9)), (12, 20))
    assert found.box[:2] == (0, 0)


def test_a_cold_picture_holds_nothing():
    assert detect(blobs((5, 5, 0.49)), (12, 20)) == ()
    assert detect(np.zeros((4, 4), np.float32), (4, 4)) == ()


def test_only_the_hottest_are_kept_up_to_the_limit():
    heat = blobs(*((r, c, 0.6 + 0.01 * r + 0.001 * c) for r in (2, 6, 10) for c in (2, 7, 12, 17)), width=1.0)
    scores = [d.score for d in detect(heat, (12, 20), limit=5)]
    assert scores == sorted(scores, reverse=True)
    assert scores == pytest.approx(sorted((heat[r, c] for r in (2, 6, 10) for c in (2, 7, 12, 17)), reverse=True)[:5])


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.tuples(st.integers(1, 9), st.integers(1, 9)))
def test_detections_lie_in_the_picture_and_hold_their_score(seed, shape):
    heat = np.random.default_rng(seed).random(shape, np.float32)
    found = detect(heat, (shape[0] * 10, shape[1] * 10))
    assert bool(found) == bool((heat > 0.5).any())
    for d in found:
        x0, y0, x1, y1 = (round(v) // 10 for v in d.box)
        assert 0 <= x0 < x1 <= shape[1]
        assert 0 <= y0 < y1 <= shape[0]
        assert heat[y0:y1, x0:x1].max() >= d.score >= 0.5


def test_scale_and_bias_shift_the_logit():
    cosine = F.normalize(torch.randn(1, 4, 5), dim=0)
    got = heat_logits(cosine, prompts([1]), torch.tensor(3.0), torch.tensor(0.5))
    torch.testing.assert_close(got, 3 * cosine + 0.5)


def test_ripples_on_one_object_are_one_detection_and_a_deep_saddle_parts_two():
    heat = np.zeros((8, 12), np.float32)
    heat[2:6, 2:10] = 0.8
    heat[3, 4], heat[4, 8] = 0.9, 0.95
    assert len(detect(heat, (8, 12))) == 1
    heat[2:6, 6] = 0.55
    assert len(detect(heat, (8, 12))) == 2
