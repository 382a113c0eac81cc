"""From the rows of `sam3viz.studies.bench.cross_image` to its JSON: every way's means, and what another picture changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from sam3viz.evaluation.episodes import Task
from sam3viz.evaluation.intervals import LEVEL, RESAMPLES
from sam3viz.studies.bench.cross_image import WAYS, CrossRow, CrossTask
from sam3viz.studies.bench.summary import SCHEMA, by_metric, differences, means, present

KIND = "cross-image"
SAME, CROSS = WAYS[:2]
REFERENCES = {SAME: WAYS[1:], CROSS: WAYS[2:]}
"""Ways that others are compared with, and which others."""


def cross_image_report(
    rows: Iterable[CrossRow],
    tasks: Sequence[Task],
    asked: Sequence[CrossTask],
    settings: Mapping[str, Any],
    versions: Mapping[str, str],
    seed: int = 0,
) -> dict[str, Any]:
    """The JSON document: ``variants`` beside what they were made with.

    Numbers are as in `sam3viz.studies.bench.summary.report`, and so are seeds averaged. Target pictures are resampled; that one
    reference picture may serve several of them is left aside. Of a variant:

    - each of `WAYS`: every metric
    - ``minus``: by each of `REFERENCES` the paired difference of the other ways to it, on the same questions

    ``episodes`` were scored, ``passed_over`` could not be asked; ``references`` counts those scored by how many
    references they have.

    Args:
        tasks: all of the protocol's episodes.
        asked: those that have references, from `cross_image_tasks`.
        seed: of the bootstrap.

    Raises:
        ValueError: there are no rows: no question could be scored.
    """
    frame = pd.DataFrame(list(rows), columns=list(CrossRow.__annotations__))
    if frame.empty:
        raise ValueError("No episode could be scored: no object that is asked for covers half a cell of the raster.")
    questions = [(task.target.image, question) for task in asked for question in task.questions]
    scored = set(zip(frame["image"], frame["category"], strict=True))
    shots = Counter(len(q.references) for image, q in questions if (image, q.episode.category) in scored)
    return {
        "schema": SCHEMA,
        "kind": KIND,
        "settings": {**settings, "level": LEVEL, "resamples": RESAMPLES, "bootstrap_seed": seed},
        "versions": dict(versions),
        "seeds": list(dict.fromkeys(frame["seed"])),
        "pictures": frame["image"].nunique(),
        "episodes": len(scored),
        "passed_over": sum(len(task.episodes) for task in tasks) - len(questions),
        "references": {str(count): shots[count] for count in sorted(shots)},
        "variants": _variants(frame, seed),
    }


def _variants(frame: pd.DataFrame, seed: int) -> dict[str, Any]:
    """In screen order."""
    ways = {way: frame[frame["way"] == way] for way in WAYS}
    tables = {way: by_metric(part) for way, part in ways.items()}
    return {
        name: {
            **{way: means(tables[way], part, name, seed) for way, part in ways.items()},
            "minus": {
                reference: {way: differences(tables[way], name, tables[reference], name, seed) for way in others}
                for reference, others in REFERENCES.items()
            },
        }
        for name in present(frame)
    }
