"""The same instance by two routes: how near its two tokens are, and whether nearer than two instances' (2.2).

The first route is always the instance's tight box on its own picture, the second one of `ROUTES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from sam3viz.bridges import Bridge, in_screen_order
from sam3viz.encoders import Backbone
from sam3viz.evaluation.episodes import ImageTask
from sam3viz.evaluation.estimate import Estimate
from sam3viz.evaluation.intervals import share_interval
from sam3viz.studies.robustness.measure import build_tokens, clip_box
from sam3viz.studies.robustness.ranking import RankedVariant, Ranking, rank_variants
from sam3viz.studies.robustness.routes import ROUTES, Route
from sam3viz.types import Box
from sam3viz.utils.jobs import ReportProgress

MIN_INSTANCES = 3
"""Instances from which on there are others enough to compare with."""
_COSINE_TOLERANCE = 1e-6
"""Cosines that differ by less are equal in float32."""


@dataclass(frozen=True)
class Measure:
    """One number of an instance and a second route to it."""

    name: str
    key: str
    """What it is called in files."""
    label: str
    """In English, as people read it."""
    bounds: tuple[float, float] | None
    """Where a value can lie; no interval reaches further. None for a yes or no a picture."""
    conclusive: bool = False
    """Whether a difference to the reference says something by itself, so that it is marked."""


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("matched", "same", "same", (-1.0, 1.0)),
        Measure("mismatched", "strangers", "strangers", (-1.0, 1.0)),
        Measure("contrast", "contrast", "contrast", (-2.0, 2.0), conclusive=True),
        Measure("recall", "recall", "recall at 1", None),
    )
}
"""Cosine of an instance's two tokens; mean cosine of its token by the first route with the other instances' by the
second; the former minus the latter; and whether no other instance's token by the second route is nearer than its own, a
tie of k counting 1 / k."""


@dataclass(frozen=True)
class ConsistencyResult:
    """How consistent every variant is by one route and measure."""

    route: str
    measure: str
    ranking: Ranking
    """Means are NaN, in screen order, where there are fewer instances than `MIN_INSTANCES`."""


@dataclass(frozen=True)
class Instance:
    """What is looked at by several routes."""

    image: str
    category: str
    picture: Callable[[], Image.Image]
    box: Box
    """Tight, in xyxy pixels of its own picture."""


@dataclass(frozen=True)
class InstanceTokens:
    """An instance's tokens, each by variant."""

    direct: Mapping[str, Float[Tensor, " e"]]
    by_route: Mapping[str, Mapping[str, Float[Tensor, " e"]]]


def measure_consistency(
    backbone: Backbone,
    bridges: Mapping[str, Bridge],
    tasks: Sequence[ImageTask],
    side: int | None = None,
    progress: ReportProgress = lambda phase, done, total: None,
) -> pd.DataFrame:
    """Take the first question's instance of every picture by every route, for every variant.

    The other picture is that of the next instance. Each picture is encoded once.

    Args:
        side: longer side in pixels that pictures are encoded at; the backbone's own by default.
        progress: counts instances; may raise to stop.

    Returns:
        Columns route, image, category, variant and `MEASURES`, NaN where there are fewer instances than
        `MIN_INSTANCES`.
    """
    instances = find_instances(tasks)
    routes = [route for route in ROUTES.values() if len(instances) > 1 or not route.needs_other]
    tokens = []
    progress("Instances compared", 0, len(instances))
    for number, instance in enumerate(instances, 1):
        other = instances[number % len(instances)].picture()
        tokens.append(_encode_instance(lambda image: backbone.encode(image, side), bridges, instance, routes, other))
        progress("Instances compared", number, len(instances))
    return _tabulate(instances, tokens, [route.name for route in routes], list(bridges))


def find_instances(tasks: Sequence[ImageTask]) -> list[Instance]:
    """Return the exemplar of each picture's first question, where enough of it lies on the picture."""
    instances = []
    for task in tasks:
        if task.episodes:
            box = clip_box(task.episodes[0].positive, task.size)
            if box is not None:
                instances.append(Instance(task.image, task.episodes[0].category, task.picture, box))
    return instances


