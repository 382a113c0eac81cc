from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from sam3viz.data.coco import read_coco
from sam3viz.data.samples import CocoSamples
from sam3viz.data.sources import from_coco
from sam3viz.training.episodes import encode_scenes
from tests.helpers.coco_sets import RED, SIZE, save_set
from tests.helpers.tiny import TinyBackbone

IDS = {"bar": 0, "square": 1}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_set(tmp_path_factory.mktemp("coco"), pictures=4)


def samples(folder, count: int = 8, withheld: frozenset[int] = frozenset(), seed: int = 0) -> CocoSamples:
    return CocoSamples(read_coco(folder), count, IDS, (96, 160), TinyBackbone().grid, withheld, seed)


def test_a_photograph_keeps_its_objects_where_they_are(folder):
    sample = samples(folder)[0]
    assert sample.image.shape == (SIZE[1], SIZE[0], 3)
    assert sample.classes.tolist() == [1, 1, 1, 0, 0]
    np.testing.assert_allclose(sample.boxes[0] * np.array(SIZE * 2), RED[0], atol=1e-4)
    rows, columns = TinyBackbone().grid(*SIZE, sample.size)
    assert sample.cover.shape == (5, rows, columns)
    areas = [(x1 - x0) * (y1 - y0) / (SIZE[0] * SIZE[1]) for x0, y0, x1, y1 in RED]
    shares = sample.cover[:3].mean((1, 2)) / 255
    np.testing.assert_allclose(shares, areas, rtol=0.4)  # outlines take the whole of the fine cells they pass through


def test_pictures_come_in_turn_each_time_at_another_size_and_in_another_light(folder):
    every = samples(folder)
    assert [every[i].size for i in range(8)] == [96, 160] * 2 + [160, 96] * 2
    assert (every[0].image != every[4].image).any()
    assert (every[0].image == samples(folder)[0].image).all()
    assert (every[0].image != samples(folder, seed=1)[0].image).any()
    with pytest.raises(IndexError):
        every[8]


def test_withheld_categories_are_shown_and_never_asked(folder):
    withheld = samples(folder, withheld=frozenset({0}))[0]
    assert withheld.withheld == {0}
    assert 0 in withheld.classes
    with pytest.raises(ValueError, match="No picture shows two objects of one training category"):
        samples(folder, withheld=frozenset({0, 1}))


def test_photographs_can_be_trained_on(folder):
    backbone = TinyBackbone()
    encoded = encode_scenes(samples(folder), backbone)
    assert len(encoded) == 8
    assert all(scene.askable for _, scene in encoded)


def test_a_folder_is_parted_by_category_and_by_picture(folder):
    source = from_coco(folder)
    assert set(source.categories) == {"bar", "square"}
    assert len(source.unseen) == 1
    names = [{picture.path.name for picture in part} for part in (source.train, source.validation)]
    assert not names[0] & names[1]
    assert (len(names[0]), len(names[1])) == (3, 1)
    assert source.unseen == from_coco(folder).unseen
    assert source.described.endswith("(1 seen and 1 unseen categories, 3 training pictures)")


def test_held_out_pictures_ask_for_unseen_categories_as_well(folder):
    source = from_coco(folder)
    (unseen,) = (source.class_ids[name] for name in source.unseen)
    made = [part(2, 0, (96,), TinyBackbone().grid, 0)[0].withheld for part in (source.samples, source.held_out)]
    assert made == [{unseen}, frozenset()]


def test_too_little_is_refused(tmp_path):
    with pytest.raises(ValueError, match="has 1 pictures: at least 2 are needed"):
        from_coco(save_set(tmp_path / "one", pictures=1))
    with pytest.raises(ValueError, match="There is no folder"):
        from_coco(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="holds no annotations"):
        from_coco(tmp_path / "empty")


def test_a_picture_of_another_size_than_its_annotations_is_refused(tmp_path):
    folder = save_set(tmp_path / "set", pictures=2)
    Image.new("RGB", (50, 60)).save(folder / "images" / "0.png")
    every = samples(folder, 2)
    with pytest.raises(ValueError, match=r"0\.png is 50 x 60 pixels when upright, its annotations are for 160 x 120"):
        every[0]


def test_in_every_third_round_a_part_of_each_picture_is_seen(folder):
    every = samples(folder, 12)
    sizes = [every[index].image.shape[:2] for index in range(12)]
    assert set(sizes[:8]) == {(SIZE[1], SIZE[0])}
    assert any(size != (SIZE[1], SIZE[0]) for size in sizes[8:])
    for index in range(8, 12):
        part = every[index]
        height, width = part.image.shape[:2]
        assert part.cover.shape == (len(part.classes), *TinyBackbone().grid(width, height, part.size))
        assert (part.boxes >= 0).all()
        assert (part.boxes <= 1).all()
