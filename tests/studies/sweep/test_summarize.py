from __future__ import annotations

import pytest

from sam3viz.evaluation.intervals import mean_interval
from sam3viz.studies.sweep.conflict import WHOLE, RunConflict
from sam3viz.studies.sweep.measure import Row
from sam3viz.studies.sweep.plan import SweepPlan
from sam3viz.studies.sweep.summarize import join_conflicts, summarize
from sam3viz.utils.messages import InputError

PLAN = SweepPlan(("unified",), (0.0, 1.0), ("one-cycle",), (0, 1))


def value(weight: float, seed: int, picture: int) -> float:
    return 0.4 + 0.1 * weight + 0.02 * seed + 0.01 * picture


def rows(pictures: int = 8) -> list[Row]:
    return [
        Row(run, f"{n}.png", category, measure, value(run.setting.alignment_weight, run.seed, n))
        for run in PLAN.runs
        for n in range(pictures)
        for measure, category in (("patch_ap", "square"), ("contrast", ""), ("recall_at_1", ""))
    ]


def conflicts():
    return {run: {WHOLE: RunConflict(10, 0.1 * run.seed, 0.5)} for run in PLAN.runs}


def test_a_score_is_averaged_over_seeds_before_pictures_are_resampled():
    study = summarize("set", PLAN, rows(), conflicts(), {})
    assert (study.pictures, study.episodes, study.seeds) == (8, 8, (0, 1))
    assert [result.setting.alignment_weight for result in study.results] == [0.0, 1.0]
    for result in study.results:
        weight, score = result.setting.alignment_weight, result.scores["patch_ap"]
        averaged = [(value(weight, 0, n) + value(weight, 1, n)) / 2 for n in range(8)]
        expected = mean_interval(averaged, [f"{n}.png" for n in range(8)])
        assert (score.mean, score.low, score.high) == pytest.approx((expected.mean, expected.low, expected.high))
        assert score.seed_sd == pytest.approx(0.02 / 2**0.5)
        assert score.n == 8
        assert "ap_vs_objects" not in result.scores


def test_two_pictures_give_no_interval_and_one_seed_no_spread():
    plan = SweepPlan(("unified",), (0.0,), ("one-cycle",), (0,))
    own = [row for row in rows(2) if row.run in plan.runs]
    score = summarize("set", plan, own, conflicts(), {}).results[0].scores["patch_ap"]
    assert (score.low, score.high, score.seed_sd) == (None, None, None)


def test_conflicts_keep_each_seeds_share_and_what_every_seed_has():
    joined = join_conflicts(
        [{WHOLE: RunConflict(4, 0.25, 0.1), "adapter": RunConflict(4, 0.5, 0.0)}, {WHOLE: RunConflict(2, 0.5, 0.3)}]
    )
    assert list(joined) == [WHOLE]
    assert joined[WHOLE].looks == 6
    assert joined[WHOLE].share.by_seed == (0.25, 0.5)
    assert joined[WHOLE].cosine.mean == pytest.approx(0.2)


def test_nothing_to_score_gets_a_sentence():
    with pytest.raises(InputError, match="No episode of 'set' can be scored"):
        summarize("set", PLAN, [], conflicts(), {})
