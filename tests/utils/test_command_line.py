"""What the commands share: exit codes, checked options and outputs, readable JSON."""

from __future__ import annotations

import argparse
import json
import math
import platform
from argparse import Namespace
from importlib.metadata import PackageNotFoundError, version

import pytest

from sam3viz.utils.command_line import at_least, checked_outputs, exit_code, progress_bar, versions, write_json


def raising(error: BaseException):
    def run(options: Namespace, words: list[str]) -> None:
        raise error

    return run


def test_a_command_that_runs_through_is_0_and_says_nothing_more(capsys):
    seen = []
    options = Namespace()
    assert exit_code(lambda *given: seen.append(given), options, ["gap", "folder"]) == 0
    assert seen == [(options, ["gap", "folder"])]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("error", [ValueError("Give more."), FileNotFoundError("There is no folder.")])
def test_bad_input_is_2_and_one_sentence_on_stderr(error, capsys):
    assert exit_code(raising(error), Namespace(), []) == 2
    assert capsys.readouterr() == ("", f"sam3viz: {error}\n")


def test_ctrl_c_is_130(capsys):
    assert exit_code(raising(KeyboardInterrupt()), Namespace(), []) == 130
    assert capsys.readouterr() == ("", "sam3viz: stopped.\n")


def test_a_mistake_of_ours_is_not_taken_for_bad_input():
    with pytest.raises(KeyError):
        exit_code(raising(KeyError("column")), Namespace(), [])


def add_count(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--count", type=int)


@pytest.mark.parametrize("hidden", [False, True])
def test_the_bar_says_what_is_done_and_can_be_hidden(hidden, capsys):
    with progress_bar(hidden) as progress:
        progress("Pictures read", 1, 4)
        progress("Maps drawn", 3, 3)
    captured = capsys.readouterr()
    assert captured.out == ""
    if hidden:
        assert captured.err == ""
    else:
        assert all(part in captured.err for part in ("Pictures read:  25%", " 1/4 ", "Maps drawn: 100%", " 3/3 "))


def test_outputs_are_those_that_were_named_in_order(tmp_path):
    later, earlier = tmp_path / "z.json", tmp_path / "new" / "a.csv"
    assert checked_outputs(None, later, None, earlier) == [later, earlier]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("paths", [(), (None, None)])
def test_without_an_output_nothing_would_be_written(paths):
    with pytest.raises(ValueError, match="Nothing would be written: name --json, --html or --csv"):
        checked_outputs(*paths)


def test_a_folder_is_no_output(tmp_path):
    with pytest.raises(ValueError, match="is a folder: name the file") as caught:
        checked_outputs(tmp_path / "a.json", tmp_path)
    assert repr(str(tmp_path)) in str(caught.value)


@pytest.mark.parametrize(("limit", "seed"), [(None, 0), (1, 7)])
def test_options_that_are_enough_or_not_given_pass(limit, seed):
    at_least(Namespace(limit=limit, seed=seed), limit=1, seed=0)


@pytest.mark.parametrize(
    ("limit", "seed", "sentence"),
    [(0, 0, "--limit is 0: give 1 or more."), (None, -1, "--seed is -1: give 0 or more.")],
)
def test_an_option_that_is_too_small_is_named(limit, seed, sentence):
    with pytest.raises(ValueError, match="give") as caught:
        at_least(Namespace(limit=limit, seed=seed), limit=1, seed=0)
    assert str(caught.value) == sentence


def test_versions_are_of_python_and_of_each_package():
    assert versions("numpy", "torch") == {
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "torch": version("torch"),
    }
    with pytest.raises(PackageNotFoundError):
        versions("no-such-package")


def test_json_comes_back_from_a_new_folder_and_is_readable(tmp_path):
    path, value = tmp_path / "new" / "deep" / "a.json", {"name": "é", "parts": [1, 0.25, None, {"a": True}]}
    write_json(value, path)
    text = path.read_text("utf-8")
    assert json.loads(text) == value
    assert text.endswith("}\n")
    assert text.count("\n") > len(value)
    write_json(value, path)  # again, over what is there


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_number_that_json_does_not_have_is_refused_and_the_old_file_kept(number, tmp_path):
    path = tmp_path / "a.json"
    write_json({"mean": 1.5}, path)
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json({"mean": number}, path)
    assert json.loads(path.read_text("utf-8")) == {"mean": 1.5}
