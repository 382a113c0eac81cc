"""Every example can be opened and analysed as it stands, offline."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sam3viz.data.examples import example_image, load_examples, shipped_image
from sam3viz.data.images import NOTES
from sam3viz.inference.inputs import make_scene
from sam3viz.utils import assets
from sam3viz.utils.messages import catalogue, translate_error

FILE = Path(__file__).parents[2] / "assets" / "scenes.json"
ENTRIES = {entry["name"]: entry for entry in json.loads(FILE.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", ENTRIES)
def test_every_example_is_a_scene_without_warnings(name):
    example = load_examples()[name]
    image = example.image()
    assert image.mode == "RGB"
    scene = make_scene(image, example.exemplars)
    assert scene.warnings == ()
    assert scene.exemplars == example.exemplars
    for exemplar in example.exemplars:
        x0, y0, x1, y1 = exemplar.box
        assert (x1 - x0) * (y1 - y0) < image.width * image.height / 4
        assert min(x1 - x0, y1 - y0) >= 20


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_the_file_has_one_shape(entry):
    assert set(entry) == {"name", "source", "title", "teaches", "boxes"}
    assert re.fullmatch(r"[a-z]+", entry["name"])
    assert re.fullmatch(r"(skimage|sklearn):\w+\.(png|jpg)|file:[\w-]+\.webp", entry["source"])
    for sentence in (entry["title"], entry["teaches"]):
        assert sentence.isascii()
        assert re.search(r"[\u4e00-\u9fff]", catalogue("zh-CN")[sentence])
    assert entry["teaches"].endswith(".")
    assert catalogue("zh-CN")[entry["teaches"]].endswith("。")
    labels = [box[4] for box in entry["boxes"]]
    assert all(len(box) == 5 for box in entry["boxes"])
    assert 1 <= labels.count(1) <= 2
    assert labels.count(-1) <= 1


def test_there_are_enough_and_the_names_are_unique():
    examples = load_examples()
    assert list(examples) == [entry["name"] for entry in json.loads(FILE.read_text(encoding="utf-8"))]
    assert len(examples) >= 8
    files = {entry["source"].partition(":")[2] for entry in ENTRIES.values() if entry["source"].startswith("file:")}
    assert len(files) == 4
    assert files <= {path.name for path in (FILE.parent / "examples").iterdir()}


def test_pictures_are_not_shared():
    first = example_image("coins")
    first.paste("red", (0, 0, 9, 9))
    assert example_image("coins").getpixel((3, 3)) != (255, 0, 0)


def test_an_unknown_example_is_named():
    with pytest.raises(ValueError, match="no example 'sea'; choose one of marbles") as error:
        example_image("sea")
    assert translate_error(error.value, "zh-CN").startswith("没有示例")


def test_a_shipped_picture_is_read_anew_and_without_notes():
    first = shipped_image("marbles.webp")
    assert (first.mode, first.size) == ("RGB", (720, 480))
    assert first.info == {NOTES: ()}
    assert shipped_image("marbles.webp") is not first


def test_an_installed_package_finds_its_own_copy(tmp_path, monkeypatch):
    package = tmp_path / "sam3viz"
    (package / "assets").mkdir(parents=True)
    (package / "assets" / "scenes.json").write_text(json.dumps([ENTRIES["coins"]]), encoding="utf-8")
    monkeypatch.setattr(assets, "__file__", str(package / "utils" / "assets.py"))
    assert list(load_examples()) == ["coins"]
    shutil.rmtree(package / "assets")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "scenes.json").write_text(json.dumps([ENTRIES["cells"]]), encoding="utf-8")
    assert list(load_examples()) == ["cells"]


def test_nothing_is_downloaded_and_the_home_folder_stays_empty(tmp_path):
    code = """
import socket
def refuse(*args, **kwargs):
    raise AssertionError("the network was touched")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
from sam3viz.data.examples import load_examples
for example in load_examples().values():
    if "_package_image" in repr(example.image):
        assert min(example.image().size) > 100
"""
    environment = {"HOME": str(tmp_path), "PATH": "", "PYTHONPATH": str(FILE.parents[1]), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-B", "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
