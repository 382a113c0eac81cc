from __future__ import annotations

import math
from pathlib import Path

import pytest
from PIL import Image

from sam3viz.data import annotations as annotation
from sam3viz.data.coco import UNTRUSTED_LIMITS, CocoLimits, read_coco
from tests.helpers.coco_documents import SQUARE, document, save


def annotated(root: Path, **changes: object) -> Path:
    """The first annotation changed; None takes a key away."""
    content = document()
    entry = content["annotations"][0] | changes
    content["annotations"] = [{k: v for k, v in entry.items() if v is not None}]
    return save(root, content)


def test_pictures_come_in_the_order_of_their_ids_with_what_is_on_them(tmp_path):
    empty, picture = read_coco(save(tmp_path, document()))
    assert (empty.path, empty.annotations) == (tmp_path / "images" / "a.png", ())
    assert (picture.path.name, picture.width, picture.height) == ("b.png", 64, 48)
    cat, dog = picture.annotations
    assert (cat.category, cat.category_id, cat.box) == ("cat", 1, (10, 10, 30, 30))
    assert (cat.polygons, cat.outlined, cat.crowd) == ((tuple(map(float, SQUARE)),), True, False)
    assert (dog.category, dog.outlined) == ("dog", False)
    assert dog.polygons == ((40, 8, 56, 8, 56, 40, 40, 40),)


@pytest.mark.parametrize(
    ("file", "pictures"),
    [
        ("instances.json", "images"),
        ("annotations.json", "."),
        ("_annotations.coco.json", "."),
        ("annotations/instances_val2017.json", "val2017"),
        ("annotations/instances_val2017.json", "images/val2017"),
        ("annotations/instances_val2017.json", "annotations"),
    ],
)
def test_every_layout_is_understood(tmp_path, file, pictures):
    root = save(tmp_path, document(), file, pictures)
    for given in (root, root / file):
        assert [p.path.resolve() for p in read_coco(given)] == [
            (root / pictures / n).resolve() for n in ("a.png", "b.png")
        ]


def test_boxes_are_clipped_and_those_without_area_left_out_with_a_warning(tmp_path):
    content = document()
    content["annotations"][0]["bbox"] = [-5, 40, 20, 20]
    content["annotations"][1]["bbox"] = [10, 10, 0, 5]
    with pytest.warns(UserWarning, match="1 annotations whose box has no area"):
        _, picture = read_coco(save(tmp_path, content))
    assert [a.box for a in picture.annotations] == [(0, 40, 15, 48)]
    assert picture.flat == 1


def test_a_picture_is_known_by_its_path_in_the_annotations(tmp_path):
    content = document()
    for image, folder in zip(content["images"], "ab", strict=True):
        image["file_name"] = f"{folder}/1.png"
        (tmp_path / "images" / folder).mkdir(parents=True)
        Image.new("RGB", (64, 48)).save(tmp_path / "images" / folder / "1.png")
    found = read_coco(save(tmp_path, content))
    assert [picture.name for picture in found] == ["b/1.png", "a/1.png"]
    assert [picture.path for picture in found] == [tmp_path / "images" / n for n in ("b/1.png", "a/1.png")]


def test_a_picture_that_is_listed_twice_is_refused(tmp_path):
    content = document()
    content["images"][0]["file_name"] = "./a.png"
    assert "lists the picture 'a.png' more than once" in refused(save(tmp_path, content))


def coded(count: int) -> dict:
    """A cat with a run-length mask, several times."""
    content = document()
    entry = content["annotations"][0] | {"segmentation": {"size": [48, 64], "counts": [64 * 48]}}
    content["annotations"] = [entry | {"id": number} for number in range(count)]
    return content


def test_too_many_annotations_or_mask_pixels_are_refused_before_one_is_decoded(tmp_path, monkeypatch):
    root, pixels = save(tmp_path, coded(3)), 3 * 48 * 64
    assert len(read_coco(root, CocoLimits(3, pixels))[1].annotations) == 3
    monkeypatch.setattr(annotation.rle_masks, "decode", None)  # is not come to
    for limits, told in (
        (CocoLimits(2, pixels), "holds 3 annotations, over 2: "),
        (CocoLimits(3, pixels - 1), "over 0: "),
    ):
        with pytest.raises(ValueError, match=told):
            read_coco(root, limits)
    assert UNTRUSTED_LIMITS.annotations < 10**5
    assert UNTRUSTED_LIMITS.mask_pixels < 10**10


