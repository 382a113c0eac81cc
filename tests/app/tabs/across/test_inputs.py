from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.components.box_prompter.component import Prompt, PromptBox
from app.tabs.across import inputs as given
from sam3viz.api.cross_image import MAX_SHOTS, MAX_TARGETS
from tools.synthetic_scenes import render

BOX, AGAINST = PromptBox(10, 10, 40, 40), PromptBox(50, 10, 80, 40, -1)


def saved(folder: Path, name: str, size: tuple[int, int] = (96, 64)) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (*size[::-1], 3), dtype=np.uint8)).save(path)
    return str(path)


@pytest.fixture
def drawn(tmp_path) -> Prompt:
    return Prompt(saved(tmp_path, "drawn.png"), (BOX, AGAINST), width=96, height=64)


def test_the_opening_example_shows_its_thing_on_some_targets_and_not_on_others():
    prompt, targets = given.opening()
    boxes = [(box.x0, box.y0, box.x1, box.y1) for box in prompt.boxes if box.label > 0]
    things = render(given.EXAMPLE)[1]
    asked = {thing.kind for thing in things if any(np.allclose(thing.box, box, atol=1) for box in boxes)}
    assert asked == {"blue marble"}
    kinds = [{thing.kind for thing in render(name)[1]} for name in given.EXAMPLE_TARGETS]
    assert [asked <= kind for kind in kinds] == [True, True, False]
    assert len({target.name for target in targets}) == len(targets) == 3
    assert all(Path(target.path).is_file() for target in targets)


def test_a_kept_reference_is_taken_up_again_and_what_was_open_takes_its_place(drawn, tmp_path):
    kept = given.keep(drawn, (), "en")
    other = Prompt(saved(tmp_path, "other.png"), (BOX,), width=96, height=64)
    kept = given.keep(other, kept, "en")
    assert [reference.prompt for reference in kept] == [drawn, other]
    third = Prompt(saved(tmp_path, "third.png"), (AGAINST,), width=96, height=64)
    opened, now = given.take_up(0, third, kept)
    assert opened == drawn
    assert [reference.prompt for reference in now] == [third, other]
    opened, now = given.take_up(1, Prompt(third.image), kept)
    assert (opened, [reference.prompt for reference in now]) == (other, [drawn])


@pytest.mark.parametrize(
    ("image", "boxes", "before", "sentence"),
    [
        (False, (), 0, "There is no picture to keep"),
        (True, (), 0, "has no box"),
        (True, (BOX,), MAX_SHOTS, f"{MAX_SHOTS} references are the most"),
    ],
)
def test_what_cannot_be_kept_gets_a_sentence(drawn, image, boxes, before, sentence):
    prompt = Prompt(drawn.image if image else None, boxes)
    with pytest.raises(ValueError, match=sentence):
        given.keep(prompt, given.keep(drawn, (), "en") * before, "en")


def test_a_bad_file_is_named_and_the_others_are_kept(tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    paths = [saved(tmp_path, "a.png"), str(broken), saved(tmp_path / "other", "a.png")]
    targets, sentences = given.received(paths, (), "en")
    assert [target.name for target in targets] == ["a.png", "a (2).png"]
    (sentence,) = sentences
    assert "'broken.png' is not a picture" in sentence
    assert str(tmp_path) not in sentence


def test_more_targets_than_the_most_are_left_out_by_name(tmp_path):
    paths = [saved(tmp_path, f"{number}.png") for number in range(3)]
    before, _ = given.received(paths[:1], (), "en")
    before = before * (MAX_TARGETS - 1)
    targets, sentences = given.received(paths[1:], before, "en")
    assert len(targets) == MAX_TARGETS
    assert sentences == [f"{MAX_TARGETS} targets are the most: 2.png left out."]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_cards_tell_number_boxes_and_name(drawn, tmp_path, language):
    shown = given.references_html(given.keep(drawn, (), "en") * 2, language)
    assert shown.count("<li>") == 2
    assert given.ACROSS[language]["reference"].format(number=2) in shown
    assert given.ACROSS[language]["boxes"].format(count=2) in shown
    assert given.ACROSS[language]["kept"].format(number=3) in shown
    targets, _ = given.received([saved(tmp_path, "a <b>.png")], (), language)
    assert "a &lt;b&gt;.png" in given.targets_html(targets, language)
    assert given.references_html((), language) == given.targets_html((), language) == ""
