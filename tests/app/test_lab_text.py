from __future__ import annotations

import re
import string

import pytest

from app.lab_text import CLAIMS_ZH, COST, DATASET, JOB, PERTURBATIONS_ZH, ROBUSTNESS, SOURCE
from sam3viz.background import State
from sam3viz.cost.claims import CLAIMS
from sam3viz.robustness import PERTURBATIONS


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("words", [JOB, SOURCE, DATASET, ROBUSTNESS, COST], ids=lambda words: next(iter(words["en"])))
def test_both_languages_say_the_same_things_of_the_same_values(words):
    english, chinese = words["en"], words["zh-CN"]
    assert set(words) == {"en", "zh-CN"}
    assert list(english) == list(chinese)
    for key, text in english.items():
        assert text.strip()
        assert fields(text) == fields(chinese[key]), key
        assert re.search("[\u3000-\u9fff]", chinese[key]), key


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_state_has_a_sentence(language):
    assert set(State.__args__) - {"new", "failed"} <= set(JOB[language])


def test_every_perturbation_and_claim_has_a_name():
    assert list(PERTURBATIONS_ZH) == list(PERTURBATIONS)
    assert list(CLAIMS_ZH) == [claim.key for claim in CLAIMS]
