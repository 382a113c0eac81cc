"""The same thing by two paths: how near its two tokens are, and whether they are nearer than two things' (2.2).

Path A is always the thing's tight box on its own picture. `PATHS` is where another path is registered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from sam3viz.bridges import VARIANTS, Bridge
from sam3viz.encoders import Backbone
from sam3viz.evaluation.episodes import Box, ImageTask
from sam3viz.evaluation.intervals import share_interval
from sam3viz.studies.robustness.context import looseness, pasted
from sam3viz.studies.robustness.measure import on_picture, one_box
from sam3viz.studies.robustness.summary import ranked
from sam3viz.utils.jobs import ReportProgress

LOOSE = 1.7
"""How many times as wide and high the loose box is."""
FEWEST_THINGS = 3
"""From which on there are strangers enough."""
MEASURES = ("same", "strangers", "contrast", "recall")
"""Cosine of a thing's two tokens; mean cosine of its token by path A with the other things' by path B; the first minus
the second; and whether no other thing's token by path B is nearer than its own, a tie of k counting 1 / k."""
BOUNDS = {"same": (-1.0, 1.0), "strangers": (-1.0, 1.0), "contrast": (-2.0, 2.0)}
"""Where a value can lie; no interval reaches further."""
_TIED = 1e-6
"""Cosines that differ by less are equal in float32."""


@dataclass(frozen=True)
class Path:
    """Another way to the same thing."""

    name: str
    label: str
    drawn: Callable[[Image.Image, Box, Image.Image], tuple[Image.Image, Box]]
    """``drawn(image, box, other)``: a picture and the box on it that shows the thing under ``box`` (xyxy pixels);
    ``other`` is another picture of the set."""
    of_two: bool = False
    """Whether ``other`` is seen, so that one picture is not enough."""


def _crop(image: Image.Image, box: Box, other: Image.Image) -> tuple[Image.Image, Box]:
    """The box alone as a picture of its own: whole pixels within it, so that nothing about it leaks in."""
    x0, y0, x1, y1 = (int(np.ceil(box[0])), int(np.ceil(box[1])), int(box[2]), int(box[3]))
    crop = image.crop((x0, y0, x1, y1))
    return crop, (0.0, 0.0, float(crop.width), float(crop.height))


def _loose(image: Image.Image, box: Box, other: Image.Image) -> tuple[Image.Image, Box]:
    """The same picture with a box that was not drawn tight, as far as the picture goes."""
    drawn = looseness(image, box, LOOSE, np.random.default_rng()).box or box
    return image, on_picture(drawn, image.size) or box


def _elsewhere(image: Image.Image, box: Box, other: Image.Image) -> tuple[Image.Image, Box]:
    """The thing at the same place and scale in another picture, which is resized to the size of its own."""
    return pasted(other.resize(image.size, Image.Resampling.BICUBIC), image, box), box


PATHS: dict[str, Path] = {
    path.name: path
    for path in (
        Path("crop", "the crop alone", _crop),
        Path("loose", f"box {LOOSE:g} x loose", _loose),
        Path("elsewhere", "in another picture", _elsewhere, of_two=True),
    )
}


