from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from PIL import Image

from sam3viz.background import CancelledError
from sam3viz.encoders.sam3_geometry import PARTS
from sam3viz.pipeline import Analyzer
from sam3viz.sam3.study import Sam3Study, study
from sam3viz.types import Exemplar
from tests.sam3.conftest import DRAWN, PICTURE
from tests.tiny import TinyBackbone

AS_DRAWN, TEXT_ALONE = "as drawn", "text alone"


def quiet(what: str, done: int, total: int) -> None:
    assert 0 <= done <= total


@pytest.fixture(scope="module")
def done(analyzer) -> Sam3Study:
    return study(analyzer, PICTURE, DRAWN, quiet, threshold=0.0)


def titles(done: Sam3Study) -> list[str]:
    return [outcome.title for outcome in done.outcomes]


def test_every_prompt_is_there(done):
    turned = ["without +1", "without −2", "+1 turned round", "−2 turned round"]
    parts = [f"no {name}" for name in PARTS]
    assert titles(done) == [AS_DRAWN, TEXT_ALONE, *turned, *parts, "raw tokens", "distillation tokens"]
    assert done.outcomes[0].agreement == 1


def test_the_parts_are_told_of_every_box(done):
    assert done.shares.shape == done.norms.shape == (2, 4)
    np.testing.assert_allclose(done.shares.sum(1), 1, atol=1e-5)
    assert (done.norms > 0).all()
    assert list(done.parts().columns) == list(PARTS)


def test_each_boxs_attention_covers_the_picture_it_was_drawn_on(done):
    assert done.attention.shape == (3, 4, 2, 8, 8)
    np.testing.assert_allclose(done.attention.sum((3, 4)), 1, atol=1e-5)


def test_leaving_one_of_two_boxes_out_is_asking_with_the_other_alone(done, analyzer):
    alone = study(analyzer, PICTURE, DRAWN[:1], quiet, threshold=0.0)
    left = done.outcomes[titles(done).index("without −2")]
    assert [d.score for d in left.found.detections] == pytest.approx(
        [d.score for d in alone.outcomes[0].found.detections], abs=1e-5
    )
    assert "without +1" not in titles(alone)


def test_turning_a_label_round_twice_is_no_change(done, analyzer):
    flipped = (DRAWN[0], Exemplar(DRAWN[1].box, +1))
    turned = study(analyzer, PICTURE, flipped, quiet, threshold=0.0)
    back = turned.outcomes[titles(turned).index("+2 turned round")]
    torch.testing.assert_close(
        torch.from_numpy(back.found.attention), torch.from_numpy(done.outcomes[0].found.attention), rtol=0, atol=1e-5
    )


def test_without_a_positive_box_there_is_no_similarity(done):
    by_title = {outcome.title: outcome for outcome in done.outcomes}
    assert by_title[TEXT_ALONE].similarity is None
    assert by_title["without +1"].similarity is None
    drawn = by_title[AS_DRAWN].similarity
    assert drawn.shape == (8, 8)
    assert abs(drawn).max() <= 1
    assert abs(by_title["no content"].similarity - drawn).max() > 1e-4


def test_boxes_on_another_picture_are_searched_for_in_this_one(done, analyzer):
    other = Image.effect_noise((90, 90), 60).convert("RGB")
    travelled = study(analyzer, other, DRAWN, quiet, reference=PICTURE, threshold=0.0)
    np.testing.assert_allclose(travelled.shares, done.shares, atol=1e-6)
    np.testing.assert_allclose(travelled.attention, done.attention, atol=1e-6)
    assert travelled.outcomes[0].found.masks.shape[1:] == (90, 90)


def test_the_vision_encoder_runs_once(analyzer):
    calls = []
    handle = analyzer.backbone.model.vision_encoder.register_forward_hook(lambda *_: calls.append(1))
    picture = Image.effect_noise((70, 90), 60).convert("RGB")
    study(analyzer, picture, [Exemplar((10, 10, 60, 60))], quiet)
    study(analyzer, picture, [Exemplar((20, 10, 60, 60))], quiet)
    handle.remove()
    assert len(calls) == 1


def test_it_can_be_stopped_between_prompts(analyzer):
    told = []

    def stop(what: str, done: int, total: int) -> None:
        told.append(done)
        if what == "prompts" and done == 2:
            raise CancelledError

    with pytest.raises(CancelledError):
        study(analyzer, PICTURE, DRAWN, stop)
    assert told[-1] == 2


def test_the_table_and_the_file_say_what_was_found(done, tmp_path):
    table = done.table()
    assert list(table.index) == titles(done)
    assert table.loc[AS_DRAWN, "found"] == len(done.outcomes[0].found.detections)
    assert table["IoU with as drawn"].between(0, 1).all()
    done.to_json(tmp_path / "study.json")
    told = json.loads((tmp_path / "study.json").read_text())
    assert [row["prompt"] for row in told["prompts"]] == titles(done)
    assert len(told["prompts"][0]["detections"]) == table.loc[AS_DRAWN, "found"]
    assert sum(told["parts"][0].values()) == pytest.approx(1, abs=1e-5)
    assert told["settings"]["backbone"] == done.settings["backbone"]


def test_another_backbone_is_refused():
    with pytest.raises(ValueError, match="tiny is not SAM 3: choose the backbone sam3"):
        study(Analyzer(TinyBackbone(), {}), PICTURE, DRAWN, quiet)
