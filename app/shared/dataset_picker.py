"""Which pictures a dataset's tab takes: the built-in sample, or a zip of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from app.shared.i18n import Localizer
from app.shared.job_strings import SOURCE
from sam3viz.data.archive import unpack
from sam3viz.data.coco import UNTRUSTED_LIMITS, CocoPicture, read_coco
from sam3viz.data.synthetic.coco_sample import write_sample
from sam3viz.utils.jobs import ReportProgress
from sam3viz.utils.messages import InputError, Message

SAMPLE, UPLOAD = "sample", "upload"


class DatasetPicker:
    """Places a choice of the dataset, a drop for its zip, and a slider for the number of its pictures.

    Args:
        name: of the tab, at the beginning of the elements' ids.
        default: pictures that are taken unless the visitor says otherwise.
        maximum: of the slider.
    """

    def __init__(self, name: str, default: int, maximum: int) -> None:
        self.words = Localizer(SOURCE)
        bind = self.words.bind
        self.kind = bind(gr.Radio(value=SAMPLE, elem_id=f"{name}-source"), label="source", choices=_kinds)
        self.archive = bind(
            gr.File(
                file_types=[".zip"], file_count="single", visible=False, height=120, elem_id=f"{name}-archive"
            ),
            label="archive",
        )  # fmt: skip
        self.pictures = bind(gr.Slider(1, maximum, value=default, step=1, elem_id=f"{name}-pictures"), label="pictures")
        self.kind.change(
            lambda kind: gr.File(visible=kind == UPLOAD), self.kind, self.archive,
            show_progress="hidden", api_visibility="private", queue=False,
        )  # fmt: skip

    @property
    def components(self) -> list[Any]:
        """Their values are what `archive_path` and `read_pictures` take."""
        return [self.kind, self.archive, self.pictures]


def archive_path(kind: str, archive: str | None) -> Path | None:
    """Return the zip, or None for the sample.

    Raises:
        ValueError: the zip is missing.
    """
    if kind != UPLOAD:
        return None
    if archive is None:
        raise InputError("There is no zip yet: upload one, or take the built-in sample.")
    return Path(archive)


def read_pictures(
    archive: Path | None, folder: Path, count: int, progress: ReportProgress
) -> tuple[str, list[CocoPicture]]:
    """Lay a dataset out in a folder and read it.

    Args:
        archive: a zip; None for the sample.
        count: of pictures, at most.
        progress: may raise to stop.

    Returns:
        The dataset's name and its pictures, whose files lie in ``folder``.

    Raises:
        ValueError: the zip cannot be used; one sentence says why.
    """
    if archive is None:
        root = write_sample(folder, count, progress=lambda done, total: progress("Scenes composed", done, total))
        return "composed sample", list(read_coco(root))
    root = unpack(archive, folder, progress)
    try:
        return archive.stem, list(read_coco(root, UNTRUSTED_LIMITS, progress))[:count]
    except InputError as error:  # the person knows the zip, not where it was unpacked
        raise InputError.of(_renamed(error.message, root, archive.name)) from error
    except ValueError as error:
        raise ValueError(str(error).replace(str(root), archive.name)) from error


def _renamed(message: Message, root: Path, name: str) -> Message:
    values = {
        key: str(value).replace(str(root), name)
        if isinstance(value, (str, Path)) and not isinstance(value, Message)
        else value
        for key, value in message.values.items()
    }
    return Message(message.template, **values)


def _kinds(language: str) -> list[tuple[str, str]]:
    return [(SOURCE[language][kind], kind) for kind in (SAMPLE, UPLOAD)]
