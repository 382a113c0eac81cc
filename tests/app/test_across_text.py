from __future__ import annotations

import re

from app.across_text import ACROSS
from tests.app.test_lab_text import fields


def test_both_languages_say_the_same_things_of_the_same_values():
    english, chinese = ACROSS["en"], ACROSS["zh-CN"]
    assert set(ACROSS) == {"en", "zh-CN"}
    assert list(english) == list(chinese)
    for key, text in english.items():
        assert text.strip()
        assert fields(text) == fields(chinese[key]), key
        assert re.search("[\u4e00-\u9fff]", chinese[key]), key
