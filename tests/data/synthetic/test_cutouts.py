from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from sam3viz.data.synthetic.cutouts import Cutout, load_backgrounds, load_cutouts, split_backgrounds, split_classes
from tests.helpers.picture_folders import save_disc, save_noise


def names(classes: dict[str, list[Cutout]]) -> dict[str, list[str]]:
    return {cls: [cutout.name for cutout in cutouts] for cls, cutouts in classes.items()}


def test_own_folder_by_class_and_flat(tmp_path):
    for name in ("cup/b.png", "cup/a.png", "fruit/pear/x.png", "spoon12.png", "spoon-2.webp", "7.png"):
        save_disc(tmp_path / name)
    classes = load_cutouts(tmp_path)
    assert names(classes) == {"7": ["7"], "cup": ["a", "b"], "pear": ["x"], "spoon": ["spoon-2", "spoon12"]}
    assert classes["pear"][0].group == "fruit"


def test_cutouts_are_cropped_to_what_is_opaque_and_bounded(tmp_path):
    save_disc(tmp_path / "small.png", 60)
    save_disc(tmp_path / "large.png", 400)
    classes = load_cutouts(tmp_path, longest=128)
    assert classes["small"][0].image.size == (60, 60)
    assert classes["large"][0].image.size == (128, 128)
    assert classes["large"][0].image.mode == "RGBA"
    assert classes["small"][0].image.getpixel((30, 30)) == (255, 0, 0, 255)
    assert classes["small"][0].image.getpixel((0, 0))[3] == 0


def test_specks_are_left_out(tmp_path):
    save_disc(tmp_path / "fine.png")
    save_disc(tmp_path / "speck.png", 20)
    assert list(load_cutouts(tmp_path)) == ["fine"]


def test_stamps_follow_the_rules(tmp_path):
    stamps = tmp_path / "usr/share/tuxpaint/stamps"
    for name in (
        "animals/birds/crow.png",
        "animals/birds/blackbird.png",
        "animals/birds/cartoon/tux.png",
        "food/fruit/apple_red.png",
        "food/fruit/apple_fuji.png",
        "animals/fish/lionfish.png",
        "animals/mammals/cats/lion.png",
        "animals/mammals/cats/lion-2.png",
        "plants/flowers/flower1.png",
        "plants/flowers/flower2.png",
        "symbols/math/1.png",
        "vehicles/construction/dumper.png",
        "vehicles/construction/dumper_mirror.png",
    ):
        save_disc(stamps / name)
    classes = load_cutouts(tmp_path)
    assert names(classes) == {
        "apple": ["apple_fuji", "apple_red"],
        "blackbird": ["blackbird", "crow"],
        "dumper": ["dumper"],
        "flower1": ["flower1"],
        "flower2": ["flower2"],
        "lion": ["lion-2", "lion"],
        "lionfish": ["lionfish"],
    }
    assert {cls: members[0].group for cls, members in classes.items()} == {
        "apple": "food/fruit",
        "blackbird": "animals/birds",
        "dumper": "vehicles",
        "flower1": "plants/flowers",
        "flower2": "plants/flowers",
        "lion": "animals/mammals",
        "lionfish": "animals/fish",
    }


def test_bad_cutouts_are_named(tmp_path):
    with pytest.raises(ValueError, match="holds no cut-outs"):
        load_cutouts(tmp_path)
    save_noise(tmp_path / "flat.jpg", (64, 64))
    with pytest.raises(ValueError, match=r"flat\.jpg has no transparency"):
        load_cutouts(tmp_path)
    (tmp_path / "flat.jpg").write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"flat\.jpg is not a readable picture"):
        load_cutouts(tmp_path)


def test_a_truncated_picture_is_named(tmp_path):
    save_disc(tmp_path / "disc.png", 300)
    (tmp_path / "disc.png").write_bytes((tmp_path / "disc.png").read_bytes()[:400])
    with pytest.raises(ValueError, match=r"disc\.png is damaged"):
        load_cutouts(tmp_path)


def test_backgrounds_come_once_each_in_order_and_bounded(tmp_path):
    save_noise(tmp_path / "b/hills/400x200.png", (400, 200), 1)
    save_noise(tmp_path / "b/hills/1200x600.jpg", (1200, 600), 1)
    save_noise(tmp_path / "b/hills/300x150.png", (300, 150), 1)
    save_noise(tmp_path / "b/sea.webp", (100, 300), 2)
    save_noise(tmp_path / "b/sea_1000x3000.webp", (1000, 3000), 2)
    save_noise(tmp_path / "a/wood.jpg", (500, 500), 3)
    save_noise(tmp_path / "b/Autumn/contents/screenshot.png", (300, 200), 4)
    Image.new("RGB", (300, 300), "grey").save(tmp_path / "a/plain.png")
    backgrounds = load_backgrounds([tmp_path / "b", tmp_path / "a"], longest=320)
    assert [picture.size for picture in backgrounds] == [(320, 160), (107, 320), (320, 320)]
    assert {picture.mode for picture in backgrounds} == {"RGB"}


def test_no_backgrounds_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="No background pictures"):
        load_backgrounds([tmp_path])


def toy_classes(groups: dict[str, int]) -> dict[str, list[Cutout]]:
    image = Image.new("RGBA", (30, 30), "red")
    return {
        f"{group}-{i}": [Cutout("x", f"{group}-{i}", group, image)]
        for group, count in groups.items()
        for i in range(count)
    }


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 12), min_size=1).filter(lambda g: sum(g.values()) >= 4),
    st.integers(0, 1000),
)
def test_the_split_is_disjoint_complete_and_spread(groups, seed):
    classes = toy_classes(groups)
    seen, unseen = split_classes(classes, seed)
    assert seen.keys() | unseen.keys() == classes.keys()
    assert not seen.keys() & unseen.keys()
    assert len(unseen) == len(classes) // 4
    for group, count in groups.items():
        held_out = sum(cls.startswith(group) for cls in unseen)
        assert count // 4 <= held_out <= -(-count // 4)
    reordered = split_classes(dict(reversed(classes.items())), seed)
    assert [list(part) for part in reordered] == [list(seen), list(unseen)]


def test_the_split_depends_on_the_seed():
    classes = toy_classes({"a": 20, "b": 20})
    assert len({tuple(split_classes(classes, seed)[1]) for seed in range(5)}) > 1


def test_a_split_without_unseen_classes_is_refused():
    with pytest.raises(ValueError, match=r"3 classes cannot be split with 0\.25"):
        split_classes(toy_classes({"a": 3}), 0)
    with pytest.raises(ValueError, match="cannot be split"):
        split_classes(toy_classes({"a": 3}), 0, unseen=1.0)


def test_backgrounds_split_disjointly():
    backgrounds = [Image.new("RGB", (4, 4), (i, 0, 0)) for i in range(12)]
    train, held_out = split_backgrounds(backgrounds, seed=1)
    assert (len(train), len(held_out)) == (9, 3)
    assert {id(picture) for picture in [*train, *held_out]} == {id(picture) for picture in backgrounds}
    assert split_backgrounds(backgrounds, seed=1) == (train, held_out)
    with pytest.raises(ValueError, match="1 backgrounds cannot be split"):
        split_backgrounds(backgrounds[:1], seed=1)
