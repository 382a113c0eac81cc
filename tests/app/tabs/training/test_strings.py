from __future__ import annotations

import pytest
from sam3viz.training.session import State

from app.tabs.training.strings import SCHEDULES_ZH, TRAINING
from sam3viz.training.schedule import SCHEDULES


def test_every_schedule_has_a_name():
    assert set(SCHEDULES_ZH) == set(SCHEDULES)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_state_has_a_sentence(language):
    assert set(State.__args__) - {"new", "failed"} <= set(TRAINING[language])
