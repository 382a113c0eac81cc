"""A job's result with the files that a visitor can take along."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from gradio.utils import get_upload_folder

T = TypeVar("T")


@dataclass(frozen=True)
class ExportedResult(Generic[T]):
    """A result and a folder of files; that goes when nobody holds it any more."""

    value: T
    folder: tempfile.TemporaryDirectory[str]

    @classmethod
    def write(cls, value: T, name: str, write: Callable[[T, Path], None]) -> ExportedResult[T]:
        """Write a result's files into a folder of their own that Gradio may serve.

        Args:
            name: begins the folder's name.
            write: puts the files of ``value`` into the folder that it is given.
        """
        folder = tempfile.TemporaryDirectory(prefix=f"{name}-", dir=get_upload_folder())
        write(value, Path(folder.name))
        return cls(value, folder)

    @property
    def files(self) -> list[str]:
        """Paths of the files, sorted by name."""
        return [str(path) for path in sorted(Path(self.folder.name).iterdir())]
