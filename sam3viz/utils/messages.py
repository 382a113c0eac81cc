"""Sentences for people, in English in the code and in other languages by a catalogue each.

The English sentence is the key, as in gettext: whatever a catalogue lacks is said in English. A sentence with values is
a template for `str.format`. Catalogues lie in ``sam3viz/locales/LANGUAGE.json``.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

DEFAULT_LANGUAGE = "en"
LANGUAGES = {DEFAULT_LANGUAGE: "English", "zh-CN": "中文"}
"""Code -> what the language calls itself."""


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return English sentence -> sentence in ``language``; empty for English itself.

    Raises:
        ValueError: no such language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"There is no language {language!r}; choose one of {', '.join(LANGUAGES)}.")
    if language == DEFAULT_LANGUAGE:
        return {}
    text = resources.files("sam3viz").joinpath("locales").joinpath(f"{language}.json").read_text("utf-8")
    sentences: dict[str, str] = json.loads(text)
    return sentences


def translate(sentence: str, language: str = DEFAULT_LANGUAGE, **values: object) -> str:
    """Say a sentence in a language.

    Args:
        sentence: in English; a template where there are ``values``, or a `Message`, which brings its own.
        values: fill the template; a `Message` or an error among them is translated, too.
    """
    if isinstance(sentence, Message):
        return translate(sentence.template, language, **sentence.values)
    template = catalogue(language).get(sentence, sentence)
    return (
        template.format(**{name: _localized(value, language) for name, value in values.items()}) if values else template
    )


def translate_error(error: Exception, language: str = DEFAULT_LANGUAGE) -> str:
    """Say what is wrong in a language, where the error carries a `Message`; else as it is."""
    first = error.args[0] if error.args else ""
    return translate(first, language) if isinstance(first, Message) else str(error)


class Message(str):
    """An English sentence that remembers its template and values, so that it can be said in another language."""

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> Message:
        message = super().__new__(cls, template.format(**values))
        message.template, message.values = template, values
        return message

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.template, self.values)


class InputError(ValueError):
    """Bad input, told in one sentence that names the value and the remedy.

    Example:
        >>> str(InputError("There is no file {name!r}: name one that exists.", name="a.jpg"))
        "There is no file 'a.jpg': name one that exists."
    """

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(Message(template, **values))

    @property
    def message(self) -> Message:
        sentence: Message = self.args[0]
        return sentence

    @classmethod
    def of(cls, message: Message) -> InputError:
        """Raise a message that was made elsewhere."""
        return cls(message.template, **message.values)

    def replace(self, old: str, new: str) -> InputError:
        """Return the same error with ``new`` for ``old`` in its text values, such as a path that the reader never saw.

        Values that are a `Message` stay, so that the sentence can still be said in another language.
        """
        message: Message = self.args[0]
        values = {
            name: value.replace(old, new) if isinstance(value, str) and not isinstance(value, Message) else value
            for name, value in message.values.items()
        }
        return type(self)(message.template, **values)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild_error, (type(self), self.message.template, self.message.values)


def _rebuild(template: str, values: dict[str, object]) -> Message:
    return Message(template, **values)


def _rebuild_error(kind: type[InputError], template: str, values: dict[str, object]) -> InputError:
    return kind(template, **values)


def _localized(value: object, language: str) -> object:
    if isinstance(value, Message):
        return translate(value, language)
    return translate_error(value, language) if isinstance(value, Exception) else value
