from __future__ import annotations

import gc
from pathlib import Path

import pandas as pd
import pytest

from app.components.box_prompter.component import Prompt, PromptBox
from app.services.analyses import Weights
from app.tabs.across import service as handlers
from app.tabs.across.inputs import keep, received
from app.tabs.across.strings import ACROSS
from sam3viz import VARIANTS as NAMES
from sam3viz.types import Exemplar
from tests.api.test_analyzer import untrained
from tests.app.tabs.across.test_inputs import AGAINST, BOX, saved

PATIENCE = 120
VARIANTS = ("raw", "unified")
SIZES = [(96, 64), (64, 96), (2000, 1000)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture(scope="module")
def targets(folder):
    paths = [saved(folder, f"{number}.png", size) for number, size in enumerate(SIZES)]
    return received(paths, (), "en")[0]


def searched(
    prompt: Prompt, kept, targets, placed: bool = False, language: str = "en", source=None
) -> handlers.Searched:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.services.analyses.analyzer", lambda: untrained(*VARIANTS))
        job = handlers.start(prompt, kept, targets, placed, source, language)
        job.start()
        assert job.wait(PATIENCE).state == "done", job.standing().error
    found = job.result()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def found(folder, targets) -> handlers.Searched:
    """One reference kept, one open, three targets."""
    first = Prompt(saved(folder, "first.png"), (BOX, AGAINST), width=96, height=64)
    return searched(Prompt(saved(folder, "second.png", (80, 72)), (BOX,)), keep(first, (), "en"), targets)


def test_every_reference_target_and_variant_is_there(found):
    assert found.references == (TOGETHER, 0, 1)
    assert tuple(found.variants) == tuple(VARIANTS)
    assert set(found.found) == {(r, t, v) for r in found.references for t in range(3) for v in VARIANTS}
    assert (found.shots, found.boxes, found.placed, found.unused) == (2, 3, False, False)


def test_boxes_and_sizes_are_those_of_the_targets_as_given(found):
    """A large picture is searched at a smaller size."""
    for (_, target, _), answer in found.found.items():
        width, height = SIZES[target]
        assert answer.size == (height, width)
        for detection in answer.detections:
            assert 0 <= detection.box[0] < detection.box[2] <= width + 0.01
            assert 0 <= detection.box[1] < detection.box[3] <= height + 0.01
    assert max(found.pictures[2].size) == handlers.PICTURE_SIDE
    far = [d.box[2] for key, answer in found.found.items() if key[1] == 2 for d in answer.detections]
    assert max(far) > handlers.PREVIEW_SIDE


def test_a_large_reference_is_scaled_with_its_boxes(folder):
    prompt = Prompt(saved(folder, "large.png", (3200, 800)), (PromptBox(320, 160, 640, 800, -1),))
    shot = handlers._shot(prompt)
    assert shot.image.size == (1600, 400)
    assert shot.exemplars == (Exemplar((160, 80, 320, 400), -1),)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_table_has_a_picture_for_each_target_and_variant(found, language):
    for reference in found.references:
        shown = handlers.overview_html(found, reference, 1, language)
        assert shown.count("<tr>") == 1 + 3
        assert shown.count("<img") == 3 * (1 + len(VARIANTS))
        for number in range(3):
            count = len(found.found[reference, number, "raw"].detections)
            told = {"target": found.names[number], "variant": NAMES["raw"].title, "count": count}
            assert ACROSS[language]["cell"].format(**told) in shown
    assert len({found.painted(reference) for reference in found.references}) == 3


def test_one_target_opens_with_its_own_picture_and_the_variant_that_was_pressed(found):
    shown = handlers.matrix(found, 1, 2, "en", "unified")
    assert (shown.width, shown.height) == SIZES[2]
    assert [cell.name for cell in shown.variants] == list(VARIANTS)
    assert shown.open == "unified"
    answer = found.found[1, 2, "raw"]
    assert [box[:4] for box in shown.variants[0].detections] == [d.box for d in answer.detections]
    assert shown.variants[0].note == f"{len(answer.detections)} found"
    assert handlers.matrix(found, 1, 2, "en", "").open is None


def test_the_file_holds_every_detection(found):
    (path,) = found.files
    assert Path(path).name == "detections.csv"
    table = pd.read_csv(path, dtype={"reference": str})
    assert len(table) == sum(len(answer.detections) for answer in found.found.values())
    assert set(table.columns) == {"target", "reference", "variant", "x0", "y0", "x1", "y1", "score"}
    for (reference, target, variant), answer in found.found.items():
        asked = "together" if reference == TOGETHER else str(reference + 1)
        rows = table[(table.target == f"{target}.png") & (table.reference == asked) & (table.variant == variant)]
        assert rows.score.tolist() == pytest.approx([d.score for d in answer.detections], abs=1e-4)
        assert rows.x1.tolist() == pytest.approx([d.box[2] for d in answer.detections], abs=0.06)


def test_what_is_said_follows_what_was_done(found, folder, targets):
    assert handlers.sentences(found, "en") == [
        "References: 2, boxes on them: 3, targets: 3. Where the boxes lie was not used."
    ]
    assert handlers.choices(found, "en") == [("All together", TOGETHER), ("Reference 1", 0), ("Reference 2", 1)]
    prompt = Prompt(saved(folder, "first.png"), (BOX,))
    alone = searched(Prompt(saved(folder, "second.png")), keep(prompt, (), "en"), targets[:1], placed=True)
    told = handlers.sentences(alone, "zh-CN")
    assert ACROSS["zh-CN"]["placed_seen"] in told[0]
    assert told[1] == ACROSS["zh-CN"]["unused"]
    assert handlers.choices(alone, "zh-CN") == [("全部参考图", TOGETHER)]


@pytest.mark.parametrize(
    ("boxes", "before", "given", "sentence"),
    [
        ((), 0, 1, "There is no reference yet"),
        ((BOX,), MAX_REFERENCES, 1, f"{MAX_REFERENCES} references are the most"),
        ((BOX,), 0, 0, "There is no target yet"),
    ],
)
def test_what_cannot_be_searched_gets_a_sentence(folder, targets, boxes, before, given, sentence):
    path = saved(folder, "first.png")
    kept = keep(Prompt(path, (BOX,)), (), "en") * before
    with pytest.raises(ValueError, match=sentence):
        handlers.start(Prompt(path, boxes), kept, targets[:given], False, None, "en")


def test_a_picture_that_is_gone_is_named_without_its_folder(tmp_path, targets, monkeypatch):
    monkeypatch.setattr("app.services.analyses.analyzer", lambda: untrained("raw"))
    path = saved(tmp_path, "gone.png")
    lost, _ = received([path], (), "en")
    Path(path).unlink()
    job = handlers.start(Prompt(targets[0].path, (BOX,)), (), lost, False, None, "en")
    job.start()
    standing = job.wait(PATIENCE)
    assert standing.state == "failed"
    assert "'gone.png'" in standing.error
    assert str(tmp_path) not in standing.error


def test_nothing_of_a_search_stays_when_nobody_holds_it(folder, targets, tmp_path, monkeypatch):
    monkeypatch.setattr(handlers, "get_upload_folder", lambda: str(tmp_path))
    kept = searched(Prompt(saved(folder, "first.png"), (BOX,)), (), targets[:1])
    assert len(list(tmp_path.iterdir())) == 1
    del kept
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_it_searches_with_what_the_visitor_chose_and_says_so(folder, targets):
    weights = Weights("token", untrained("raw", "distillation"), ("distillation",))
    found = searched(Prompt(saved(folder, "first.png"), (BOX,)), (), targets[:1], source=weights)
    assert tuple(found.variants) == ("raw", "distillation")
    assert any("trained here (Distillation)" in sentence for sentence in handlers.sentences(found, "en"))
