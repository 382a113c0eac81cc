"""What holds for every table of sentences of the page."""

from __future__ import annotations

import pkgutil
import re
import string
from importlib import import_module

import pytest

import app
from app.shared.i18n import Strings
from sam3viz.utils.messages import LANGUAGES, catalogue

NAMES = {"sam3viz", "SAM 3", "Inferno", "Viridis", "Cividis", "X", "Ctrl + V", "Delete", "Esc"}
"""Names and keys, which no language translates."""


def tables() -> dict[str, Strings]:
    modules = [found.name for found in pkgutil.walk_packages(app.__path__, "app.") if "strings" in found.name]
    return {
        f"{module}.{name}": value
        for module in (*modules, "app.page", "app.shared.model_source")
        for name, value in vars(import_module(module)).items()
        if isinstance(value, Strings)
    }


TABLES = tables()


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_tables_are_there():
    assert {"app.page.STRINGS", "app.tabs.explore.strings.VERDICT"} <= set(TABLES)


@pytest.mark.parametrize("language", set(LANGUAGES) - {"en"})
@pytest.mark.parametrize("name", TABLES)
def test_every_sentence_is_said_in_every_language_of_the_same_values(name, language):
    for key, english in TABLES[name].english.items():
        assert english.strip(), key
        if english in NAMES:
            continue
        translation = catalogue(language).get(english)
        assert translation is not None, f"{key}: {english}"
        assert fields(translation) == fields(english), key
        if re.search("[a-zA-Z]{2}", re.sub(r"{.*?}", "", english)):
            assert re.search("[\u3000-\u9fff]", translation), key
