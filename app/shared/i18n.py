"""The page's words: sentences by key, and components that follow the language.

A sentence is written in English; `sam3viz.utils.messages` says it in other languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

import gradio as gr

from sam3viz.utils.messages import DEFAULT_LANGUAGE, translate

C = TypeVar("C", bound=gr.blocks.Block)
Words = Mapping[str, str]
Text = str | Callable[[str], Any]
"""A key in the localizer's `Strings`, or what makes a property's value from a language."""


class Strings:
    """English sentences by key; ``strings[language]`` is the same mapping in a language.

    Example:
        >>> Strings({"start": "Start"})["zh-CN"]["start"]
        '开始'
    """

    def __init__(self, english: Words) -> None:
        self.english = dict(english)

    def __getitem__(self, language: str) -> Words:
        return _Localized(self.english, language)


class _Localized(Mapping[str, str]):
    def __init__(self, english: Words, language: str) -> None:
        self._english, self._language = english, language

    def __getitem__(self, key: str) -> str:
        return translate(self._english[key], self._language)

    def __iter__(self) -> Iterator[str]:
        return iter(self._english)

    def __len__(self) -> int:
        return len(self._english)


class Localizer:
    """Remembers which property of which component holds which sentence, so that a change of language is one update.

    Example::

        words = Localizer(STRINGS)
        start = words.bind(gr.Button(), value="start")
        language.input(words.updates, language, words.components)
    """

    def __init__(self, strings: Strings) -> None:
        self._strings = strings
        self._bound: dict[Any, dict[str, Text]] = {}

    def bind(self, component: C, **properties: Text) -> C:
        """Give a component's properties their English text, and remember them; returns the component.

        Args:
            properties: property -> key in the strings, or a function from the language to the value.
        """
        for name, text in properties.items():
            setattr(component, name, self._value(text, DEFAULT_LANGUAGE))
        self._bound.setdefault(component, {}).update(properties)
        return component

    def adopt(self, other: Localizer) -> None:
        """Follow the language with all that another one bound, too."""
        for component, properties in other._bound.items():
            self._bound[component] = {name: partial(other._value, text) for name, text in properties.items()}

    @property
    def components(self) -> list[Any]:
        """All that was bound, in that order."""
        return list(self._bound)

    def updates(self, language: str) -> dict[Any, Any]:
        """Return what each bound component becomes in a language."""
        return {
            component: gr.update(**{name: self._value(text, language) for name, text in properties.items()})
            for component, properties in self._bound.items()
        }

    def _value(self, text: Text, language: str) -> Any:  # noqa: ANN401 whatever the property holds
        return self._strings[language][text] if isinstance(text, str) else text(language)
