from __future__ import annotations

from sam3viz.studies.sweep.tables import (
    conflict_sentences,
    front_sentences,
    markdown_table,
    module_table,
    setting_table,
    text_table,
)
from sam3viz.training.plan import TrainingRun
from tests.helpers.sweep_studies import schedule_study, small_result, small_study, weight_study


def test_a_row_says_what_a_setting_gives():
    table = setting_table(weight_study())
    assert list(table["alignment weight"]) == ["0", "0.3", "3"]
    row = table.iloc[1]
    assert (row["variant"], row["schedule"]) == ("unified", "one-cycle")
    assert row["patch AP"] == "0.550 [0.500, 0.620] ± 0.010"
    assert row["contrast"] == "0.500 [0.450, 0.570] ± 0.010"
    assert row["conflict"] == "25% ± 7%"
    assert row["gradient cosine"] == "+0.25 ± 0.07"
    assert list(table["Pareto-optimal by patch AP and"]) == ["contrast, R@1", "contrast", "–"]


def test_without_looks_or_a_second_seed_there_is_a_dash_and_no_spread():
    study = small_study(small_result(TrainingRun("raw", "one-cycle", 0.3), 1.0, 0.5), seeds=(0,))
    row = setting_table(study).iloc[0]
    assert (row["conflict"], row["gradient cosine"]) == ("–", "–")
    assert row["patch AP"] == "0.500 [0.450, 0.570]"
    assert module_table(study).empty
    assert front_sentences(study) == conflict_sentences(study) == []
    assert "training seeds (0)" in text_table(study)


def test_modules_have_a_column_each():
    table = module_table(schedule_study())
    assert list(table["adapter"]) == ["25% ± 7%", "18% ± 11%", "22% ± 18%"]
    assert "whole" not in table


def test_sentences_name_the_front_and_say_plainly_what_a_schedule_does():
    first, second = front_sentences(weight_study())
    assert first == (
        "Pareto-optimal by contrast and patch AP, by their means alone: unified, alignment 0.3 (contrast 0.500, "
        "patch AP 0.550); unified, alignment 0 (contrast 0.200, patch AP 0.600)."
    )
    assert second.endswith("by their means alone: unified, alignment 0 (R@1 0.500, patch AP 0.600).")
    lower, undecided, chance = conflict_sentences(schedule_study())
    assert chance == "A verdict is the sign alone: without any effect 2 seeds agree in 50% of cases."
    assert lower == (
        "unified, constant: share of conflicts against one-cycle -7.5 points; by seed -10.0, -5.0: "
        "lower for every seed."
    )
    assert undecided == (
        "unified, progressive: share of conflicts against one-cycle -2.5 points; by seed -10.0, +5.0: "
        "no measurable difference."
    )


def test_markdown_is_a_table_with_what_it_says():
    text = markdown_table(weight_study())
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(lines) == 2 + 3
    assert len({line.count("|") for line in lines}) == 1
    assert lines[1].startswith("| --- | --: |")
    assert "\n- Pareto-optimal by contrast" in text
    assert "15 episodes" in text


def test_all_of_it_is_said_in_chinese():
    table = setting_table(schedule_study(), "zh-CN")
    assert list(table.columns[:3]) == ["变体", "训练调度", "对齐权重"]
    assert list(table["训练调度"]) == ["单周期", "恒定", "渐进"]
    lower, undecided, _ = conflict_sentences(schedule_study(), "zh-CN")
    assert lower.startswith("unified, constant：冲突占比相对单周期为 -7.5 个百分点")
    assert undecided.endswith("没有可测出的差异。")
