"""From features on disk and scores to the numbers of the study, each with its interval.

Cosines and scores are resampled by picture (`sam3viz.evaluation.intervals`), measures of sets leave groups of pictures
out (`sam3viz.evaluation.jackknife`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sam3viz.bridges import bridge_names, in_screen_order
from sam3viz.evaluation.estimate import Estimate
from sam3viz.evaluation.intervals import LEVEL, mean_interval, paired_difference
from sam3viz.evaluation.jackknife import GROUPS, jackknife
from sam3viz.evaluation.measures import MEASURES
from sam3viz.studies.dataset_gap.features import read_pairs, sample_pictures
from sam3viz.studies.dataset_gap.instances import MIN_AREA_BY_SIZE, ExcludedCounts, count_excluded
from sam3viz.studies.dataset_gap.plan import GapPlan
from sam3viz.utils.jobs import ReportProgress
from sam3viz.utils.memory import trim_heap

SCHEMA = 1
MAX_MEASURED_OBJECTS = 600
"""Objects that a measure of sets takes, whole pictures of them: most measures grow with the square of it."""
SCORES = ("patch_ap", "ap_vs_objects", "peak_recall")
RANKING_SCORE = "patch_ap"


@dataclass(frozen=True)
class CosineGap:
    """Cosines of a part of the objects through one variant."""

    matched: Estimate
    """With an object's own region."""
    mismatched: Estimate
    """With the regions of its picture's other objects."""
    contrast: Estimate
    """The first minus the second."""

    def as_json(self) -> dict[str, Any]:
        """Return each cosine as JSON can hold it."""
        return {
            "matched": self.matched.as_json(),
            "mismatched": self.mismatched.as_json(),
            "contrast": self.contrast.as_json(),
        }


@dataclass(frozen=True)
class VariantGap:
    """The numbers of one variant."""

    measures: dict[str, Estimate]
    """Name in `sam3viz.evaluation.measures.MEASURES` -> value."""
    scores: dict[str, Estimate]
    """Name in `SCORES` -> value; those that no question defines are absent."""
    by_size: dict[str, CosineGap]
    by_category: dict[str, CosineGap]
    """The most frequent category first."""


@dataclass(frozen=True)
class Ranking:
    """The variant with the highest mean `RANKING_SCORE`, and by how much it leads on the same questions."""

    best: str
    leads: dict[str, Estimate]
    """Other variant -> lead over it, paired by question and resampled by picture."""

    @property
    def not_significantly_different(self) -> list[str]:
        """The variants whose lead's interval holds 0, or has no interval."""
        return [name for name, lead in self.leads.items() if lead.low is None or lead.low <= 0]


@dataclass(frozen=True)
class GapSummary:
    """Every number of the study."""

    objects: int
    measured_objects: int
    """Those that the measures of sets take."""
    pictures: int
    variants: dict[str, VariantGap]
    ranking: Ranking | None
    """None where there was nothing to ask."""
    excluded: ExcludedCounts
    unscored_reason: str
    """As in `sam3viz.studies.dataset_gap.plan.GapPlan`."""
    level: float = LEVEL
    """Of the intervals."""
    groups: int = GROUPS
    """Of pictures that are left out in turn."""

    def nearest_bridge(self) -> str | None:
        """Return the bridge with the highest contrast, reference lines excluded; None where none has a number."""
        contrasts = {
            name: self.variants[name].measures["contrast"].mean for name in bridge_names() if name in self.variants
        }
        contrasts = {name: value for name, value in contrasts.items() if not math.isnan(value)}
        return max(contrasts, key=contrasts.__getitem__, default=None)

    def highest(self, score: str) -> str | None:
        """Return the variant with the highest score, reference lines included; None where no question defines it."""
        means = {name: gap.scores[score].mean for name, gap in self.variants.items() if score in gap.scores}
        return max(means, key=means.__getitem__, default=None)

    def as_json(self) -> dict[str, Any]:
        """Return the numbers as JSON can hold them: an estimate's ``mean`` is None where there were too few samples."""
        first = next(iter(self.variants.values()))
        return {
            "schema": SCHEMA,
            "objects": self.objects,
            "measured_objects": self.measured_objects,
            "pictures": self.pictures,
            "level": self.level,
            "groups": self.groups,
            "variants": {
                name: {"measures": _estimates_json(gap.measures), "scores": _estimates_json(gap.scores)}
                for name, gap in self.variants.items()
            },
            "use": None
            if self.ranking is None
            else {"best": self.ranking.best, "lead": _estimates_json(self.ranking.leads)},
            "sizes": {
                part: {name: gap.by_size[part].as_json() for name, gap in self.variants.items()}
                for part in first.by_size
            },
            "categories": {
                part: {name: gap.by_category[part].as_json() for name, gap in self.variants.items()}
                for part in first.by_category
            },
            "left_out": asdict(self.excluded),
            "unasked": str(self.unscored_reason),
        }


