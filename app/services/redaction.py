"""What a visitor must not hear of: the folders of this machine."""

from __future__ import annotations

import os
from pathlib import Path

from sam3viz.utils.messages import InputError, Message


def redact_folder(error: ValueError, path: str) -> ValueError:
    """Return the error without the folder that a file lies in; one that can be translated stays so.

    Args:
        path: of the file or folder whose name alone may be told.
    """
    folders = [f"{Path(path).resolve().parent}{os.sep}", f"{Path(path).parent}{os.sep}"]
    sentence = error.args[0] if error.args else ""
    if not isinstance(sentence, Message):
        return ValueError(_redact(str(error), folders))
    redacted = _redact_message(sentence, folders)
    return InputError(redacted.template, **redacted.values)


def _redact(text: str, folders: list[str]) -> str:
    for folder in folders:
        text = text.replace(folder, "")
    return text


def _redact_message(message: Message, folders: list[str]) -> Message:
    return Message(message.template, **{name: _redact_value(value, folders) for name, value in message.values.items()})


def _redact_value(value: object, folders: list[str]) -> object:
    if isinstance(value, Message | InputError):
        return _redact_message(value if isinstance(value, Message) else value.message, folders)
    if isinstance(value, Path):
        return Path(_redact(str(value), folders))
    return _redact(str(value), folders) if isinstance(value, str | Exception) else value
