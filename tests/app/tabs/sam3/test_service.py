from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.components.box_prompter.component import Prompt, PromptBox
from app.services.backbones import Chosen
from app.tabs.sam3 import service as handlers
from app.tabs.sam3.strings import SAM3
from sam3viz.encoders.sam3_geometry import PARTS
from sam3viz.utils.messages import translate
from tests.helpers.sam3_checkpoint import save_sam3
from tests.helpers.timm_checkpoints import VIT, save_checkpoint
from tests.studies.detector.conftest import DRAWN, PICTURE

PATIENCE = 120


@pytest.fixture(scope="module")
def chosen(tmp_path_factory) -> Chosen:
    return Chosen("sam3:tiny", save_sam3(tmp_path_factory.mktemp("sam3")))


@pytest.fixture(scope="module")
def prompt(tmp_path_factory) -> Prompt:
    path = tmp_path_factory.mktemp("picture") / "picture.png"
    PICTURE.save(path)
    return Prompt(str(path), tuple(PromptBox(*e.box, e.label) for e in DRAWN), width=150, height=90)


@pytest.fixture(scope="module")
def studied(chosen, prompt) -> handlers.Studied:
    job = handlers.start(prompt, chosen, 0.01, [], "en")
    job.start()
    assert job.wait(PATIENCE).state == "done", job.status().error
    found = job.result()
    assert found is not None
    return found


def test_the_picture_and_boxes_are_studied_and_written(studied):
    assert [Path(path).name for path in studied.files] == ["sam3.html", "sam3.json"]
    assert [e.label for e in studied.done.scene.exemplars] == [1, -1]
    assert studied.done.settings["threshold"] == "0.01"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_everything_is_said_in_the_language(studied, language):
    table, pictures = handlers.table_html(studied, language), handlers.pictures_html(studied, language)
    assert table.count("<tr>") == 1 + len(studied.done.outcomes)
    for outcome in studied.done.outcomes:
        assert outcome.title(language) in table
        assert outcome.title(language) in pictures
    assert [bar.name for bar in handlers.bars(studied, language).data] == [translate(part, language) for part in PARTS]
    assert SAM3[language]["presence"] in table
    assert SAM3[language]["IoU with own tokens without CLS"] in table
    assert "visual" in pictures, "what text alone is told"
    assert "nan" not in table.lower()


def test_another_picture_is_searched_with_the_boxes_of_this_one(chosen, prompt, studied, tmp_path):
    Image.effect_noise((120, 80), 60).convert("RGB").save(tmp_path / "other.png")
    job = handlers.start(prompt, chosen, 0.01, [str(tmp_path / "other.png")], "en")
    job.start()
    assert job.wait(PATIENCE).state == "done", job.status().error
    there = job.result().done
    assert there.scene.image.size == (120, 80)
    assert there.scene.drawn_on.size == (150, 90)
    np.testing.assert_allclose(there.tokens.shares, studied.done.tokens.shares, atol=1e-5)
    assert there.outcomes[0].output.masks.size == (80, 120)


def test_a_file_that_is_no_picture_is_told_by_its_name(chosen, prompt, tmp_path):
    (tmp_path / "notes.txt").write_text("no picture")
    job = handlers.start(prompt, chosen, 0.01, [str(tmp_path / "notes.txt")], "en")
    job.start()
    assert job.wait(PATIENCE).state == "failed"
    assert "notes.txt" in job.status().error
    assert str(tmp_path) not in job.status().error


def test_what_cannot_be_studied_gets_one_sentence(chosen, prompt, tmp_path):
    other = Chosen("timm", save_checkpoint(VIT, tmp_path))
    for source in (None, other):
        with pytest.raises(ValueError, match="SAM 3 is not chosen"):
            handlers.start(prompt, source, 0.3, [], "en")
    for empty in (Prompt(), Prompt(prompt.image)):
        with pytest.raises(ValueError, match="还没有框"):
            handlers.start(empty, chosen, 0.3, [], "zh-CN")
    with pytest.raises(ValueError, match="2 pictures were given to search: give one"):
        handlers.start(prompt, chosen, 0.3, ["a.png", "b.png"], "en")


def test_both_languages_say_the_same_things():
    """The same keys, and the same places for what is filled in."""
    assert set(SAM3["en"]) == set(SAM3["zh-CN"])
    for key, sentence in SAM3["en"].items():
        assert re.findall(r"{(\w+)", sentence) == re.findall(r"{(\w+)", SAM3["zh-CN"][key])
