from __future__ import annotations

import json
import re
from dataclasses import asdict, replace

import pytest
from pydantic import TypeAdapter

from app.components.picture_grid.component import Cell, PictureGrid, PictureMatrix
from app.components.picture_grid.strings import STRINGS

URI = "data:image/png;base64,AAAA"
CELL = Cell("raw", "Raw", "The reference line.", URI, ((1.0, 2.0, 30.0, 40.0, 0.75),), (URI,), "1 found")
MATRIX = PictureMatrix(URI, 60, 40, (CELL, Cell("baseline", "Baseline", "", URI)), ((1.0, 2.0, 30.0, 40.0, -1),))


def test_the_wire_form_holds_the_whole_matrix():
    wire = json.loads(json.dumps(PictureGrid().postprocess(MATRIX)))
    assert TypeAdapter(PictureMatrix).validate_python(wire) == MATRIX


def test_the_api_schema_names_every_field_of_the_wire_form():
    grid = PictureGrid()
    assert set(grid.api_info()["properties"]) == set(asdict(MATRIX)) == set(grid.postprocess(MATRIX) or ())


def test_nothing_empties_it():
    assert PictureGrid().postprocess(None) is None
    assert PictureGrid(MATRIX).get_config()["value"]["width"] == 60


def test_it_is_no_input():
    with pytest.raises(NotImplementedError, match="make it an output"):
        PictureGrid().preprocess({})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"picture": "https://example.org/a.png"}, "'https://example.org/a.png'; give it as a data URI"),
        ({"picture": "data:text/html,x"}, "give it as a data URI"),
        ({"height": 0}, "the size 60 x 0"),
        ({"reference": URI}, "The reference has the size None x None"),
        ({"reference": "a.png", "reference_width": 5, "reference_height": 5}, "The reference is 'a.png'"),
        ({"variants": (CELL, CELL)}, "must have different names"),
        ({"variants": (replace(CELL, heat="heat"),)}, "The heat of 'raw' is 'heat'"),
        ({"variants": (replace(CELL, attention=("x",)),)}, "The attention of 'raw' is 'x'"),
        ({"variants": (replace(CELL, attention=()),)}, "'raw' has 0 attention maps for 1 exemplars"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_sentence(change, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        replace(MATRIX, **change)


def test_strings_of_another_language_replace_only_what_they_name():
    config = PictureGrid(strings={"heat": "热图"}).get_config()
    assert config["props"]["strings"] == {**STRINGS.english, "heat": "热图"}


def test_every_text_of_the_template_and_the_script_is_a_string():
    grid = PictureGrid()
    in_template = re.findall(r'data-(?:text|title|label)="(\w+)"', grid.html_template)
    in_script = re.findall(r'\btext\("(\w+)"', grid.js_on_load or "")
    assert in_template
    assert in_script
    assert set(in_template) | set(in_script) <= set(STRINGS.english)
