from __future__ import annotations

import numpy as np
import pytest

from sam3viz.data.sources import Pictures
from sam3viz.data.synthetic.cutout_library import rendered_pictures

SHEETS, BACKGROUNDS = 12, 12
SEEN = [
    "amber marble",
    "blue marble",
    "blue-shifted amber marble",
    "blue-shifted green die",
    "blue-shifted red counter",
    "blue-shifted tile",
    "brass nut",
    "capsule",
    "clock",
    "die",
    "green die",
    "green-shifted amber marble",
    "green-shifted blue marble",
    "green-shifted brass nut",
    "green-shifted capsule",
    "green-shifted red button",
    "green-shifted red counter",
    "green-shifted wooden ball",
    "red button",
    "red counter",
    "tile",
    "white button",
    "wooden ball",
]
UNSEEN = [
    "blue-shifted blue marble",
    "blue-shifted brass nut",
    "blue-shifted capsule",
    "blue-shifted red button",
    "blue-shifted wooden ball",
    "green-shifted green die",
    "green-shifted tile",
]


@pytest.fixture(scope="module")
def pictures() -> Pictures:
    return rendered_pictures()


def cutouts(pictures: Pictures) -> dict:
    return {**pictures.seen, **pictures.unseen}


def test_every_class_has_several_different_cut_outs(pictures):
    assert len(cutouts(pictures)) >= 20
    for name, members in cutouts(pictures).items():
        assert len(members) >= 6, name
        assert {member.cls for member in members} == {name}
        assert len({member.image.tobytes() for member in members}) > len(members) / 2
        for member in members:
            alpha = np.asarray(member.image.getchannel("A"))
            assert member.image.mode == "RGBA"
            assert min(alpha.shape) >= 20
            assert 0.2 < (alpha > 128).mean() < 1
            edges = (alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1])
            assert all(edge.any() for edge in edges), "the box is tight"


def test_mirror_images_are_one_class_and_tints_of_a_thing_one_group(pictures):
    names = set(cutouts(pictures))
    assert {"clock", "tile"} <= names
    assert not names & {"clock at 4", "clock at 8", "mirrored tile", "green-shifted white button"}
    groups = {members[0].group for name, members in cutouts(pictures).items() if name.endswith("capsule")}
    assert groups == {"capsule"}


def test_a_tint_turns_the_hue_and_keeps_the_outline(pictures):
    def mean(name: str) -> np.ndarray:
        """Colour of the first red button, in its tints."""
        image = np.asarray(cutouts(pictures)[name][0].image, np.float32)
        return image[image[..., 3] > 200][:, :3].mean(0)

    assert mean("red button").argmax() == 0
    assert mean("green-shifted red button").argmax() == 1
    assert mean("blue-shifted red button").argmax() == 2
    alphas = {
        cutouts(pictures)[name][0].image.getchannel("A").tobytes() for name in ("red button", "blue-shifted red button")
    }
    assert len(alphas) == 1


def test_classes_and_splits_stay_what_they_were(pictures):
    """Trainings and evaluations of different versions hold out the same classes."""
    assert list(pictures.seen) == SEEN
    assert list(pictures.unseen) == UNSEEN
    assert [len(part) for part in (pictures.backgrounds, pictures.held_out_backgrounds)] == [9, 3]
    assert [cutout.name for cutout in pictures.seen["blue marble"]] == [
        f"marbles-{layout}-{i}" for layout in range(3) for i in range(9)
    ]


def test_backgrounds_differ_in_colour_and_show_something(pictures):
    backgrounds = [*pictures.backgrounds, *pictures.held_out_backgrounds]
    assert len(backgrounds) == BACKGROUNDS
    means = np.array([np.asarray(background, np.float32).mean((0, 1)) for background in backgrounds])
    assert len({*means.argmax(1).tolist()}) == 3, "no colour leads in all of them"
    assert all(np.asarray(background.convert("L")).std() > 3 for background in backgrounds)


def test_scenes_can_be_composed_of_both_parts(pictures):
    for unseen in (False, True):
        scene = pictures.composer(192, 0, unseen).scene(0)
        assert set(scene.classes) <= set(pictures.unseen if unseen else pictures.seen)
        assert len(scene.boxes) >= 2
    assert "rendered still lifes" in pictures.described


def test_files_are_read_once_and_reading_can_be_stopped(pictures):
    calls: list[tuple[int, int]] = []
    again = rendered_pictures(lambda done, total: calls.append((done, total)))
    total = SHEETS + BACKGROUNDS
    assert calls == [(i + 1, total) for i in range(total)]
    assert again.backgrounds[0] is pictures.backgrounds[0]
    assert again.described == pictures.described

    def stop(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        rendered_pictures(stop)
