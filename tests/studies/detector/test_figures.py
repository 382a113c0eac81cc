from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sam3viz.encoders.sam3_geometry import PARTS
from sam3viz.figures.heat import overlay
from sam3viz.studies.detector.detector import PackedMasks
from sam3viz.studies.detector.figures import (
    PICTURE_SIDE,
    detections_picture,
    detector_attention_pictures,
    exemplar_attention_pictures,
    parts_figure,
    similarity_pictures,
)
from sam3viz.studies.detector.result import DetectorStudy, run_study
from sam3viz.types import Detection
from tests.helpers.detector_scene import DRAWN, PICTURE


@pytest.fixture(scope="module")
def done(analyzer) -> DetectorStudy:
    return run_study(analyzer, PICTURE, DRAWN, lambda what, done, total: None, threshold=0.0)


def test_a_mask_tints_its_own_pixels_alone(done):
    outcome = done.outcomes[0]
    mask = np.zeros((1, 90, 150), bool)
    mask[0, 20:60, 30:90] = True
    output = replace(outcome.output, detections=(Detection((30, 20, 90, 60), 0.8),), masks=PackedMasks.pack(mask))
    shown = np.asarray(detections_picture(done.scene, replace(outcome, output=output)).image).astype(int)
    change = abs(shown - np.asarray(PICTURE).astype(int)).sum(2)
    assert (change[25:55, 35:85] > 0).mean() > 0.9
    assert not change[:18].any()
    assert not change[:, 100:].any()
    words = detections_picture(done.scene, replace(outcome, output=output)).caption
    assert "1 found, best score 0.80" in words


def test_similarities_share_one_scale(done):
    """The middle of the scale over all prompts is the middle of the colours, wherever it lies in one of them."""
    one, other = done.outcomes[0], done.outcomes[2]
    low, high = np.full((8, 8), 0.1, np.float32), np.full((8, 8), 0.5, np.float32)
    low[0, 0], high[0, 0] = -0.1, 0.9
    pair = replace(done, outcomes=(replace(one, similarity=low), replace(other, similarity=high)))
    expected = [overlay(PICTURE, (grid + 0.1) / 1.0, side=PICTURE_SIDE) for grid in (low, high)]
    for picture, alone in zip(similarity_pictures(pair), expected, strict=True):
        np.testing.assert_allclose(np.asarray(picture.image, int), np.asarray(alone, int), atol=2)


def test_similarities_are_told_with_their_own_range(done):
    pictures = similarity_pictures(done)
    with_tokens = [outcome for outcome in done.outcomes if outcome.similarity is not None]
    assert [picture.title for picture in pictures] == [outcome.title() for outcome in with_tokens]
    hottest = max(with_tokens, key=lambda outcome: outcome.similarity.max())
    chosen = pictures[with_tokens.index(hottest)]
    assert f"to {hottest.similarity.max():.2f}" in chosen.caption


def test_foreign_tokens_are_told_beside_their_control(done):
    by_kind = {outcome.kind.name: outcome for outcome in done.outcomes}
    told = detections_picture(done.scene, replace(by_kind["foreign_tokens"], control=0.37)).caption
    assert "IoU with own tokens without CLS 0.37." in told
    assert "IoU with own tokens" not in detections_picture(done.scene, by_kind["no_cls"]).caption


def test_attention_has_a_row_a_layer_and_a_column_a_head(done):
    rows = exemplar_attention_pictures(done, 1)
    assert [len(row) for row in rows] == [4, 4, 4]
    assert rows[2][3].title == "layer 3, head 4"
    readers = detector_attention_pictures(done)
    assert [picture.title for picture in readers[0]] == [f"layer 1, {name}" for name in ("text", "+1", "−2", "CLS")]
    shares = [float(picture.caption.split("%")[0]) for picture in readers[1]]
    assert sum(shares) == pytest.approx(100, abs=2)


def test_the_bars_are_the_shares(done):
    bars = parts_figure(done).data
    assert [bar.name for bar in bars] == list(PARTS)
    np.testing.assert_allclose(sum(np.asarray(bar.x) for bar in bars), 1, atol=1e-5)
    assert list(bars[0].y) == ["+1", "−2"]
    assert parts_figure(done).layout.yaxis.type == "category"
