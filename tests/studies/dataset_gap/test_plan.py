"""The plan: which questions there are to the pictures, and why there are none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sam3viz.data.coco import read_coco
from sam3viz.evaluation.episodes import photo_tasks
from sam3viz.studies.dataset_gap import plan as planning
from sam3viz.studies.dataset_gap.plan import plan_gap
from sam3viz.utils.messages import InputError, translate
from tests.helpers.coco_sets import save_set


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return read_coco(save_set(tmp_path_factory.mktemp("set") / "set"))


def test_questions_are_drawn_by_the_seed(pictures):
    plan = plan_gap(pictures, "my set", 3)
    assert [task.image for task in plan.tasks] == [task.image for task in photo_tasks(pictures, "my set", 3)]
    assert (plan.pictures, plan.seed, plan.unscored_reason) == (pictures, 3, "")


def test_pictures_without_outlines_are_planned_without_questions_and_say_why(pictures):
    bare = [replace(p, annotations=tuple(replace(a, outlined=False) for a in p.annotations)) for p in pictures]
    plan = plan_gap(bare, "my set", 0)
    assert (plan.pictures, plan.tasks) == (bare, [])
    assert "'my set' outlines its objects on no picture" in plan.unscored_reason


def test_a_reason_can_be_said_in_another_language(pictures, monkeypatch):
    def refuse(*arguments):
        raise InputError(
            "Nearest in numbers: {name}, contrast {contrast}, recall@1 {recall}.", name=1, contrast=2, recall=3
        )

    monkeypatch.setattr(planning, "photo_tasks", refuse)
    assert translate(plan_gap(pictures, "my set", 0).unscored_reason, "zh-CN").startswith("数值上最近：1")
