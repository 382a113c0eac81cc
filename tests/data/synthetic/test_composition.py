from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from PIL import Image, ImageDraw

from sam3viz.data.synthetic.composition import MIN_VISIBLE, ComposedScene, Composer, cover
from sam3viz.data.synthetic.cutouts import Cutout
from tests.helpers.noise import noise_image

SEEDS = range(25)


def cutout(cls: str, group: str, shape: str, colour: str) -> Cutout:
    image = Image.new("RGBA", (80, 60))
    getattr(ImageDraw.Draw(image), shape)((0, 0, 79, 59), fill=colour)
    return Cutout(cls, cls, group, image)


def make_composer(size: int = 192, seed: int = 0) -> Composer:
    cutouts = {
        cls: [cutout(cls, group, shape, colour)]
        for cls, group, shape, colour in (
            ("ball", "round", "ellipse", "red"),
            ("plum", "round", "ellipse", "purple"),
            ("egg", "round", "ellipse", "white"),
            ("card", "flat", "rectangle", "blue"),
            ("tile", "flat", "rectangle", "green"),
        )
    }
    rng = np.random.default_rng(0)
    backgrounds = [
        Image.fromarray(rng.integers(0, 256, (6, 8, 3), np.uint8)).resize((320, 240), Image.Resampling.BICUBIC)
        for _ in range(3)
    ]
    return Composer(cutouts, backgrounds, size, seed)


@pytest.fixture(scope="module")
def scenes() -> list[ComposedScene]:
    composer = make_composer()
    return [composer.scene(seed) for seed in SEEDS]


def same(a: ComposedScene, b: ComposedScene) -> bool:
    return a.classes == b.classes and all(
        np.array_equal(getattr(a, name), getattr(b, name)) for name in ("image", "boxes", "instance_map")
    )


def test_a_scene_depends_on_its_number_alone(scenes):
    composer = make_composer()
    for seed in (7, 3, 7):
        assert same(composer.scene(seed), scenes[seed])


def test_scenes_differ_by_number_and_by_base_seed(scenes):
    assert len({scene.image.tobytes() for scene in scenes}) == len(scenes)
    assert not same(make_composer(seed=1).scene(0), scenes[0])


def test_shapes_and_types(scenes):
    for scene in scenes:
        assert scene.image.shape == (192, 192, 3)
        assert scene.image.dtype == scene.instance_map.dtype == np.uint8
        assert scene.boxes.shape == (len(scene.classes), 4)
        assert scene.boxes.dtype == np.float32


def test_boxes_are_tight_and_every_listed_instance_shows(scenes):
    for scene in scenes:
        assert scene.instance_map.max() == len(scene.classes)
        for i, box in enumerate(scene.boxes):
            rows, columns = np.nonzero(scene.instance_map == i + 1)
            assert len(rows) >= MIN_VISIBLE
            assert box.tolist() == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


def test_some_class_can_always_be_asked_for(scenes):
    assert all(max(Counter(scene.classes).values()) >= 2 for scene in scenes)


def test_a_single_class_of_cutouts_is_enough():
    composer = make_composer()
    lone = Composer({"ball": composer.cutouts["ball"]}, composer.backgrounds, 192)
    assert set(lone.scene(0).classes) == {"ball"}


def test_every_second_repeated_pair_is_of_one_group():
    """Eight groups of three classes: by chance 2 of 23 pairs would be alike."""
    cutouts = {
        f"{group}{i}": [cutout(f"{group}{i}", group, "ellipse", "red")] for group in "abcdefgh" for i in range(3)
    }
    composer = Composer(cutouts, make_composer().backgrounds, 192)
    repeated = [[cls for cls, n in Counter(composer.scene(seed).classes).items() if n > 1] for seed in range(60)]
    alike = [classes[0][0] == classes[1][0] for classes in repeated if len(classes) == 2]
    assert 0.35 < np.mean(alike) < 0.75


def test_labels_lie_on_what_was_painted():
    """Pure red discs on a grey background: the map must follow the colour."""
    ball = cutout("ball", "round", "ellipse", "red")
    composer = Composer({"ball": [ball]}, [noise_image(200, 200, 20)], 192)
    for seed in range(8):
        scene = composer.scene(seed)
        red = scene.image[..., 0].astype(int) - scene.image[..., 1:].mean(-1)
        assert red[scene.instance_map > 0].mean() > red[scene.instance_map == 0].mean() + 60


def test_no_instance_is_hidden_beyond_the_bound():
    """A disc fills pi / 4 of its box; the border and other things may each take their share of it, no more."""
    ball = cutout("ball", "round", "ellipse", "red")
    composer = Composer({"ball": [ball]}, make_composer().backgrounds, 192)
    for seed in range(40):
        scene = composer.scene(seed)
        area = np.bincount(scene.instance_map.ravel(), minlength=len(scene.classes) + 1)[1:]
        extent = (scene.boxes[:, 2:] - scene.boxes[:, :2]).prod(axis=1)
        assert (area / extent > 0.45).all()


@pytest.mark.parametrize("grid", [1, 12, 7, 192])
def test_cover_counts_pixels(scenes, grid):
    scene = scenes[0]
    share = cover(scene, grid)
    assert share.shape == (len(scene.classes), grid, grid)
    assert share.dtype == np.float32
    assert (share.sum(axis=0) <= 1 + 1e-6).all()
    cell = np.bincount(np.arange(192) * grid // 192)
    pixels = (share * np.outer(cell, cell)).sum(axis=(1, 2))
    assert pixels == pytest.approx(np.bincount(scene.instance_map.ravel())[1:], rel=1e-4)


def test_cover_is_the_block_mean(scenes):
    scene = scenes[1]
    expected = (scene.instance_map == 1).reshape(12, 16, 12, 16).mean(axis=(1, 3))
    np.testing.assert_allclose(cover(scene, 12)[0], expected, atol=1e-6)


def test_nothing_to_compose_of_is_an_error():
    composer = make_composer()
    with pytest.raises(ValueError, match="0 classes and 3 backgrounds"):
        Composer({}, composer.backgrounds)
    with pytest.raises(ValueError, match="5 classes and 0 backgrounds"):
        Composer(composer.cutouts, [])


def test_cutouts_too_thin_to_show_are_an_error():
    line = Cutout("line", "line", "", Image.new("RGBA", (200, 2), "red"))
    composer = Composer({"line": [line]}, make_composer().backgrounds, 64)
    with pytest.raises(ValueError, match="give larger cut-outs"):
        composer.scene(0)
