from __future__ import annotations

import gc
from pathlib import Path

import pandas as pd
import pytest

from app.components.box_prompter.component import Prompt, PromptBox
from app.services.analyses import TrainedWeights
from app.tabs.across import service
from app.tabs.across.inputs import CrossImageInputs, Reference, Target
from app.tabs.across.service import CrossImageSearch, ExportedSearch
from app.tabs.across.strings import STRINGS
from sam3viz import VARIANTS as BRIDGES
from sam3viz.api.cross_image import ALL_REFERENCES
from sam3viz.types import Exemplar
from tests.helpers.analyzers import untrained
from tests.helpers.prompts import NEGATIVE_BOX, POSITIVE_BOX, save_picture

PATIENCE = 120
VARIANTS = ("raw", "unified")
SIZES = [(96, 64), (64, 96), (2000, 1000)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture(scope="module")
def targets(folder) -> tuple[Target, ...]:
    paths = [save_picture(folder, f"{number}.png", size) for number, size in enumerate(SIZES)]
    return CrossImageInputs().add_targets(paths)[0].targets


def kept(prompt: Prompt) -> tuple[Reference, ...]:
    return CrossImageInputs(prompt).keep().references


def searched(prompt: Prompt, references, targets, placed: bool = False, source=None) -> ExportedSearch:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.services.analyses.analyzer", lambda: untrained(*VARIANTS))
        job = service.start(prompt, references, targets, placed, source)
        job.start()
        assert job.wait(PATIENCE).state == "done", job.status().error
    result = job.result()
    assert result is not None
    return result


@pytest.fixture(scope="module")
def exported(folder, targets) -> ExportedSearch:
    """One reference kept, one open, three targets."""
    first = Prompt(save_picture(folder, "first.png"), (POSITIVE_BOX, NEGATIVE_BOX), width=96, height=64)
    second = Prompt(save_picture(folder, "second.png", (80, 72)), (POSITIVE_BOX,))
    return searched(second, kept(first), targets)


@pytest.fixture(scope="module")
def search(exported) -> CrossImageSearch:
    return exported.value


def test_every_reference_target_and_variant_is_there(search):
    assert search.references == (ALL_REFERENCES, 0, 1)
    assert tuple(search.summaries) == tuple(VARIANTS)
    assert set(search.predictions) == {(r, t, v) for r in search.references for t in range(3) for v in VARIANTS}
    assert (search.reference_count, search.box_count, search.use_box_position, search.unboxed) == (2, 3, False, False)


def test_boxes_and_sizes_are_those_of_the_targets_as_given(search):
    """A large picture is searched at a smaller size."""
    for (_, target, _), answer in search.predictions.items():
        width, height = SIZES[target]
        assert answer.size == (height, width)
        for detection in answer.detections:
            assert 0 <= detection.box[0] < detection.box[2] <= width + 0.01
            assert 0 <= detection.box[1] < detection.box[3] <= height + 0.01
    assert max(search.pictures[2].size) == service.PICTURE_SIDE
    far = [d.box[2] for key, answer in search.predictions.items() if key[1] == 2 for d in answer.detections]
    assert max(far) > service.PREVIEW_SIDE


def test_a_large_reference_is_scaled_with_its_boxes(folder):
    prompt = Prompt(save_picture(folder, "large.png", (3200, 800)), (PromptBox(320, 160, 640, 800, -1),))
    shot = service._reference_image(prompt)
    assert shot.image.size == (1600, 400)
    assert shot.exemplars == (Exemplar((160, 80, 320, 400), -1),)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_table_has_a_picture_for_each_target_and_variant(search, language):
    for choice, reference in zip((service.ALL, 0, 1), search.references, strict=True):
        html = service.overview_html(search, choice, 1, language)
        assert html.count("<tr>") == 1 + 3
        assert html.count("<img") == 3 * (1 + len(VARIANTS))
        for number in range(3):
            count = len(search.predictions[reference, number, "raw"].detections)
            values = {"target": search.names[number], "variant": BRIDGES["raw"].title, "count": count}
            assert STRINGS[language]["cell"].format(**values) in html
    assert len({search.cell_uris(reference) for reference in search.references}) == 3


def test_one_target_opens_with_its_own_picture_and_the_variant_that_was_pressed(search):
    shown = service.matrix(search, 1, 2, "en", "unified")
    assert (shown.width, shown.height) == SIZES[2]
    assert [cell.name for cell in shown.variants] == list(VARIANTS)
    assert shown.open == "unified"
    answer = search.predictions[1, 2, "raw"]
    assert [box[:4] for box in shown.variants[0].detections] == [d.box for d in answer.detections]
    assert shown.variants[0].note == f"{len(answer.detections)} found"
    assert service.matrix(search, 1, 2, "en", "").open is None


def test_the_file_holds_every_detection(exported, search):
    (path,) = exported.files
    assert Path(path).name == "detections.csv"
    table = pd.read_csv(path, dtype={"reference": str})
    assert len(table) == sum(len(answer.detections) for answer in search.predictions.values())
    assert set(table.columns) == {"target", "reference", "variant", "x0", "y0", "x1", "y1", "score"}
    for (reference, target, variant), answer in search.predictions.items():
        query = "together" if reference is ALL_REFERENCES else str(reference + 1)
        rows = table[(table.target == f"{target}.png") & (table.reference == query) & (table.variant == variant)]
        assert rows.score.tolist() == pytest.approx([d.score for d in answer.detections], abs=1e-4)
        assert rows.x1.tolist() == pytest.approx([d.box[2] for d in answer.detections], abs=0.06)


def test_what_is_said_follows_what_was_done(search, folder, targets):
    assert service.sentences(search, "en") == [
        "References: 2, boxes on them: 3, targets: 3. Where the boxes lie was not used."
    ]
    assert service.choices(search, "en") == [("All together", service.ALL), ("Reference 1", 0), ("Reference 2", 1)]
    prompt = Prompt(save_picture(folder, "first.png"), (POSITIVE_BOX,))
    alone = searched(Prompt(save_picture(folder, "second.png")), kept(prompt), targets[:1], placed=True).value
    summary, unused = service.sentences(alone, "zh-CN")
    assert STRINGS["zh-CN"]["placed_seen"] in summary
    assert unused == STRINGS["zh-CN"]["unused"]
    assert service.choices(alone, "zh-CN") == [("全部参考图", service.ALL)]


def test_a_choice_that_a_search_lacks_is_all_references(search):
    assert [search.key(choice) for choice in (service.ALL, 0, 1, 2)] == [ALL_REFERENCES, 0, 1, ALL_REFERENCES]


def test_what_cannot_be_searched_gets_a_sentence(folder):
    with pytest.raises(ValueError, match="There is no target yet"):
        service.start(Prompt(save_picture(folder, "first.png"), (POSITIVE_BOX,)), (), (), False, None)


def test_a_picture_that_is_gone_is_named_without_its_folder(tmp_path, targets, monkeypatch):
    monkeypatch.setattr("app.services.analyses.analyzer", lambda: untrained("raw"))
    path = save_picture(tmp_path, "gone.png")
    lost = CrossImageInputs().add_targets([path])[0].targets
    Path(path).unlink()
    job = service.start(Prompt(targets[0].path, (POSITIVE_BOX,)), (), lost, False, None)
    job.start()
    status = job.wait(PATIENCE)
    assert status.state == "failed"
    assert "'gone.png'" in status.error
    assert str(tmp_path) not in status.error


def test_nothing_of_a_search_stays_when_nobody_holds_it(folder, targets, tmp_path, monkeypatch):
    monkeypatch.setattr("app.services.exports.get_upload_folder", lambda: str(tmp_path))
    exported = searched(Prompt(save_picture(folder, "first.png"), (POSITIVE_BOX,)), (), targets[:1])
    assert len(list(tmp_path.iterdir())) == 1
    del exported
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_it_searches_with_what_the_visitor_chose_and_says_so(folder, targets):
    weights = TrainedWeights("token", untrained("raw", "distillation"), ("distillation",))
    search = searched(Prompt(save_picture(folder, "first.png"), (POSITIVE_BOX,)), (), targets[:1], source=weights).value
    assert tuple(search.summaries) == ("raw", "distillation")
    assert any("trained here (Distillation)" in sentence for sentence in service.sentences(search, "en"))
