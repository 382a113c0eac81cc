from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.components.box_prompter.component import Prompt
from app.tabs.across import inputs as module
from app.tabs.across.inputs import CrossImageInputs, load_example
from sam3viz.api.cross_image import MAX_REFERENCES, MAX_TARGETS
from tests.helpers.prompts import NEGATIVE_BOX, POSITIVE_BOX, save_picture
from tools.synthetic_scenes import render


@pytest.fixture
def boxed(tmp_path) -> Prompt:
    return Prompt(save_picture(tmp_path, "boxed.png"), (POSITIVE_BOX, NEGATIVE_BOX), width=96, height=64)


def prompts(inputs: CrossImageInputs) -> list[Prompt]:
    return [reference.prompt for reference in inputs.references]


def test_the_opening_example_shows_its_thing_on_some_targets_and_not_on_others():
    example = load_example()
    boxes = [(box.x0, box.y0, box.x1, box.y1) for box in example.prompt.boxes if box.label > 0]
    things = render(module.EXAMPLE)[1]
    boxed_kinds = {thing.kind for thing in things if any(np.allclose(thing.box, box, atol=1) for box in boxes)}
    assert boxed_kinds == {"blue marble"}
    kinds = [{thing.kind for thing in render(name)[1]} for name in module.EXAMPLE_TARGETS]
    assert [boxed_kinds <= kind for kind in kinds] == [True, True, False]
    assert len({target.name for target in example.targets}) == len(example.targets) == 3
    assert all(Path(target.path).is_file() for target in example.targets)
    assert example.references == ()


def test_a_kept_reference_is_taken_up_again_and_what_was_open_takes_its_place(boxed, tmp_path):
    kept = CrossImageInputs(boxed).keep()
    assert kept.prompt == Prompt()
    other = Prompt(save_picture(tmp_path, "other.png"), (POSITIVE_BOX,), width=96, height=64)
    kept = CrossImageInputs(other, kept.references).keep()
    assert prompts(kept) == [boxed, other]
    third = Prompt(save_picture(tmp_path, "third.png"), (NEGATIVE_BOX,), width=96, height=64)
    taken = CrossImageInputs(third, kept.references).take_up(0)
    assert taken.prompt == boxed
    assert prompts(taken) == [third, other]
    taken = CrossImageInputs(Prompt(third.image), kept.references).take_up(1)
    assert (taken.prompt, prompts(taken)) == (other, [boxed])


def test_references_and_targets_are_left_out_by_their_number(boxed, tmp_path):
    other = Prompt(save_picture(tmp_path, "other.png"), (POSITIVE_BOX,), width=96, height=64)
    inputs = CrossImageInputs(other, CrossImageInputs(boxed).keep().references).keep()
    assert prompts(inputs.drop_reference(0)) == [other]
    assert prompts(inputs.drop_reference(1)) == [boxed]
    paths = [save_picture(tmp_path, f"{number}.png") for number in range(3)]
    inputs, _ = inputs.add_targets(paths)
    assert [target.name for target in inputs.drop_target(1).targets] == ["0.png", "2.png"]
    assert inputs.drop_target(3) == inputs
    assert prompts(inputs.drop_target(0)) == [boxed, other]


def test_the_open_picture_is_a_reference_once_it_has_a_box(boxed):
    kept = CrossImageInputs(boxed).keep()
    assert (kept.prompts, kept.unboxed) == ((boxed,), False)
    bare = CrossImageInputs(Prompt(boxed.image), kept.references)
    assert (bare.prompts, bare.unboxed) == ((boxed,), True)
    other = Prompt(boxed.image, (POSITIVE_BOX,))
    both = CrossImageInputs(other, kept.references)
    assert (both.prompts, both.unboxed) == ((boxed, other), False)


@pytest.mark.parametrize(
    ("image", "boxes", "before", "sentence"),
    [
        (False, (), 0, "There is no picture to keep"),
        (True, (), 0, "has no box"),
        (True, (POSITIVE_BOX,), MAX_REFERENCES, f"{MAX_REFERENCES} references are the most"),
    ],
)
def test_what_cannot_be_kept_gets_a_sentence(boxed, image, boxes, before, sentence):
    prompt = Prompt(boxed.image if image else None, boxes)
    references = CrossImageInputs(boxed).keep().references * before
    with pytest.raises(ValueError, match=sentence):
        CrossImageInputs(prompt, references).keep()


@pytest.mark.parametrize(
    ("boxes", "before", "given", "sentence"),
    [
        ((), 0, 1, "There is no reference yet"),
        ((POSITIVE_BOX,), MAX_REFERENCES, 1, f"{MAX_REFERENCES} references are the most"),
        ((POSITIVE_BOX,), 0, 0, "There is no target yet"),
    ],
)
def test_what_cannot_be_searched_gets_a_sentence(boxed, boxes, before, given, sentence):
    references = CrossImageInputs(boxed).keep().references * before
    targets = CrossImageInputs().add_targets([boxed.image])[0].targets * given
    with pytest.raises(ValueError, match=sentence):
        CrossImageInputs(Prompt(boxed.image, boxes), references, targets).check()


def test_a_bad_file_is_named_and_the_others_are_kept(tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    paths = [save_picture(tmp_path, "a.png"), str(broken), save_picture(tmp_path / "other", "a.png")]
    inputs, errors = CrossImageInputs().add_targets(paths)
    assert [target.name for target in inputs.targets] == ["a.png", "a (2).png"]
    (error,) = errors
    assert "'broken.png' is not a picture" in str(error)
    assert str(tmp_path) not in str(error)


def test_more_targets_than_the_most_are_left_out_by_name(tmp_path):
    paths = [save_picture(tmp_path, f"{number}.png") for number in range(3)]
    before = CrossImageInputs().add_targets(paths[:1])[0].targets * (MAX_TARGETS - 1)
    inputs, errors = CrossImageInputs(targets=before).add_targets(paths[1:])
    assert len(inputs.targets) == MAX_TARGETS
    assert list(map(str, errors)) == [f"{MAX_TARGETS} targets are the most: 2.png left out."]
