from __future__ import annotations

import math

import pytest

from sam3viz.studies.sweep.plan import SweepPlan
from sam3viz.training.plan import TrainingRun
from sam3viz.utils.messages import InputError


def plan(variants=("unified",), weights=(0.3,), schedules=("one-cycle",), seeds=(0,)) -> SweepPlan:
    return SweepPlan(variants, weights, schedules, seeds)


def test_every_combination_is_trained_once_a_seed_in_the_order_of_the_figure():
    drawn = plan(("adaptive", "unified"), (1.0, 0.1, 1.0), ("progressive", "constant"), (4, 2, 4))
    assert drawn.settings == [
        TrainingRun(variant, schedule, weight)
        for variant in ("unified", "adaptive")
        for schedule in ("progressive", "constant")
        for weight in (0.1, 1.0)
    ]
    assert [(run.setting, run.seed) for run in drawn.runs] == [(s, seed) for s in drawn.settings for seed in (4, 2)]
    assert len({run.name for run in drawn.runs}) == len(drawn.runs) == 16


def test_the_name_of_a_run_does_not_depend_on_what_else_is_swept():
    alone, along = plan(), plan(weights=(0.3, 3.0), seeds=(0, 1))
    assert alone.runs[0].name == along.runs[0].name == "unified-0.3-one-cycle-0"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"variants": ("nobody",)}, "There is no variant 'nobody'; choose from: raw, "),
        ({"weights": (0.3, 11.0)}, "The alignment weight is 11; give one from 0 to 10."),
        ({"weights": (-0.1,)}, "The alignment weight is -0.1; give one from 0 to 10."),
        ({"weights": (math.nan,)}, "The alignment weight is nan; give one from 0 to 10."),
        ({"weights": ()}, "There is no alignment weight"),
        ({"schedules": ("two-cycle",)}, "There is no schedule 'two-cycle'; choose from: one-cycle, "),
        ({"seeds": ()}, "There is no seed to train with; give at least one."),
        ({"seeds": (-1,)}, "The seed is -1; give one from 0 to 4294967295."),
    ],
)
def test_what_cannot_be_swept_is_said_in_one_sentence(given, says):
    with pytest.raises(InputError) as error:
        plan(**given)
    assert str(error.value).startswith(says)


@pytest.mark.parametrize("variant", ["raw", "baseline", "distillation"])
def test_weights_are_not_swept_where_they_change_nothing(variant):
    with pytest.raises(InputError, match=f"The alignment weight changes nothing for '{variant}'"):
        plan((variant,), (0.0, 0.3))
    assert plan((variant,)).runs
