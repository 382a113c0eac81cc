"""What the Robustness tab's events do. No maths and no layout here."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import plotly.graph_objects as go
from gradio.utils import get_upload_folder

from app.handlers import analyzer
from app.lab_html import numbers_html
from app.lab_text import PERTURBATIONS_ZH, ROBUSTNESS
from app.source import checked, pictures_of
from sam3viz import VARIANTS
from sam3viz.background import Job, Progress
from sam3viz.bench.protocol import photo_tasks
from sam3viz.robustness import PERTURBATIONS
from sam3viz.robustness.figures import curves
from sam3viz.robustness.result import Robustness, study

SEED = 0
SIDE = (256, 768)
"""Pixels of the longer side."""


@dataclass(frozen=True)
class Measured:
    """A finished measurement and its files; they go when nobody holds it any more."""

    found: Robustness
    folder: tempfile.TemporaryDirectory[str]

    @property
    def files(self) -> list[str]:
        return [str(path) for path in sorted(Path(self.folder.name).iterdir())]


def start(
    kind: str, archive: str | None, count: float, names: Sequence[str], side: float, language: str
) -> Job[Measured]:
    """A job, not started.

    Raises:
        ValueError: there is no zip, or nothing was chosen.
    """
    if not names:
        raise ValueError(ROBUSTNESS[language]["nothing"])
    chosen = checked(kind, archive, language)
    return Job(lambda progress: _measured(chosen, int(count), names, int(side), progress))


def _measured(archive: Path | None, count: int, names: Sequence[str], side: int, progress: Progress) -> Measured:
    shared = analyzer()
    disturbances = [perturbation for name, perturbation in PERTURBATIONS.items() if name in names]
    with tempfile.TemporaryDirectory() as folder:
        dataset, pictures = pictures_of(archive, Path(folder), count, progress)
        tasks = photo_tasks(pictures, dataset, SEED)
        found = study(shared, dataset, tasks, disturbances, min(max(side, SIDE[0]), SIDE[1]), SEED, progress)
    kept = tempfile.TemporaryDirectory(prefix="robustness-", dir=get_upload_folder())
    found.to_html(Path(kept.name) / "robustness.html")
    found.to_json(Path(kept.name) / "robustness.json")
    found.to_csv(Path(kept.name) / "robustness.csv")
    return Measured(found, kept)


def figure(found: Robustness, disturbed: str, metric: str) -> go.Figure | None:
    """The curves; None where none of the perturbations is one of the scene."""
    if disturbed not in found.summary["curves"]:
        return None
    return curves(found.summary, disturbed, metric, found.strips)


def areas_html(found: Robustness, disturbed: str, metric: str, language: str) -> str:
    """A row a perturbation, a column a variant; the best of a row is bold."""
    areas = found.summary["areas"].get(disturbed, {}).get(metric)
    if not areas:
        return ""
    names = [name for name in VARIANTS if name in next(iter(areas.values()))]
    rows = [(title_of(name, language), [f"{area[variant]:.2f}" for variant in names]) for name, area in areas.items()]
    best = {(row, names.index(max(area, key=area.__getitem__))) for row, area in enumerate(areas.values())}
    return numbers_html(ROBUSTNESS[language]["areas_read"], names, rows, best)


def title_of(perturbation: str, language: str) -> str:
    """A perturbation's name in a language."""
    return PERTURBATIONS_ZH[perturbation] if language == "zh-CN" else PERTURBATIONS[perturbation].label
