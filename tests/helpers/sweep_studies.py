"""A sweep's study out of given numbers."""

from __future__ import annotations

from sam3viz.studies.bench.result import SeedEstimate
from sam3viz.studies.sweep.conflict import WHOLE
from sam3viz.studies.sweep.result import Conflict, SeedValues, SettingResult, SweepStudy
from sam3viz.training.plan import TrainingRun


def small_result(
    setting: TrainingRun, contrast: float, ap: float, shares: tuple[float, ...] = (), recall: float = 0.5
) -> SettingResult:
    """Of a setting with these means; ``shares`` of conflicts by seed, of the whole bridge and of its adapter."""
    means = {
        "patch_ap": ap,
        "ap_vs_objects": 0.8,
        "contrast": contrast,
        "recall_at_1": recall,
        "centroid_distance": 0.1,
    }
    spread = 0.01 if len(shares) > 1 else None
    scores = {name: SeedEstimate(mean, mean - 0.05, mean + 0.07, 12, spread) for name, mean in means.items()}
    conflict = Conflict(20 * len(shares), SeedValues(shares), SeedValues(tuple(0.5 - share for share in shares)))
    return SettingResult(setting, scores, {WHOLE: conflict, "adapter": conflict} if shares else {})


def small_study(*results: SettingResult, seeds: tuple[int, ...] = (0, 1)) -> SweepStudy:
    return SweepStudy("<set>", 12, 15, seeds, results, {"backbone": "tiny", "data": "<made> & up"})


def weight_study() -> SweepStudy:
    """Three weights of `unified`: the smallest finds most, the middle one is closest, the largest is beaten by it."""
    return small_study(
        small_result(TrainingRun("unified", "one-cycle", 0.0), 0.2, 0.60, (0.10, 0.20)),
        small_result(TrainingRun("unified", "one-cycle", 0.3), 0.5, 0.55, (0.20, 0.30)),
        small_result(TrainingRun("unified", "one-cycle", 3.0), 0.4, 0.40, (0.50, 0.40)),
    )


def schedule_study() -> SweepStudy:
    """Of three schedules the second has fewer conflicts than the first for each seed, the third for one of two."""
    return small_study(
        small_result(TrainingRun("unified", "one-cycle", 0.3), 0.5, 0.55, (0.20, 0.30)),
        small_result(TrainingRun("unified", "constant", 0.3), 0.4, 0.56, (0.10, 0.25)),
        small_result(TrainingRun("unified", "progressive", 0.3), 0.3, 0.57, (0.10, 0.35)),
    )
