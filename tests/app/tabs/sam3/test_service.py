from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.components.box_prompter.component import Prompt, PromptBox
from app.services.backbones import BackboneChoice
from app.tabs.sam3 import service
from app.tabs.sam3.strings import STRINGS
from sam3viz.encoders.sam3_geometry import PARTS
from sam3viz.studies.detector.result import DetectorStudy
from sam3viz.utils.messages import translate, translate_error
from tests.helpers.jobs import failed, finished
from tests.helpers.noise import noise_image
from tests.helpers.sam3_checkpoint import save_sam3
from tests.helpers.timm_checkpoints import VIT, save_checkpoint

PICTURE = noise_image(150, 90, 80)
BOXES = (PromptBox(10, 10, 60, 60, 1), PromptBox(80, 20, 140, 80, -1))


@pytest.fixture(scope="module")
def chosen(tmp_path_factory) -> BackboneChoice:
    return BackboneChoice("sam3:tiny", save_sam3(tmp_path_factory.mktemp("sam3")))


@pytest.fixture(scope="module")
def prompt(tmp_path_factory) -> Prompt:
    path = tmp_path_factory.mktemp("picture") / "picture.png"
    PICTURE.save(path)
    return Prompt(str(path), BOXES, width=150, height=90)


@pytest.fixture(scope="module")
def exported(chosen, prompt) -> service.ExportedStudy:
    return finished(service.start(prompt, chosen, 0.01, []))


@pytest.fixture(scope="module")
def studied(exported) -> DetectorStudy:
    return exported.value


def test_the_picture_and_boxes_are_studied_and_written(exported):
    assert [Path(path).name for path in exported.files] == ["sam3.html", "sam3.json"]
    assert [e.label for e in exported.value.scene.exemplars] == [1, -1]
    assert exported.value.settings["threshold"] == "0.01"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_everything_is_said_in_the_language(studied, language):
    table, pictures = service.numbers_html(studied, language), service.pictures_html(studied, language)
    assert table.count("<tr>") == 1 + len(studied.outcomes)
    for outcome in studied.outcomes:
        assert outcome.title(language) in table
        assert outcome.title(language) in pictures
    assert [bar.name for bar in service.bars(studied, language).data] == [translate(part, language) for part in PARTS]
    assert STRINGS[language]["presence"] in table
    assert STRINGS[language]["IoU with own tokens without CLS"] in table
    assert "visual" in pictures, "what text alone is told"
    assert "nan" not in table.lower()


def test_another_picture_is_searched_with_the_boxes_of_this_one(chosen, prompt, studied, tmp_path):
    noise_image(120, 80, 60).save(tmp_path / "other.png")
    there = finished(service.start(prompt, chosen, 0.01, [str(tmp_path / "other.png")])).value
    assert there.scene.image.size == (120, 80)
    assert there.scene.drawn_on.size == (150, 90)
    np.testing.assert_allclose(there.tokens.shares, studied.tokens.shares, atol=1e-5)
    assert there.outcomes[0].output.masks.size == (80, 120)


def test_a_file_that_is_no_picture_is_told_by_its_name(chosen, prompt, tmp_path):
    (tmp_path / "notes.txt").write_text("no picture")
    told = failed(service.start(prompt, chosen, 0.01, [str(tmp_path / "notes.txt")]))
    assert "notes.txt" in told
    assert str(tmp_path) not in told


def test_what_cannot_be_studied_gets_one_sentence(chosen, prompt, tmp_path):
    other = BackboneChoice("timm", save_checkpoint(VIT, tmp_path))
    for source in (None, other):
        with pytest.raises(ValueError, match="SAM 3 is not chosen"):
            service.start(prompt, source, 0.3, [])
    for empty in (Prompt(), Prompt(prompt.image)):
        with pytest.raises(ValueError, match="There is no box yet") as caught:
            service.start(empty, chosen, 0.3, [])
        assert "还没有框" in translate_error(caught.value, "zh-CN")
    with pytest.raises(ValueError, match="2 pictures were given to search: give one"):
        service.start(prompt, chosen, 0.3, ["a.png", "b.png"])
