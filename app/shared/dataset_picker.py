"""Which pictures a dataset's tab takes: the built-in sample, or a zip of one's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from app.shared.job_strings import SOURCE
from sam3viz.data.archive import unpack
from sam3viz.data.coco import UNTRUSTED_LIMITS, CocoPicture, read_coco
from sam3viz.data.synthetic.coco_sample import write_sample
from sam3viz.utils.jobs import ReportProgress
from sam3viz.utils.messages import InputError

SAMPLE, UPLOAD = "sample", "upload"


@dataclass
class Source:
    """The components, and what their values mean. ``name`` begins their ids."""

    name: str
    default: int
    most: int
    """Pictures; the slider's end."""
    kind: gr.Radio = field(init=False)

    def __post_init__(self) -> None:
        words = SOURCE["en"]
        self.kind = gr.Radio(_kinds("en"), value=SAMPLE, label=words["source"], elem_id=f"{self.name}-source")
        self.archive = gr.File(
            label=words["archive"], file_types=[".zip"], file_count="single", visible=False, height=120,
            elem_id=f"{self.name}-archive",
        )  # fmt: skip
        self.pictures = gr.Slider(
            1, self.most, value=self.default, step=1, label=words["pictures"], elem_id=f"{self.name}-pictures"
        )
        self.kind.change(
            lambda kind: gr.File(visible=kind == UPLOAD), self.kind, self.archive,
            show_progress="hidden", api_visibility="private", queue=False,
        )  # fmt: skip

    @property
    def components(self) -> list[Any]:
        return [self.kind, self.archive, self.pictures]

    def translated(self, language: str) -> dict[Any, Any]:
        words = SOURCE[language]
        return {
            self.kind: gr.Radio(_kinds(language), label=words["source"]),
            self.archive: gr.File(label=words["archive"]),
            self.pictures: gr.Slider(label=words["pictures"]),
        }


def checked(kind: str, archive: str | None, language: str) -> Path | None:
    """The zip, or None for the sample.

    Raises:
        ValueError: the zip is missing.
    """
    if kind != UPLOAD:
        return None
    if archive is None:
        raise ValueError(SOURCE[language]["missing"])
    return Path(archive)


def pictures_of(
    archive: Path | None, folder: Path, count: int, progress: ReportProgress
) -> tuple[str, list[CocoPicture]]:
    """Name and pictures of the dataset, laid out in ``folder``; at most ``count``. ``progress`` may stop it.

    Raises:
        InputError: the zip cannot be used; one sentence says why.
    """
    if archive is None:
        root = write_sample(folder, count, progress=lambda done, total: progress("Scenes composed", done, total))
        return "composed sample", list(read_coco(root))
    root = unpack(archive, folder, progress)
    try:
        return archive.stem, list(read_coco(root, UNTRUSTED_LIMITS, progress))[:count]
    except InputError as error:  # the person knows the zip, not where it was unpacked
        raise error.replace(str(root), archive.name) from error


def _kinds(language: str) -> list[tuple[str, str]]:
    return [(SOURCE[language][kind], kind) for kind in (SAMPLE, UPLOAD)]
