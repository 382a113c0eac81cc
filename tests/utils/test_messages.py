from __future__ import annotations

import pickle

import pytest

from sam3viz.utils.messages import InputError, Message, catalogue, translate, translate_error

WAITING = "{count} others are waiting already; try again later."


def test_english_is_the_sentence_itself():
    assert translate("Anything at all", "en") == "Anything at all"
    assert translate(WAITING, count=2) == "2 others are waiting already; try again later."


def test_what_a_catalogue_lacks_is_said_in_english():
    assert translate("A plug-in's own title", "zh-CN") == "A plug-in's own title"


def test_a_message_is_its_english_sentence_and_can_be_said_again():
    message = Message(WAITING, count=2)
    assert message == "2 others are waiting already; try again later."
    assert translate(message, "zh-CN") == "已有 2 个任务在排队；请稍后再试。"
    assert translate(pickle.loads(pickle.dumps(message)), "zh-CN") == translate(message, "zh-CN")


def test_a_message_within_a_message_is_said_in_the_same_language():
    inner = InputError(WAITING, count=2)
    outer = InputError("{kind}: {error}", kind="outer", error=inner)
    assert str(outer) == "outer: 2 others are waiting already; try again later."
    assert translate_error(outer, "zh-CN") == "outer: 已有 2 个任务在排队；请稍后再试。"


def test_an_error_stays_a_value_error_that_survives_pickling():
    error = InputError("There is no file {name!r}: name one that exists.", name="a.jpg")
    assert isinstance(error, ValueError)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.message.values) == (InputError, str(error), {"name": "a.jpg"})


def test_other_errors_are_said_as_they_are():
    assert translate_error(ValueError("plain"), "zh-CN") == "plain"
    assert translate_error(ValueError(), "zh-CN") == ""


def test_braces_in_values_are_not_filled():
    assert translate(Message("{name}", name="{count}"), "zh-CN") == "{count}"


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match=r"no language 'fr'.*en, zh-CN"):
        catalogue("fr")
