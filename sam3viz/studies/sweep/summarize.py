"""From rows and histories to the study: means over seeds and pictures, with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from sam3viz.evaluation.intervals import mean_interval
from sam3viz.evaluation.measures import MEASURES
from sam3viz.studies.bench.result import Scores, SeedEstimate
from sam3viz.studies.sweep.conflict import RunConflict
from sam3viz.studies.sweep.measure import GAP_MEASURES, SCORES, Row
from sam3viz.studies.sweep.plan import SweepPlan, SweepRun
from sam3viz.studies.sweep.result import Conflict, SeedValues, SettingResult, SweepStudy
from sam3viz.training.plan import TrainingRun
from sam3viz.utils.messages import InputError

BOOTSTRAP_SEED = 0


def summarize(
    dataset: str,
    plan: SweepPlan,
    rows: Iterable[Row],
    conflicts: Mapping[SweepRun, Mapping[str, RunConflict]],
    settings: Mapping[str, str | int],
) -> SweepStudy:
    """Average over seeds, then over pictures.

    Args:
        rows: of all runs of the plan.
        conflicts: run -> as `sam3viz.studies.sweep.conflict.run_conflicts` returns them.

    Raises:
        InputError: there are no rows.
    """
    table = pd.DataFrame(
        [(row.run.setting, row.run.seed, row.image, row.category, row.measure, row.value) for row in rows],
        columns=["setting", "seed", "image", "category", "measure", "value"],
    )
    if table.empty:
        raise InputError(
            "No episode of {dataset!r} can be scored: no object that is asked for covers half a cell.", dataset=dataset
        )
    runs: dict[TrainingRun, list[SweepRun]] = {}
    for run in plan.runs:
        runs.setdefault(run.setting, []).append(run)
    results = [
        SettingResult(
            setting,
            average_scores(table[table["setting"] == setting]),
            join_conflicts([conflicts[run] for run in runs[setting]]),
        )
        for setting in plan.settings
    ]
    asked = table.loc[table["measure"] == SCORES[0], ["image", "category"]].drop_duplicates()
    seeds = tuple(dict.fromkeys(plan.seeds))
    return SweepStudy(dataset, int(asked["image"].nunique()), len(asked), seeds, results, settings)


def average_scores(rows: pd.DataFrame) -> Scores:
    """Average each measure of one setting: over the seeds first, then with an interval over pictures.

    Args:
        rows: columns seed, image, category, measure, value.
    """
    scores = {}
    for name in (*SCORES, *GAP_MEASURES):
        of_measure = rows[rows["measure"] == name]
        if of_measure.empty:
            continue
        by_episode = of_measure.groupby(["image", "category"])["value"].mean().dropna()
        estimate = mean_interval(by_episode.tolist(), list(by_episode.index.get_level_values("image")), BOOTSTRAP_SEED)
        bounds = MEASURES[name].range if name in MEASURES else (0.0, 1.0)
        by_seed = SeedValues(tuple(of_measure.groupby("seed")["value"].mean()))
        scores[name] = SeedEstimate(**vars(estimate.within(*bounds)), seed_sd=by_seed.sd)
    return scores


def join_conflicts(seeds: Sequence[Mapping[str, RunConflict]]) -> dict[str, Conflict]:
    """Join the conflicts of one setting's trainings, one a seed; what a seed never looked at is left out."""
    names = [name for name in seeds[0] if all(name in conflicts for conflicts in seeds)]
    return {
        name: Conflict(
            sum(conflicts[name].looks for conflicts in seeds),
            SeedValues(tuple(conflicts[name].share for conflicts in seeds)),
            SeedValues(tuple(conflicts[name].cosine for conflicts in seeds)),
        )
        for name in names
    }
