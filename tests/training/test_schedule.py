from __future__ import annotations

import pytest
import torch

from sam3viz.training.schedule import SCHEDULES, constant, one_cycle, progressive, progressive_decay

STEPS = 100


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_is_defined_all_along_and_never_above_the_recipe(name):
    for step in range(STEPS + 1):
        setting = SCHEDULES[name](step / STEPS)
        assert 0 <= setting.rate <= 1 + 1e-9
        assert 0 <= setting.alignment <= 1


def test_the_three_phases_are_those_of_the_design():
    """20, 50 and 30 steps of a hundred; the last begins at its first step and not one later."""
    settings = [progressive(step / STEPS) for step in range(STEPS)]
    rates, weights = [s.rate for s in settings], [0.3 * s.alignment for s in settings]
    assert rates == [0.1] * 20 + [0.5] * 50 + [1.0] * 30
    assert weights == pytest.approx([0.1] * 20 + [0.3] * 50 + [0.1] * 30)


@pytest.mark.parametrize("steps", [10, 20, 30, 40, 70, 90, 110, 130, 1000])
def test_phases_begin_on_time_for_any_length(steps):
    rates = [progressive(step / steps).rate for step in range(steps)]
    assert [rates.count(rate) for rate in (0.1, 0.5, 1.0)] == [steps // 5, steps // 2, steps - steps // 5 - steps // 2]


def test_decay_changes_the_last_phase_alone():
    for step in range(STEPS):
        plain, decayed = progressive(step / STEPS), progressive_decay(step / STEPS)
        assert decayed.alignment == plain.alignment
        assert decayed.rate == plain.rate if step <= 70 else decayed.rate < plain.rate
    assert progressive_decay(1).rate == pytest.approx(0, abs=1e-9)


def test_one_cycle_is_that_of_torch():
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1.0, 1001, pct_start=0.1)
    for step in range(1000):
        assert one_cycle(step / 1000).rate == pytest.approx(optimizer.param_groups[0]["lr"], abs=1e-2)
        optimizer.step()
        schedule.step()


def test_constant_is_constant():
    assert len({constant(step / STEPS) for step in range(STEPS)}) == 1
