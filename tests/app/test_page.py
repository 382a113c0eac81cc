from __future__ import annotations

from app.page import _with_all_before


def test_every_step_says_the_earlier_ones_again():
    """Gradio sends differences; its page drops what a step leaves out of an earlier one that arrived with it."""
    steps = _with_all_before(lambda *values: iter([{"a": values[0]}, {"b": 2}, {"a": 3}]))
    assert list(steps(1)) == [{"a": 1}, {"a": 1, "b": 2}, {"a": 3, "b": 2}]
