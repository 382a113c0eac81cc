"""What holds for every tab of the page."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import gradio as gr
import pytest

import app.tabs
from app.shared.i18n import Localizer, Strings
from app.tabs.base import Tab
from sam3viz.bridges import VARIANTS
from sam3viz.utils.messages import LANGUAGES, translate
from tests.helpers.page_context import page_context

FILES = ("events.py", "service.py", "strings.py", "view.py")
NAMES = {"sam3viz", "SAM 3", "Viridis", "Inferno", "Cividis", *VARIANTS, *(v.title for v in VARIANTS.values())}
"""No language translates them."""
LIBRARY = Path(next(iter(import_module("sam3viz").__path__)))


def tab_modules() -> dict[str, ModuleType]:
    """Folders of `app.tabs` that hold a tab."""
    modules = {
        name: import_module(f"app.tabs.{name}") for _, name, is_folder in iter_modules(app.tabs.__path__) if is_folder
    }
    return {name: module for name, module in modules.items() if hasattr(module, "TAB")}


TABS = tab_modules()


class Built:
    """A tab on a page of its own."""

    def __init__(self, name: str) -> None:
        self.name, self.tab = name, TABS[name].TAB
        with gr.Blocks() as self.page, gr.Tabs() as tabs:
            context = page_context(tabs=tabs)
            with gr.Tab(self.tab.title, id=name, elem_id=f"{name}-tab") as item:
                self.words: Localizer = self.tab.build(context, item)
            if name != "explore":
                with gr.Tab("Explore", id="explore"):
                    context.prompter.render()


@pytest.fixture(scope="module", params=list(TABS))
def built(request) -> Built:
    return Built(request.param)


def folder(name: str) -> Path:
    return Path(next(iter(TABS[name].__path__)))


def literals(root: Path, *left_out: str) -> set[str]:
    """Every string in the code of a folder."""
    return {
        node.value
        for path in root.rglob("*.py")
        if path.name not in left_out
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def texts(value: object) -> Iterator[str]:
    """What is read of a property's value: a sentence, a choice's labels, a table of words."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        yield from (choice[0] if isinstance(choice, tuple) else choice for choice in value)


def test_the_tabs_with_jobs_are_found():
    assert {"cost", "dataset", "robustness", "sam3"} <= set(TABS)


def test_a_tab_is_named_as_its_folder_and_titled_in_every_language(built):
    assert isinstance(built.tab, Tab)
    assert built.tab.name == built.name
    assert built.tab.title in NAMES or translate(built.tab.title, "zh-CN") != built.tab.title


@pytest.mark.parametrize("name", TABS)
def test_a_tab_has_its_files_and_each_is_short(name):
    assert {path.name for path in folder(name).glob("*.py")} >= set(FILES)
    for path in folder(name).glob("*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 300, path.name


@pytest.mark.parametrize("name", TABS)
def test_no_tab_imports_another(name):
    others = {module.name for module in iter_modules(app.tabs.__path__) if module.ispkg} - {name}
    for path in folder(name).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("app.tabs."):
                assert node.module.split(".")[2] not in others, f"{path.name} imports {node.module}"


def test_every_element_has_an_id_of_its_own(built):
    ids = [block.elem_id for block in built.page.blocks.values() if getattr(block, "elem_id", None)]
    assert [each for each, count in Counter(ids).items() if count > 1] == []


def test_all_that_follows_the_language_is_on_the_page_and_has_its_words(built):
    assert built.words.components
    updates = {language: built.words.updates(language) for language in LANGUAGES}
    for component in built.words.components:
        assert component._id in built.page.blocks, component
        english, chinese = (updates[language][component] for language in ("en", "zh-CN"))
        assert set(english) == set(chinese)
        for key in set(english) - {"__type__"}:
            pairs = zip(texts(english[key]), texts(chinese[key]), strict=True)
            for said, translated in pairs:
                spoken = re.sub("#[0-9a-f]{6}|{.*?}|`.*?`|Shift|Ctrl|Delete|Backspace|Enter|Esc|Tab|Space", "", said)
                if re.search("[a-z]{2}", spoken) and said not in (*NAMES, *LANGUAGES):
                    assert re.search("[\u4e00-\u9fff]", translated), (component, key, said)


def test_the_english_words_are_what_is_built(built):
    """A component keeps the language of the page's first sight until a visitor chooses another."""
    for component, update in built.words.updates("en").items():
        for key in set(update) - {"__type__"}:
            assert getattr(component, key) == update[key], (component, key)


@pytest.mark.parametrize("name", TABS)
def test_every_sentence_of_a_tab_is_used(name):
    module = import_module(f"app.tabs.{name}.strings")
    tables = [value for value in vars(module).values() if isinstance(value, Strings)]
    assert tables
    used = literals(folder(name), "strings.py") | literals(LIBRARY) | {"idle", "intro"}
    prefixes = tuple(part for part in used if part.endswith("_"))  # of keys such as f"export_{kind}"
    keys = {key for table in tables for key in table.english}
    assert {key for key in keys - used if not key.startswith(prefixes)} == set()
