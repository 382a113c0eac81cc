from __future__ import annotations

import json
import re
from dataclasses import asdict, replace

import pytest
from pydantic import TypeAdapter

from app.components.workbench.component import (
    DIFFERENCE_COLOURS,
    PackedTokens,
    VariantView,
    Workbench,
    WorkbenchModel,
)
from app.components.workbench.strings import STRINGS

URI = "data:image/png;base64,AAAA"
TOKENS = PackedTokens("/file=tokens.bin", 3, 2, 2, (0.5, 0.25), 0.93, 0.01)
VIEW = VariantView(
    "raw",
    "Raw",
    "The reference line.",
    "1 found",
    URI,
    ((1.0, 2.0, 30.0, 40.0, 0.75),),
    (URI,),
    0.25,
    URI,
    ("#00ff00",),
    TOKENS,
)
OTHER = replace(VIEW, name="baseline", attention=None, attention_change=None)
MODEL = WorkbenchModel("abc", URI, 60, 40, (VIEW, OTHER), ((1.0, 2.0, 30.0, 40.0, -1),))


def test_the_wire_form_holds_the_whole_model():
    wire = json.loads(json.dumps(Workbench().postprocess(MODEL)))
    assert TypeAdapter(WorkbenchModel).validate_python(wire) == MODEL


def test_the_api_schema_names_every_field_of_the_wire_form():
    assert set(Workbench().api_info()["properties"]) == set(asdict(MODEL))


def test_nothing_empties_it():
    assert Workbench().postprocess(None) is None
    assert Workbench(MODEL).get_config()["value"]["key"] == "abc"


def test_it_is_no_input():
    with pytest.raises(NotImplementedError, match="make it an output"):
        Workbench().preprocess({})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"picture": "https://example.org/a.png"}, "'https://example.org/a.png'; give it as a data URI"),
        ({"height": 0}, "the size 60 x 0"),
        ({"variants": ()}, "There is no variant"),
        ({"variants": (VIEW, VIEW)}, "must have different names"),
        ({"variants": (VIEW, replace(OTHER, tokens=replace(TOKENS, columns=2)))}, "the grids [(2, 2), (3, 2)]"),
        ({"variants": (replace(VIEW, heat="heat"),)}, "The heat of 'raw' is 'heat'"),
        ({"variants": (replace(VIEW, rgb="rgb"),)}, "The rgb of 'raw' is 'rgb'"),
        ({"variants": (replace(VIEW, exemplar_colours=()),)}, "'raw' has 0 colours for 1 exemplars"),
        ({"variants": (replace(VIEW, attention=("x",)),)}, "The attention of 'raw' is 'x'"),
        ({"variants": (replace(VIEW, attention=()),)}, "'raw' has 0 attention maps for 1 exemplars"),
    ],
)
def test_a_model_that_cannot_be_shown_is_refused_with_a_sentence(change, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        replace(MODEL, **change)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"url": ""}, "no url"),
        ({"rows": 0}, "3 x 0 tokens of 2 channels"),
        ({"scales": (0.5,)}, "1 scales for 2 channels"),
        ({"scales": (0.5, float("nan"))}, "must be finite"),
        ({"share": 1.5}, "The share 1.5"),
        ({"error": -0.1}, "the error -0.1"),
    ],
)
def test_tokens_that_do_not_fit_are_refused_with_a_sentence(change, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        replace(TOKENS, **change)


def test_the_difference_goes_from_orange_to_purple():
    channels = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in DIFFERENCE_COLOURS]
    (low_red, _, low_blue), (high_red, _, high_blue) = channels[0], channels[-1]
    assert low_red > low_blue
    assert high_red < high_blue
    assert len(DIFFERENCE_COLOURS) % 2 == 0


def test_every_text_of_the_template_and_the_script_is_a_string():
    bench = Workbench()
    in_template = re.findall(r'data-(?:text|title|label)="(\w+)"', bench.html_template)
    in_script = re.findall(r'\btext\("(\w+)"', bench.js_on_load or "")
    assert in_template
    assert in_script
    assert set(in_template) | set(in_script) <= set(STRINGS.english)


def test_the_bundle_is_small():
    assert len((Workbench().js_on_load or "").encode()) < 120_000
