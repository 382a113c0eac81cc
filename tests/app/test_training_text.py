from __future__ import annotations

import string

import pytest

from app.training_text import EXPLORE, SCHEDULES_ZH, TRAINING
from sam3viz.training.schedule import SCHEDULES
from sam3viz.training.session import State


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_things_of_the_same_values():
    assert set(TRAINING) == set(EXPLORE) == {"en", "zh-CN"}
    english, chinese = TRAINING["en"], TRAINING["zh-CN"]
    assert list(english) == list(chinese)
    for key, text in english.items():
        assert text.strip()
        assert fields(text) == fields(chinese[key]), key
        assert text != chinese[key]


def test_every_schedule_has_a_name():
    assert set(SCHEDULES_ZH) == set(SCHEDULES)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_state_has_a_sentence(language):
    assert set(State.__args__) - {"new", "failed"} <= set(TRAINING[language])
