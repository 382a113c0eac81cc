from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS
from sam3viz.bridges.checkpoints import own_bridges
from sam3viz.encoders.sam3 import Sam3Backbone
from sam3viz.encoders.sam3_geometry import PARTS, record_attention
from sam3viz.studies.detector.detector import Detector, DetectorOutput, PackedMasks, shared_attention
from sam3viz.studies.detector.report import build_sections
from sam3viz.studies.detector.result import DetectorStudy, run_study
from sam3viz.studies.detector.summarize import mask_iou
from sam3viz.types import Exemplar
from sam3viz.utils.jobs import CancelledError
from tests.helpers.detector_scene import DRAWN, PICTURE
from tests.helpers.noise import noise_image
from tests.helpers.sam3_checkpoint import tiny_model
from tests.helpers.tiny import TinyBackbone

AS_DRAWN, TEXT_ALONE = "as drawn", "text alone"


def quiet(what: str, done: int, total: int) -> None:
    assert 0 <= done <= total


@pytest.fixture(scope="module")
def done(analyzer) -> DetectorStudy:
    return run_study(analyzer, PICTURE, DRAWN, quiet, threshold=0.0)


def titles(done: DetectorStudy) -> list[str]:
    return [outcome.title() for outcome in done.outcomes]


def test_every_prompt_is_there(done):
    turned = ["without +1", "without −2", "+1 turned round", "−2 turned round"]
    parts = [f"no {name}" for name in PARTS]
    foreign = ["own tokens without CLS", "raw tokens", "distillation tokens"]
    assert titles(done) == [AS_DRAWN, TEXT_ALONE, *turned, *parts, *foreign]
    assert done.outcomes[0].agreement == 1


def test_the_parts_are_told_of_every_box(done):
    assert done.tokens.shares.shape == done.tokens.norms.shape == (2, 4)
    np.testing.assert_allclose(done.tokens.shares.sum(1), 1, atol=1e-5)
    assert (done.tokens.norms > 0).all()
    assert list(done.parts().columns) == list(PARTS)


def test_each_boxs_attention_covers_the_picture_it_was_drawn_on(done):
    assert done.tokens.attention.shape == (3, 4, 2, 8, 8)
    np.testing.assert_allclose(done.tokens.attention.sum((3, 4)), 1, atol=1e-5)


def test_leaving_one_of_two_boxes_out_is_asking_with_the_other_alone(done, analyzer):
    alone = run_study(analyzer, PICTURE, DRAWN[:1], quiet, threshold=0.0)
    left = done.outcomes[titles(done).index("without −2")]
    assert [d.score for d in left.output.detections] == pytest.approx(
        [d.score for d in alone.outcomes[0].output.detections], abs=1e-5
    )
    assert "without +1" not in titles(alone)


def test_turning_a_label_round_twice_is_no_change(done, analyzer):
    flipped = (DRAWN[0], Exemplar(DRAWN[1].box, +1))
    turned = run_study(analyzer, PICTURE, flipped, quiet, threshold=0.0)
    back = turned.outcomes[titles(turned).index("+2 turned round")]
    was = done.outcomes[0].output
    assert [d.score for d in back.output.detections] == pytest.approx([d.score for d in was.detections], abs=1e-5)
    assert len(was.detections) > 1


def found(*masks: list[list[int]]) -> DetectorOutput:
    pixels = np.array(masks, bool).reshape(len(masks), 2, 3)
    return DetectorOutput((), PackedMasks.pack(pixels), 1.0)


@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        (found([[1, 1, 0], [0, 0, 0]]), found([[0, 1, 1], [0, 0, 0]]), 1 / 3),
        (found([[1, 0, 0], [0, 0, 0]], [[0, 1, 0], [0, 0, 0]]), found([[1, 1, 0], [0, 0, 0]]), 1.0),
        (found([[1, 1, 1], [0, 0, 0]]), found([[0, 0, 0], [1, 1, 1]]), 0.0),
        (found([[1, 1, 1], [0, 0, 0]]), found(), 0.0),
        (found(), found(), 1.0),
    ],
)
def test_agreement_is_the_iou_of_everything_found(one, other, agreement):
    assert mask_iou(one, other) == mask_iou(other, one) == pytest.approx(agreement)


def test_each_outcome_is_compared_with_the_prompt_as_drawn_and_foreign_tokens_with_their_control(done):
    by_title = {outcome.title(): outcome for outcome in done.outcomes}
    control = by_title["own tokens without CLS"]
    for outcome in done.outcomes:
        assert outcome.agreement == mask_iou(outcome.output, done.outcomes[0].output)
        expected = mask_iou(outcome.output, control.output) if outcome.kind.name == "foreign_tokens" else None
        assert outcome.control == expected
    assert min(outcome.agreement for outcome in done.outcomes) < 1


