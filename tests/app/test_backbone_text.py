from __future__ import annotations

import re
import string

from app.backbone_text import BACKBONE


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_things_of_the_same_values():
    assert set(BACKBONE) == {"en", "zh-CN"}
    english, chinese = BACKBONE["en"], BACKBONE["zh-CN"]
    assert list(english) == list(chinese)
    for key, text in english.items():
        assert text.strip()
        assert fields(text) == fields(chinese[key]), key
        assert re.search("[\u4e00-\u9fff]", chinese[key]), key
