from __future__ import annotations

import json

import pytest

from sam3viz.cli import main
from tests.helpers.detector_scene import PICTURE
from tests.helpers.sam3_checkpoint import save_sam3


@pytest.fixture(scope="module")
def named(tmp_path_factory) -> str:
    return save_sam3(tmp_path_factory.mktemp("sam3"))


@pytest.fixture
def picture(tmp_path) -> str:
    PICTURE.save(tmp_path / "picture.png")
    return str(tmp_path / "picture.png")


def test_it_writes_the_report_and_the_numbers(named, picture, tmp_path, capsys):
    files = ["--html", str(tmp_path / "r.html"), "--json", str(tmp_path / "r.json")]
    boxes = ["--box", "10", "10", "60", "60", "--negative-box", "80", "20", "140", "80"]
    assert main(["sam3", picture, *boxes, "--backbone", named, "--threshold", "0.01", *files]) == 0
    printed = capsys.readouterr().out
    assert "text alone" in printed
    assert "without −2" in printed
    told = json.loads((tmp_path / "r.json").read_text())
    assert [e["label"] for e in told["exemplars"]] == [1, -1]
    assert "Did the boxes matter?" in (tmp_path / "r.html").read_text()
    assert named.partition(":")[2] not in (tmp_path / "r.html").read_text()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--box", "10", "10", "60", "60"], "Nothing would be written"),
        (["--html", "OUT", "--threshold", "2", "--box", "1", "1", "60", "60"], "--threshold is 2: give a score from 0"),
        (["--html", "OUT"], "There is no box"),
        (["--html", "OUT", "--box", "500", "1", "600", "60"], "lies outside the 150 x 90 picture"),
        (["--html", "OUT", "--box", "1", "1", "60", "60", "--backbone", "efficientnet-lite0"], "is not SAM 3"),
    ],
)
def test_bad_input_ends_in_one_sentence(options, sentence, named, picture, tmp_path, capsys):
    words = [str(tmp_path / "r.html") if word == "OUT" else word for word in options]
    backbone = [] if "--backbone" in words else ["--backbone", named]
    assert main(["sam3", picture, *words, *backbone]) == 2
    assert sentence in capsys.readouterr().err
