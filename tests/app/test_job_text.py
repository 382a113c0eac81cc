from __future__ import annotations

import pytest

from app.job_text import JOB
from sam3viz.background import State


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_state_has_a_sentence(language):
    assert set(State.__args__) - {"new", "failed"} <= set(JOB[language])
