"""What holds for every table of sentences in `app/*text.py`."""

from __future__ import annotations

import pkgutil
import re
import string
from importlib import import_module

import pytest

import app
from sam3viz.utils.messages import LANGUAGES

TABLES = {
    f"{module}.{name}": table
    for _, module, _ in pkgutil.iter_modules(app.__path__)
    if module.endswith("text")
    for name, table in vars(import_module(f"app.{module}")).items()
    if isinstance(table, dict) and table.keys() >= {"en"} and isinstance(table["en"], dict)
}
SAME = {"text.PAGE.title", "sam3_text.SAM3.tab"}
"""Names, which no language translates."""


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_tables_of_all_tabs_are_found():
    tabs = ("across", "backbone", "cost", "dataset", "job", "robustness", "sam3", "training")
    assert {name.partition(".")[0] for name in TABLES} == {"text", *(f"{tab}_text" for tab in tabs)}


@pytest.mark.parametrize("name", TABLES)
def test_both_languages_say_the_same_things_of_the_same_values(name):
    table = TABLES[name]
    english, chinese = table["en"], table["zh-CN"]
    assert set(table) == set(LANGUAGES)
    assert list(english) == list(chinese)
    for key, text in english.items():
        assert text.strip()
        assert fields(text) == fields(chinese[key]), key
        if f"{name}.{key}" not in SAME:
            assert re.search("[\u3000-\u9fff]", chinese[key]), key