def compute_measures(
    direct: Float[Tensor, "n e"], by_route: Float[Tensor, "n e"]
) -> dict[str, Float[np.ndarray, " n"]]:
    """Compute `MEASURES` of n instances; row i of both is the same one."""
    unit = (torch.nn.functional.normalize(tokens.double(), dim=1) for tokens in (direct, by_route))
    cosines: Float[np.ndarray, "n n"] = torch.mm(next(unit), next(unit).T).cpu().numpy()
    matched, count = np.diag(cosines).copy(), len(cosines)
    if count < MIN_INSTANCES:
        none = np.full(count, np.nan)
        return {"matched": matched, "mismatched": none, "contrast": none, "recall": none}
    mismatched = (cosines.sum(1) - matched) / (count - 1)
    nearest = cosines >= cosines.max(1, keepdims=True) - _COSINE_TOLERANCE
    recall = np.where(np.diag(nearest), 1 / nearest.sum(1), 0.0)
    return {"matched": matched, "mismatched": mismatched, "contrast": matched - mismatched, "recall": recall}


def summarize_consistency(instances: pd.DataFrame, seed: int = 0) -> tuple[ConsistencyResult, ...]:
    """Rank the variants by every route and measure.

    The interval of recall is Wilson's, and it is not compared with the reference: it is a yes or no a picture. The
    instances that one is compared with are taken as they are: intervals are over the pictures that instances are on.

    Args:
        instances: as `measure_consistency` gives them.
        seed: of the bootstrap over pictures.
    """
    results = []
    for route, part in instances.groupby("route", sort=False):
        by_image = part.set_index("image")
        names = in_screen_order(part["variant"])
        for measure in MEASURES.values():
            values = {name: by_image.loc[by_image["variant"] == name, measure.name] for name in names}
            results.append(ConsistencyResult(str(route), measure.name, _rank(measure, values, seed)))
    return tuple(results)


def _rank(measure: Measure, values: Mapping[str, pd.Series], seed: int) -> Ranking:
    if any(own.isna().any() for own in values.values()):
        return {name: RankedVariant(Estimate(np.nan, None, None, len(own))) for name, own in values.items()}
    if measure.bounds is not None:
        return rank_variants(values, measure.bounds, seed)
    best_first = sorted(values, key=lambda name: -values[name].mean())
    return {name: RankedVariant(share_interval(values[name].to_list())) for name in best_first}


def _encode_instance(
    encode: Callable[[Image.Image], Float[Tensor, "1 d h w"]],
    bridges: Mapping[str, Bridge],
    instance: Instance,
    routes: Sequence[Route],
    other: Image.Image,
) -> InstanceTokens:
    image = instance.picture()
    visual = encode(image)
    by_route = {}
    for route in routes:
        view, box = route.take(image, instance.box, other)
        by_route[route.name] = _encode_exemplar(bridges, visual if view is image else encode(view), box, view.size)
    return InstanceTokens(_encode_exemplar(bridges, visual, instance.box, image.size), by_route)


def _encode_exemplar(
    bridges: Mapping[str, Bridge], visual: Float[Tensor, "1 d h w"], box: Box, size: tuple[int, int]
) -> dict[str, Float[Tensor, " e"]]:
    """Variant -> the token of the exemplar under ``box``."""
    with torch.inference_mode():
        tokens = build_tokens(visual, box, visual, size)
        return {name: bridge(tokens).exemplar[0].float() for name, bridge in bridges.items()}


def _tabulate(
    instances: Sequence[Instance], tokens: Sequence[InstanceTokens], routes: Sequence[str], variants: Sequence[str]
) -> pd.DataFrame:
    columns = ["route", "image", "category", "variant", *MEASURES]
    if not instances:
        return pd.DataFrame(columns=columns)
    named = pd.DataFrame([{"image": instance.image, "category": instance.category} for instance in instances])
    parts = []
    for route in routes:
        for name in variants:
            direct = torch.stack([own.direct[name] for own in tokens])
            by_route = torch.stack([own.by_route[route][name] for own in tokens])
            parts.append(named.assign(route=route, variant=name, **compute_measures(direct, by_route)))
    return pd.concat(parts)[columns]
