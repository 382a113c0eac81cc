from __future__ import annotations

import pytest

from sam3viz.utils.readme import markers_of, write_between_markers

BEGIN, END = markers_of("bench")


def test_only_what_is_between_the_markers_changes(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"# Title\n{BEGIN}\nold\n{END}\n\nend 中\n", "utf-8")
    write_between_markers(readme, "| new |", (BEGIN, END))
    expected = f"# Title\n{BEGIN}\n| new |\n{END}\n\nend 中\n"
    assert readme.read_text("utf-8") == expected
    write_between_markers(readme, "| new |", (BEGIN, END))
    assert readme.read_text("utf-8") == expected


@pytest.mark.parametrize("text", ["no markers", BEGIN, END, f"{END}\n{BEGIN}", f"{BEGIN}{END}{BEGIN}{END}"])
def test_a_file_without_its_markers_is_left_alone(tmp_path, text):
    readme = tmp_path / "README.md"
    with pytest.raises(ValueError, match="There is no file"):
        write_between_markers(readme, "new", (BEGIN, END))
    readme.write_text(text)
    with pytest.raises(ValueError, match=r"README\.md does not hold one <!-- bench:begin --> and after it"):
        write_between_markers(readme, "new", (BEGIN, END))
    assert readme.read_text() == text
