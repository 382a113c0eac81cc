from __future__ import annotations

import json

import pandas as pd
import pytest

from sam3viz.evaluation.composed import SEEN, UNSEEN
from sam3viz.studies.bench.tables import BEGIN, END, markdown_table, read_report, text_table, write_between_markers
from tests.studies.bench.test_summary import frame, made

TRAINING = {
    "loss": "patch",
    "target": 1.25,
    "variants": {
        "raw": {"steps_to_target": {"mean": 12.4, "n": 1}, "smoothness": {"mean": 0.5, "n": 1}, "seeds": 1},
        "baseline": {"steps_to_target": {"mean": None, "n": 0}, "smoothness": {"mean": None, "n": 0}, "seeds": 1},
    },
}


def cells(markdown: str) -> dict[str, list[str]]:
    lines = [line for line in markdown.splitlines() if line.startswith("| `")]
    return {line.split("`")[1]: [cell.strip() for cell in line.split("|")[2:-1]] for line in lines}


def test_the_table_holds_the_numbers_of_the_report():
    document = made(frame())
    document["datasets"]["set"]["variants"]["unified"]["without_negative"]["patch_ap"] |= {
        "mean": 0.51834,
        "low": 0.449,
        "high": 1.0,
    }
    minus = document["datasets"]["set"]["variants"]["unified"]["minus"]["raw"]["without_negative"]["patch_ap"]
    for low, star in ((0.01, "*"), (-0.01, "")):
        minus |= {"low": low, "high": 0.2}
        text = markdown_table(document)
        assert cells(text)["unified"][0] == f".518 [.45, 1.00]{star}"
    assert cells(text)["raw"][-1] == "+.250 [+.25, +.25]"
    assert "**set**: 16 episodes on 12 pictures" in text
    assert "95%" in text
    header, ruler = text.splitlines()[2:4]
    assert header.count("|") == ruler.count("|") == len(cells(text)["raw"]) + 2
    plain = text_table(document)
    assert ".518 [.45, 1.00]" in plain
    assert "|" not in plain


def test_generalisation_and_training_have_tables_of_their_own():
    document = made(pd.concat([frame(SEEN, shift=0.1), frame(UNSEEN)]), training=TRAINING)
    text = markdown_table(document)
    assert text.count("| variant |") == 4
    generalised, trained = text.split("**generalisation**")[1].split("**training**")
    assert cells(generalised)["raw"][0].startswith("+.100 [")
    assert "loss of 1.25" in trained
    assert cells(trained) == {"raw": ["12", ".50"], "baseline": ["never", "–"]}


def test_a_column_that_repeats_another_is_left_out():
    data = frame()
    assert "AP without people" in markdown_table(made(data))
    assert "AP without people" not in markdown_table(made(data[data["category"] != "person"]))


def test_one_picture_has_no_interval():
    data = frame()
    text = markdown_table(made(data[data["image"] == "0.png"]))
    assert "[" not in cells(text)["raw"][0]


def test_a_report_comes_back_as_it_was_written(tmp_path):
    document = made(frame())
    (tmp_path / "bench.json").write_text(json.dumps(document))
    assert markdown_table(read_report(tmp_path / "bench.json")) == markdown_table(document)


@pytest.mark.parametrize(("text", "told"), [("{", "is not JSON"), ("[]", "no bench report"), ("{}", "no bench report")])
def test_another_file_is_refused(tmp_path, text, told):
    with pytest.raises(ValueError, match="There is no file"):
        read_report(tmp_path / "bench.json")
    (tmp_path / "bench.json").write_text(text)
    with pytest.raises(ValueError, match=told):
        read_report(tmp_path / "bench.json")


def test_only_what_is_between_the_markers_changes(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"# Title\n{BEGIN}\nold\n{END}\n\nend 中\n", "utf-8")
    write_between_markers(readme, "| new |")
    expected = f"# Title\n{BEGIN}\n| new |\n{END}\n\nend 中\n"
    assert readme.read_text("utf-8") == expected
    write_between_markers(readme, "| new |")
    assert readme.read_text("utf-8") == expected


@pytest.mark.parametrize("text", ["no markers", BEGIN, END, f"{END}\n{BEGIN}", f"{BEGIN}{END}{BEGIN}{END}"])
def test_a_file_without_its_markers_is_left_alone(tmp_path, text):
    readme = tmp_path / "README.md"
    with pytest.raises(ValueError, match="There is no file"):
        write_between_markers(readme, "new")
    readme.write_text(text)
    with pytest.raises(ValueError, match=r"README\.md does not hold one <!-- bench:begin --> and after it"):
        write_between_markers(readme, "new")
    assert readme.read_text() == text
