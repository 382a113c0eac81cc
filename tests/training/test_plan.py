from __future__ import annotations

import re

import pytest

from sam3viz.bridges import VARIANTS
from sam3viz.training.plan import MAX_RUNS, TrainingPlan


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"variants": ()}, "There is no variant to train with; choose at least one of: raw, surround"),
        ({"variants": ("magic",)}, "There is no variant 'magic'; choose from: raw"),
        ({"schedules": ()}, "There is no schedule to train with"),
        ({"schedules": ("slow",)}, "There is no schedule 'slow'"),
        ({"alignment_weights": ()}, "There is no alignment weight"),
        ({"alignment_weights": (-1.0,)}, "alignment weight is -1; give one from 0 to 10"),
        ({"alignment_weights": (float("nan"),)}, "alignment weight is nan"),
        ({"steps": 19}, "There are 19 steps; a small training takes 20 to 200."),
        ({"steps": 201}, "There are 201 steps"),
        ({"scenes": 15}, "There are 15 scenes; a small training takes 16 to 120."),
        ({"scenes": 121}, "There are 121 scenes"),
        (
            {"variants": ("raw", "unified"), "schedules": ("constant", "one-cycle"), "alignment_weights": (0.0, 0.3)},
            "2 variants x 2 schedules x 2 alignment weights are 8 runs; choose at most 4.",
        ),
    ],
)
def test_what_cannot_be_trained_is_said(settings, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        TrainingPlan(**{"variants": ("raw",), **settings})


def test_runs_are_named_by_what_sets_them_apart_in_screen_order():
    assert list(TrainingPlan(("unified", "raw")).runs) == ["raw", "unified"]
    assert list(TrainingPlan(("raw", "raw"), alignment_weights=(0.3, 0.0)).runs) == [
        "raw, alignment 0.3",
        "raw, alignment 0",
    ]
    assert len(TrainingPlan(tuple(VARIANTS)[:MAX_RUNS]).runs) == MAX_RUNS


def test_more_work_is_expected_to_take_longer():
    seconds = [
        plan.expected_seconds
        for plan in (
            TrainingPlan(("raw",), steps=20, scenes=16),
            TrainingPlan(("raw",), steps=40, scenes=16),
            TrainingPlan(("raw",), steps=40, scenes=60),
            TrainingPlan(("raw", "unified"), steps=40, scenes=60),
        )
    ]
    assert seconds == sorted(set(seconds))


def test_the_work_of_what_is_there_already_is_not_counted():
    plan = TrainingPlan(("raw", "unified"), steps=40, scenes=60)
    assert list(plan.work(60)) == [
        "Pictures read",
        "Scenes composed",
        "Scenes encoded",
        "Training steps",
        "Runs replayed",
    ]
    assert [seconds > 0 for seconds in plan.work(0).values()] == [False, False, False, True, True]
    assert plan.work(60)["Training steps"] == plan.work(0)["Training steps"]