def test_what_reads_the_prompt_is_told_as_drawn_alone(done, analyzer):
    backbone, detector = analyzer.backbone, Detector(analyzer.backbone)
    with analyzer.exclusive(), record_attention(detector.attentions) as maps:
        vision = backbone.vision_output(analyzer.encode(PICTURE))
        parts = backbone.geometry.parts(
            torch.tensor([e.box for e in DRAWN]) / torch.tensor([150.0, 90, 150, 90]), torch.tensor([1, -1]), vision
        )
        tokens = torch.cat(backbone.geometry.tokens(parts.embedding(), torch.zeros(2).long(), vision))
        detector.run_model(vision, tokens)
    np.testing.assert_allclose(done.attention, shared_attention(maps, (8, 8)), atol=1e-5)


def test_of_many_boxes_it_says_which_were_varied(analyzer):
    boxes = [Exemplar((4.0 * k, 10, 4 * k + 20, 60)) for k in range(12)]
    many = run_study(analyzer, PICTURE, boxes, quiet)
    assert many.settings["boxes left out and turned round"] == "8 of 12"
    assert many.varied_boxes == 8
    assert "Of the 12 boxes the first 8 were left out" in build_sections(many)[0].how_to_read


def test_few_boxes_are_all_varied(done):
    assert done.settings["boxes left out and turned round"] == "2 of 2"
    assert "first" not in build_sections(done)[0].how_to_read


def test_it_runs_in_bfloat16():
    backbone = Sam3Backbone(tiny_model().bfloat16())
    raw = {"raw": VARIANTS["raw"](backbone.dim).eval()}
    analyzer = Analyzer(backbone, {**raw, **own_bridges(backbone)})
    analysis = analyzer.analyze(PICTURE, DRAWN)
    assert all(np.isfinite(result.heat_grid).all() for result in analysis.variants.values())
    done = run_study(analyzer, PICTURE, DRAWN, quiet, threshold=0.0)
    assert done.outcomes[0].output.detections
    np.testing.assert_allclose(done.tokens.shares.sum(1), 1, atol=1e-5)
    np.testing.assert_allclose(done.attention.sum(1), 1, atol=1e-4)


def test_without_a_positive_box_there_is_no_similarity(done):
    by_title = {outcome.title(): outcome for outcome in done.outcomes}
    assert by_title[TEXT_ALONE].similarity is None
    assert by_title["without +1"].similarity is None
    drawn = by_title[AS_DRAWN].similarity
    assert drawn.shape == (8, 8)
    assert abs(drawn).max() <= 1
    assert abs(by_title["no content"].similarity - drawn).max() > 1e-4


def test_boxes_on_another_picture_are_searched_for_in_this_one(done, analyzer):
    other = noise_image(90, 90, 60)
    travelled = run_study(analyzer, other, DRAWN, quiet, reference=PICTURE, threshold=0.0)
    np.testing.assert_allclose(travelled.tokens.shares, done.tokens.shares, atol=1e-6)
    np.testing.assert_allclose(travelled.tokens.attention, done.tokens.attention, atol=1e-6)
    assert travelled.outcomes[0].output.masks.size == (90, 90)


def test_the_vision_encoder_runs_once(analyzer):
    calls = []
    handle = analyzer.backbone.model.vision_encoder.register_forward_hook(lambda *_: calls.append(1))
    picture = noise_image(70, 90, 60)
    run_study(analyzer, picture, [Exemplar((10, 10, 60, 60))], quiet)
    run_study(analyzer, picture, [Exemplar((20, 10, 60, 60))], quiet)
    handle.remove()
    assert len(calls) == 1


def test_it_can_be_stopped_between_prompts(analyzer):
    told = []

    def stop(what: str, done: int, total: int) -> None:
        told.append(done)
        if what == "Prompts tried" and done == 2:
            raise CancelledError

    with pytest.raises(CancelledError):
        run_study(analyzer, PICTURE, DRAWN, stop)
    assert told[-1] == 2


def test_the_table_and_the_file_say_what_was_found(done, tmp_path):
    table = done.table()
    assert list(table.index) == titles(done)
    assert table.loc[AS_DRAWN, "found"] == len(done.outcomes[0].output.detections)
    assert table["IoU with as drawn"].between(0, 1).all()
    assert table["IoU with own tokens without CLS"].notna().sum() == 2
    done.to_json(tmp_path / "study.json")
    told = json.loads((tmp_path / "study.json").read_text())
    assert [row["prompt"] for row in told["prompts"]] == titles(done)
    assert len(told["prompts"][0]["detections"]) == table.loc[AS_DRAWN, "found"]
    assert sum(told["parts"][0].values()) == pytest.approx(1, abs=1e-5)
    assert told["settings"]["backbone"] == done.settings["backbone"]


def test_another_backbone_is_refused():
    with pytest.raises(ValueError, match="tiny is not SAM 3: choose the backbone sam3"):
        run_study(Analyzer(TinyBackbone(), {}), PICTURE, DRAWN, quiet)
