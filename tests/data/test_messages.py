"""Every sentence on a visitor's data has a Chinese one with the same placeholders."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import sam3viz.data
from sam3viz.utils.messages import catalogue

MODULES = sorted(Path(sam3viz.data.__file__).parent.glob("*.py"))


def sentences(path: Path) -> Iterator[str]:
    """First arguments of `InputError` and `Message`; where that is no literal, every template of the same function."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        first = [call.args[0] for call in calls if getattr(call.func, "id", "") in ("InputError", "Message")]
        docstring = ast.get_docstring(function, clean=False)
        literals = [node.value for node in ast.walk(function) if isinstance(node, ast.Constant)]
        if any(not isinstance(argument, ast.Constant) for argument in first):
            yield from (text for text in literals if isinstance(text, str) and "{" in text and text != docstring)
        yield from (argument.value for argument in first if isinstance(argument, ast.Constant))


def fields(template: str) -> set[tuple[str, str | None, str | None]]:
    return {(name, spec, conversion) for _, name, spec, conversion in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_sentence_has_a_translation(path):
    chinese = catalogue("zh-CN")
    for sentence in sentences(path):
        assert sentence in chinese
        assert fields(chinese[sentence]) == fields(sentence)


def test_sentences_are_collected():
    assert sum(len(set(sentences(path))) for path in MODULES) > 60
