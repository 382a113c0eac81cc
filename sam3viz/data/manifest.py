"""Which of COCO's photographs the shipped weights were trained on, by name: the pictures themselves are not ours."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from sam3viz.data.coco import CocoPicture
from sam3viz.utils.messages import InputError


def select_pictures(pictures: Sequence[CocoPicture], manifest: Path) -> list[CocoPicture]:
    """Pick the pictures that a manifest lists, in its order, each to be scaled down to the size listed there.

    Args:
        pictures: of a folder with COCO's own names, or with these under ``coco_file`` of its annotations.
        manifest: CSV with the columns ``name``, ``width`` and ``height``.

    Raises:
        InputError: some that are listed are missing.
    """
    with manifest.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    by_name = {PurePosixPath(picture.coco_name).name: picture for picture in pictures}
    missing = [row["name"] for row in rows if row["name"] not in by_name]
    if missing:
        raise InputError(
            "{missing} of the {count} photographs that the shipped weights were trained on are missing, {name} among "
            "them: give the folder of COCO's val2017 with its annotations, or train on your own photographs with "
            "--preset photographs.",
            missing=len(missing),
            count=len(rows),
            name=missing[0],
        )
    return [replace(by_name[row["name"]], scaled_to=(int(row["width"]), int(row["height"]))) for row in rows]
