from __future__ import annotations

import pytest

from app.components.status_line.component import Progress, StatusLine
from app.components.status_line.strings import STRINGS
from sam3viz.utils.messages import LANGUAGES


def test_the_wire_form_has_what_the_browser_reads():
    line = StatusLine("prompter", ["grid"])
    assert line.postprocess(None) is None
    assert line.postprocess(Progress("1.2.0.en", {"grid": "1.2.0.en"}, "maps")) == {
        "stamp": "1.2.0.en",
        "shown": {"grid": "1.2.0.en"},
        "phase": "maps",
        "finished": False,
    }


def test_what_it_watches_goes_to_the_browser():
    props = StatusLine("prompter", ("grid", "numbers"), source=3, language="zh-CN").props
    assert {name: props[name] for name in ("prompter", "views", "source", "language")} == {
        "prompter": "prompter",
        "views": ["grid", "numbers"],
        "source": 3,
        "language": "zh-CN",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_said_and_an_unknown_language_part_stays_english(language):
    line = StatusLine("prompter", [], strings={"stop": STRINGS[language]["stop"]})
    assert line.strings["stop"] == STRINGS[language]["stop"]
    assert line.strings["current"] == STRINGS["en"]["current"]


def test_it_is_no_input():
    with pytest.raises(NotImplementedError, match="only shows"):
        StatusLine("prompter", []).preprocess({})
