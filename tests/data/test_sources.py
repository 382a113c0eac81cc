from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sam3viz.data import sources as data
from sam3viz.data.sources import from_folders, from_packages
from tests.helpers.picture_folders import CLASSES, save_disc, save_folders


@pytest.fixture
def folders(tmp_path) -> tuple[Path, Path]:
    return save_folders(tmp_path)


def test_classes_and_backgrounds_are_parted(folders):
    pictures = from_folders(*folders)
    assert sorted([*pictures.seen, *pictures.unseen]) == list(CLASSES)
    assert (len(pictures.seen), len(pictures.unseen)) == (6, 2)
    assert (len(pictures.backgrounds), len(pictures.held_out_backgrounds)) == (6, 2)
    assert pictures.class_ids == {name: i for i, name in enumerate(CLASSES)}


def test_every_run_parts_them_alike(folders):
    assert list(from_folders(*folders).unseen) == list(from_folders(*folders).unseen)


def test_a_composer_shows_one_part_only(folders):
    pictures = from_folders(*folders)
    for unseen, classes in ((False, pictures.seen), (True, pictures.unseen)):
        composer = pictures.composer(160, seed=3, unseen=unseen)
        assert set(composer.cutouts) == set(classes)
        assert len(composer.backgrounds) == (2 if unseen else 6)
        scene = composer.scene(0)
        assert set(scene.classes) <= set(classes)
        assert scene.image.shape == (160, 160, 3)
    assert (pictures.composer(160, 3).scene(0).image == pictures.composer(160, 3).scene(0).image).all()
    assert (pictures.composer(160, 4).scene(0).image != pictures.composer(160, 3).scene(0).image).any()


def test_the_data_is_described_without_a_path_of_this_machine(folders, tmp_path):
    described = from_folders(*folders).described
    assert described == "cutouts on backgrounds (6 seen and 2 unseen classes, 6 and 2 backgrounds)"
    assert str(tmp_path) not in described


def test_a_wrong_folder_is_named(folders, tmp_path):
    with pytest.raises(ValueError, match=r"nowhere is not a folder"):
        from_folders(folders[0], tmp_path / "nowhere")
    save_disc(tmp_path / "a.png")
    with pytest.raises(ValueError, match=r"a\.png is not a folder"):
        from_folders(tmp_path / "a.png", folders[1])


def test_packages_are_described_by_their_archives(folders, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    cache.mkdir()
    for archive in ("wall_1%3a2_all.deb", "stamps_3_all.deb"):
        (cache / archive).touch()
    asked = []

    def fetch(names, where, progress):
        asked.extend(names)
        return tmp_path

    monkeypatch.setattr(data, "fetch", fetch)
    monkeypatch.setattr(data, "STAMPS", ["cutouts"])
    monkeypatch.setattr(data, "WALLPAPERS", ["backgrounds"])
    pictures = from_packages(cache, print)
    assert asked == ["cutouts", "backgrounds"]
    assert pictures.described.startswith("stamps_3_all wall_1:2_all (6 seen")
    assert all(np.asarray(picture).shape[-1] == 3 for picture in pictures.backgrounds)
