"""Whatever a visitor may read is said in every language, with the same values; the catalogues hold nothing else."""

from __future__ import annotations

import ast
import json
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import torch

import app
import sam3viz
from sam3viz.bridges import VARIANTS
from sam3viz.data.examples import load_examples
from sam3viz.figures import PANELS
from sam3viz.metrics import METRICS
from sam3viz.studies.cost.claims import CLAIMS
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.training.schedule import SCHEDULES
from sam3viz.types import Tokens
from sam3viz.utils.messages import DEFAULT_LANGUAGE, LANGUAGES, catalogue
from tests.helpers.tiny import DIM

ROOTS = [Path(next(iter(package.__path__))) for package in (sam3viz, app)]
LOCALES = ROOTS[0] / "locales"
FOREIGN = [language for language in LANGUAGES if language != DEFAULT_LANGUAGE]
SAYING = {"InputError", "Message", "translate"}
"""Whose first argument is said to a person."""
REPORTING = {"progress", "report", "context"}
"""Whose first argument of three is a job's phase."""
NAMES = {*VARIANTS, "sam3viz", "SAM 3", "X", "Viridis", "Inferno", "Cividis", "Ctrl + V", "Delete"}
"""No language translates them."""
HIDDEN_USES: set[str] = set()
"""Sentences of the catalogues that no code holds in one piece."""


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of both packages, by its path."""
    return {
        str(path.relative_to(root.parent)): ast.parse(path.read_text("utf-8"))
        for root in ROOTS
        for path in sorted(root.rglob("*.py"))
    }


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def said_in(node: ast.Call) -> Iterator[ast.expr]:
    """What a call says to a person."""
    if not node.args:
        return
    name, first = called(node), node.args[0]
    if name == "Strings" and isinstance(first, ast.Dict):
        yield from first.values
    elif name in SAYING or (name in REPORTING and len(node.args) == 3):
        yield first
    elif name == "partial" and isinstance(first, ast.Name) and first.id in REPORTING and len(node.args) == 2:
        yield node.args[1]


def registered() -> Iterator[tuple[str, str]]:
    """Sentences of the library's registries, each with its place."""
    for name, variant in VARIANTS.items():
        yield from ((f"VARIANTS[{name!r}]", text) for text in (variant.title, variant.summary))
    for name, metric in METRICS.items():
        yield from ((f"METRICS[{name!r}]", text) for text in (metric.label, metric.unit))
    for name, panel in PANELS.items():
        yield from ((f"PANELS[{name!r}]", text) for text in (panel.title, panel.how_to_read))
    for name, variant in VARIANTS.items():
        texts = [text for mechanism in variant.mechanisms for text in (mechanism.title, mechanism.neutral)]
        yield from ((f"VARIANTS[{name!r}].mechanisms", text) for text in texts)
        output = variant(DIM)(Tokens.from_boxes(torch.randn(1, DIM, 4, 4), [(1, 1, 3, 3)], (4, 4)))
        yield from ((f"stages of {name}", stage.name) for stage in output.stages)
    for name, perturbation in PERTURBATIONS.items():
        yield f"PERTURBATIONS[{name!r}]", perturbation.label
    for claim in CLAIMS:
        yield "CLAIMS", claim.text
    yield from (("SCHEDULES", name) for name in SCHEDULES)
    for name, example in load_examples().items():
        for text in (example.title, example.teaches):
            yield f"load_examples()[{name!r}]", text if isinstance(text, str) else text[DEFAULT_LANGUAGE]


@cache
def spoken() -> dict[str, str]:
    """Every sentence that a visitor may read, with a place where it stands."""
    sentences = {text: place for place, text in registered() if re.search("[A-Za-z]{2}", text)}
    for path, tree in trees().items():
        for node in ast.walk(tree):
            for text in said_in(node) if isinstance(node, ast.Call) else ():
                if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value.strip():
                    sentences.setdefault(text.value, f"{path}:{text.lineno}")
    return sentences


def fields(text: str) -> list[tuple[str, str, str]]:
    """Placeholders, each with its format."""
    return sorted(
        (name, spec or "", conversion or "") for _, name, spec, conversion in string.Formatter().parse(text) if name
    )


def listed(faults: dict[str, str]) -> str:
    return "\n".join(f"{place}: {json.dumps(text, ensure_ascii=False)}" for text, place in faults.items())


def test_the_walk_finds_all_kinds_of_sentences():
    places = set(spoken().values())
    for part in ("strings.py", "VARIANTS", "PANELS", "PERTURBATIONS", "CLAIMS", "load_examples", "analyzer.py"):
        assert any(part in place for place in places), part
    assert {"Pictures read", "Forward passes, all variants in turn", "Scenes composed"} <= set(spoken())


@pytest.mark.parametrize("language", FOREIGN)
def test_every_sentence_is_in_the_catalogue(language):
    missing = {
        text: place for text, place in spoken().items() if text not in catalogue(language) | dict.fromkeys(NAMES)
    }
    assert not missing, f"{len(missing)} sentences are not in {language}.json:\n{listed(missing)}"


@pytest.mark.parametrize("language", FOREIGN)
def test_every_translation_has_the_same_values(language):
    other = {text: said for text, said in catalogue(language).items() if fields(text) != fields(said)}
    assert not other, f"values differ:\n{listed(other)}"


def test_chinese_is_chinese():
    same = {
        text: said
        for text, said in catalogue("zh-CN").items()
        if not re.search("[\u3000-\u9fff\uff00-\uffef]", said) and re.search("[a-z]{3}", re.sub("{.*?}", "", text))
    }
    assert set(same) <= NAMES, listed(same)


def test_sentences_with_values_are_templates_and_not_filled_before_they_are_said():
    filled = {
        ast.unparse(text): f"{path}:{text.lineno}"
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for text in said_in(node)
        if isinstance(text, ast.JoinedStr)
    }
    assert not filled, f"no catalogue can hold these:\n{listed(filled)}"


@pytest.mark.parametrize("language", FOREIGN)
def test_the_catalogue_holds_nothing_that_nobody_says(language):
    literals = {
        node.value
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    unused = {text: "" for text in catalogue(language) if text not in literals | set(spoken()) | HIDDEN_USES}
    assert not unused, f"{len(unused)} entries of {language}.json are of no use:\n{listed(unused)}"
    assert set(catalogue(language)) >= HIDDEN_USES


@pytest.mark.parametrize("language", FOREIGN)
def test_the_catalogue_is_sorted_and_names_each_sentence_once(language):
    pairs = json.loads((LOCALES / f"{language}.json").read_text("utf-8"), object_pairs_hook=list)
    keys = [key for key, _ in pairs]
    assert keys == sorted(set(keys))
