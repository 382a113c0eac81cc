from __future__ import annotations

import pytest

from app.shared.job_strings import JOB
from sam3viz.utils.jobs import State


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_state_has_a_sentence(language):
    assert set(State.__args__) - {"new", "failed"} <= set(JOB[language])