def summarize_gap(
    plan: GapPlan, rows: pd.DataFrame, features: Sequence[Path], scores: pd.DataFrame, progress: ReportProgress
) -> GapSummary:
    """Measure every variant over all pictures.

    Args:
        rows: as `sam3viz.studies.dataset_gap.features.read_rows` gives them.
        features: the files that they were read from.
        scores: long table of `sam3viz.studies.bench.measure.table`; empty where no picture has anything to ask.
        progress: called with "Variants measured"; may raise to stop.
    """
    rows = rows.assign(contrast=rows["matched"] - rows["mismatched"])
    names = in_screen_order(rows["variant"])
    first = rows[rows["variant"] == names[0]]
    images = sample_pictures(first, MAX_MEASURED_OBJECTS, plan.seed)
    sizes = [size for size in MIN_AREA_BY_SIZE if size in set(first["size"])]
    categories = [str(category) for category in rows["category"].value_counts().index]
    measures, measured_objects = _measures(features, names, images, plan.seed, progress)
    variants = {}
    for name in names:
        own = rows[rows["variant"] == name]
        variants[name] = VariantGap(
            measures[name],
            _scores(scores, name, plan.seed),
            {size: _cosines(own[own["size"] == size], plan.seed) for size in sizes},
            {category: _cosines(own[own["category"] == category], plan.seed) for category in categories},
        )
    return GapSummary(
        objects=len(first),
        measured_objects=measured_objects,
        pictures=int(rows["image"].nunique()),
        variants=variants,
        ranking=_rank(scores, names, plan.seed),
        excluded=count_excluded(plan.pictures),
        unscored_reason=plan.unscored_reason,
    )


def most_accurate(scores: pd.DataFrame, names: Sequence[str]) -> str | None:
    """Return the variant with the highest mean `RANKING_SCORE` over the questions; None where there was none.

    Args:
        scores: long table of `sam3viz.studies.bench.measure.table`.
        names: the variants to choose from.
    """
    by_question = _score_by_question(scores, names)
    return None if by_question.empty else str(by_question.mean().idxmax())


def _measures(
    features: Sequence[Path], names: Sequence[str], images: Sequence[str], seed: int, progress: ReportProgress
) -> tuple[dict[str, dict[str, Estimate]], int]:
    """Variant -> `MEASURES` over some pictures, and how many objects these hold."""
    measures: dict[str, dict[str, Estimate]] = {}
    count = 0
    for done, name in enumerate(names):
        progress("Variants measured", done, len(names))
        objects, instance, region = read_pairs(features, name, images)
        pictures, count = objects["image"].to_list(), len(objects)
        measures[name] = {
            key: jackknife(metric, (instance, region), pictures, seed).within(*metric.range)
            for key, metric in MEASURES.items()
        }
        trim_heap()
    progress("Variants measured", len(names), len(names))
    return measures, count


def _score_by_question(scores: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """`RANKING_SCORE`, a row a question and a column a variant."""
    positive = ~scores["negative"].astype(bool)
    own = scores[(scores["metric"] == RANKING_SCORE) & positive & scores["variant"].isin(names)]
    return own.pivot_table("value", ["image", "category"], "variant", sort=False)


def _rank(scores: pd.DataFrame, names: Sequence[str], seed: int) -> Ranking | None:
    best, by_question = most_accurate(scores, names), _score_by_question(scores, names)
    if best is None:
        return None
    pictures = by_question.index.get_level_values("image").to_list()
    leads = {
        name: paired_difference(by_question[best].to_list(), by_question[name].to_list(), pictures, seed)
        for name in names
        if name != best and name in by_question
    }
    return Ranking(best, leads)


def _scores(scores: pd.DataFrame, name: str, seed: int) -> dict[str, Estimate]:
    own = scores[(scores["variant"] == name) & ~scores["negative"].astype(bool)]
    return {
        metric: mean_interval(part["value"].to_list(), part["image"].to_list(), seed).within(0, 1)
        for metric in SCORES
        if len(part := own[own["metric"] == metric])
    }


def _cosines(rows: pd.DataFrame, seed: int) -> CosineGap:
    return CosineGap(
        _mean(rows, "matched", 1, seed), _mean(rows, "mismatched", 1, seed), _mean(rows, "contrast", 2, seed)
    )


def _mean(rows: pd.DataFrame, column: str, limit: float, seed: int) -> Estimate:
    """Mean of a column that lies within ``limit`` of 0, over the rows that have a number there."""
    measured = rows.dropna(subset=column)
    if measured.empty:
        return Estimate(math.nan, None, None, 0)
    return mean_interval(measured[column].to_list(), measured["image"].to_list(), seed).within(-limit, limit)


def _estimates_json(estimates: dict[str, Estimate]) -> dict[str, Any]:
    return {name: estimate.as_json() for name, estimate in estimates.items()}