def test_reading_tells_how_far_it_is_and_may_be_stopped(tmp_path):
    told = []
    read_coco(save(tmp_path, coded(3)), progress=lambda *at: told.append(at))
    assert told == [("Annotations read", done, 3) for done in range(4)]

    def stop(what: str, done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        read_coco(tmp_path, progress=stop)


def refused(root: Path) -> str:
    """The one sentence."""
    with pytest.raises(ValueError) as error:  # noqa: PT011 the callers look at the text
        read_coco(root)
    text = str(error.value)
    assert "\n" not in text
    assert ": " in text  # the fault, then the remedy
    return text


def test_a_missing_folder_or_file_is_named(tmp_path):
    assert "no folder" in refused(tmp_path / "nowhere")
    assert "holds no annotations" in refused(tmp_path)
    save(tmp_path, document(), "annotations/instances_train2017.json")
    save(tmp_path, document(), "annotations/instances_val2017.json")
    several = refused(tmp_path)
    assert "instances_train2017.json, annotations/instances_val2017.json" in several
    assert len(read_coco(tmp_path / "annotations" / "instances_val2017.json")) == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("not json", "is not JSON"),
        ("[]", "holds a list"),
        ({}, "lacks the key 'categories'"),
        (document() | {"annotations": {}}, "'annotations' is not a list"),
        (document() | {"images": [{"id": 7}]}, "an entry of 'images' lacks the key 'file_name'"),
        (document() | {"annotations": []}, "no annotation that can be used"),
        (document() | {"categories": [{"id": "x", "name": "cat"}]}, "ids are integers"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path, content, told):
    assert told in refused(save(tmp_path, content))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"bbox": None}, "lacks the key 'bbox'"),
        ({"bbox": [1, 2, 3]}, "annotation 1 has the box [1, 2, 3]"),
        ({"bbox": [1, 2, -3, 4]}, "annotation 1 has the box"),
        ({"bbox": [1, 2, "3", 4]}, "annotation 1 has the box"),
        ({"bbox": [1, 2, math.nan, 4]}, "annotation 1 has the box"),
        ({"bbox": [100, 2, 3, 4]}, "outside its 64 x 48 picture"),
        ({"category_id": 9}, "unknown category 9"),
        ({"image_id": 9}, "image 9, which is not listed"),
        ({"segmentation": [[1, 2, 3, 4, 5]]}, "broken polygon"),
        ({"segmentation": [1, 2, 3, 4, 5, 6]}, "broken polygon"),
        ({"segmentation": "cat"}, "broken outline"),
        ({"segmentation": {"size": [64, 48], "counts": "x"}}, "RLE mask of size [64, 48]"),
        ({"segmentation": {"size": [48, 64], "counts": "zzz!!"}}, "broken RLE mask"),
        ({"segmentation": {"size": [48, 64], "counts": [1, 99999]}}, "broken RLE mask"),
        ({"segmentation": {"size": [48, 64], "counts": ["a"]}}, "broken RLE mask"),
        ({"segmentation": {"size": [48, 64], "counts": [-1, 4]}}, "broken RLE mask"),
    ],
)
def test_a_broken_annotation_is_named(tmp_path, changes, told):
    assert told in refused(annotated(tmp_path, **changes))


@pytest.mark.parametrize(("width", "height"), [(100_000, 100_000), (40_000_001, 1)])
def test_a_picture_that_is_said_to_be_huge_is_refused_before_a_mask_of_it_is_made(tmp_path, width, height):
    content = document()
    content["images"][0] |= {"width": width, "height": height}
    content["annotations"][0]["segmentation"] = {"size": [height, width], "counts": [width * height]}
    assert f"{width} x {height}, over 40 megapixels" in refused(save(tmp_path, content))


@pytest.mark.parametrize("name", ["../a.png", "/etc/a.png", "C:\\a.png", "x/../../a.png", "..\\a.png", 5])
def test_a_picture_never_leads_out_of_the_folder(tmp_path, name):
    content = document()
    content["images"][0]["file_name"] = name
    Image.new("RGB", (64, 48)).save(tmp_path / "a.png")
    assert "leads out of the folder" in refused(save(tmp_path / "set", content))


def test_a_missing_picture_and_a_wrong_size_are_named(tmp_path):
    content = document()
    content["images"][0]["file_name"] = "c.png"
    assert "'c.png'" in refused(save(tmp_path, content))
    content["images"][0] |= {"file_name": "b.png", "width": 0}
    assert "image 7 is 0 x 48" in refused(save(tmp_path, content))
