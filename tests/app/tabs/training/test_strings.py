from __future__ import annotations

from app.tabs.training.strings import STRINGS
from sam3viz.figures.training_curves import DETECTION
from sam3viz.training.plan import TrainingPlan
from sam3viz.training.schedule import SCHEDULES
from sam3viz.utils.messages import LANGUAGES, translate


def test_every_schedule_and_every_phase_has_a_name_in_chinese():
    names = [*SCHEDULES, *TrainingPlan(("raw",)).work(16)]
    assert [name for name in names if translate(name, "zh-CN") == name] == []


def test_every_sentence_has_one_in_chinese():
    assert [key for key, sentence in STRINGS.english.items() if STRINGS["zh-CN"][key] == sentence] == []


def test_the_caption_names_the_terms_that_detection_is_the_sum_of():
    for language in LANGUAGES:
        assert " + ".join(DETECTION) in STRINGS[language]["table_read"]