def compare(
    backbone: Backbone,
    bridges: Mapping[str, Bridge],
    tasks: Sequence[ImageTask],
    side: int | None = None,
    progress: ReportProgress = lambda what, done, total: None,
) -> pd.DataFrame:
    """`MEASURES` of the first question's thing of every picture, by every path and variant.

    The other picture is the next one of ``tasks``. Each picture is encoded once.

    Args:
        side: longer side in pixels that pictures are seen at; the backbone's own by default.
        progress: told "things"; may raise to stop.

    Returns:
        Columns path, image, category, variant and `MEASURES`, NaN where there are fewer things than `FEWEST_THINGS`.
    """
    asked = [(task, on_picture(task.episodes[0].positive, task.size)) for task in tasks if task.episodes]
    things = [(task, box) for task, box in asked if box is not None]
    paths = [path for path in PATHS.values() if len(things) > 1 or not path.of_two]
    tight: dict[str, list[Tensor]] = {name: [] for name in bridges}
    other_way: dict[tuple[str, str], list[Tensor]] = {(path, name): [] for path in PATHS for name in bridges}
    progress("Instances compared", 0, len(things))
    for number, (task, box) in enumerate(things):
        image, other = task.picture(), things[(number + 1) % len(things)][0].picture()
        own = backbone.encode(image, side)
        for name, token in _tokens(bridges, own, box, image.size).items():
            tight[name].append(token)
        for path in paths:
            seen, drawn = path.drawn(image, box, other)
            encoded = own if seen is image else backbone.encode(seen, side)
            for name, token in _tokens(bridges, encoded, drawn, seen.size).items():
                other_way[path.name, name].append(token)
        progress("Instances compared", number + 1, len(things))
    told = pd.DataFrame([{"image": task.image, "category": task.episodes[0].category} for task, _ in things])
    parts = [
        told.assign(path=path, variant=name, **measures(torch.stack(tight[name]), torch.stack(tokens)))
        for (path, name), tokens in other_way.items()
        if tokens
    ]
    columns = ["path", "image", "category", "variant", *MEASURES]
    return pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)


def measures(first: Float[Tensor, "n e"], second: Float[Tensor, "n e"]) -> dict[str, Float[np.ndarray, " n"]]:
    """`MEASURES` of n things, row i of both being the same one."""
    unit = (torch.nn.functional.normalize(tokens.double(), dim=1) for tokens in (first, second))
    cosines: Float[np.ndarray, "n n"] = torch.mm(next(unit), next(unit).T).cpu().numpy()
    same, count = np.diag(cosines).copy(), len(cosines)
    if count < FEWEST_THINGS:
        none = np.full(count, np.nan)
        return {"same": same, "strangers": none, "contrast": none, "recall": none}
    strangers = (cosines.sum(1) - same) / (count - 1)
    nearest = cosines >= cosines.max(1, keepdims=True) - _TIED
    recall = np.where(np.diag(nearest), 1 / nearest.sum(1), 0.0)
    return {"same": same, "strangers": strangers, "contrast": same - strangers, "recall": recall}


def consistency(frame: pd.DataFrame, seed: int = 0) -> dict[str, Any]:
    """Path -> measure -> variants as `sam3viz.studies.robustness.summary.ranked` gives them; ``mean`` is None for too few.

    The interval of recall is Wilson's, and it is not compared with `raw`: it is a yes or no a picture. A thing's
    strangers are taken as they are: the intervals are over the pictures that things are seen on.
    """
    told: dict[str, Any] = {}
    for path, part in frame.groupby("path", sort=False):
        names = [name for name in VARIANTS if name in set(part["variant"])]
        for measure in MEASURES:
            values = {name: part[part["variant"] == name].set_index("image")[measure] for name in names}
            told.setdefault(str(path), {})[measure] = _measured(measure, values, seed)
    return told


def _measured(measure: str, values: Mapping[str, pd.Series], seed: int) -> dict[str, Any]:
    if any(own.isna().any() for own in values.values()):
        return _too_few(values)
    return _shares(values) if measure == "recall" else ranked(values, BOUNDS[measure], seed)


def _shares(values: Mapping[str, pd.Series]) -> dict[str, Any]:
    """Yes or no a thing: too coarse for a paired interval, so none is told apart from another."""
    best = sorted(values, key=lambda name: -values[name].mean())
    return {name: asdict(share_interval(values[name].to_list())) | {"to_raw": None, "apart": False} for name in best}


def _too_few(values: Mapping[str, pd.Series]) -> dict[str, Any]:
    none = {"mean": None, "low": None, "high": None, "to_raw": None, "apart": False}
    return {name: {**none, "n": len(own)} for name, own in values.items()}


def _tokens(
    bridges: Mapping[str, Bridge], encoded: Float[Tensor, "1 d h w"], box: Box, size: tuple[int, int]
) -> dict[str, Float[Tensor, " e"]]:
    """The exemplar's token by every variant."""
    with torch.inference_mode():
        tokens = one_box(encoded, box, encoded, size)
        return {name: bridge(tokens).exemplar[0].float() for name, bridge in bridges.items()}
