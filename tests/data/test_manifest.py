from __future__ import annotations

import csv
import json

import pytest

from sam3viz.data.coco import read_coco
from sam3viz.data.manifest import select_pictures
from sam3viz.data.sources import from_coco
from sam3viz.training.options import MANIFEST
from sam3viz.utils.assets import asset_path
from tests.helpers.coco_sets import SIZE, save_set
from tests.helpers.tiny import TinyBackbone


@pytest.fixture
def folder(tmp_path):
    return save_set(tmp_path / "set", pictures=4)


def save_manifest(folder, *rows):
    path = folder / "manifest.csv"
    path.write_text("\n".join(["name,width,height", *rows]), encoding="utf-8")
    return path


def test_the_listed_pictures_are_taken_in_their_order(folder):
    chosen = select_pictures(read_coco(folder), save_manifest(folder, "2.png,80,60", "0.png,160,120"))
    assert [picture.name for picture in chosen] == ["2.png", "0.png"]
    assert [picture.scaled_to for picture in chosen] == [(80, 60), SIZE]


def test_a_picture_of_another_name_is_known_by_its_name_in_coco(folder):
    file = folder / "instances.json"
    document = json.loads(file.read_text())
    document["images"][1]["coco_file"] = "000000000139.jpg"
    file.write_text(json.dumps(document))
    (picture,) = select_pictures(read_coco(folder), save_manifest(folder, "000000000139.jpg,160,120"))
    assert picture.name == "1.png"


def test_missing_pictures_are_counted_and_one_is_named(folder):
    manifest = save_manifest(folder, "0.png,160,120", "000000000139.jpg,576,432")
    with pytest.raises(ValueError, match=r"1 of the 2 photographs .* missing, 000000000139\.jpg among them"):
        select_pictures(read_coco(folder), manifest)


def test_a_picture_is_scaled_down_to_the_listed_size_and_its_objects_with_it(folder):
    rows = [f"{number}.png,80,60" for number in range(4)]
    whole, small = (from_coco(folder, manifest) for manifest in (None, save_manifest(folder, *rows)))
    before, after = (source.samples(3, 0, (96,), TinyBackbone().grid, 0)[0] for source in (whole, small))
    assert before.image.shape == (SIZE[1], SIZE[0], 3)
    assert after.image.shape == (60, 80, 3)
    assert (before.boxes == after.boxes).all()
    assert (before.cover == after.cover).all()


def test_the_shipped_manifest_lists_photographs_and_no_path():
    with asset_path(MANIFEST).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 800
    assert len({row["name"] for row in rows}) == len(rows)
    assert all(row["name"].removesuffix(".jpg").isdigit() for row in rows)
    assert all(min(int(row["width"]), int(row["height"])) > 100 for row in rows)
