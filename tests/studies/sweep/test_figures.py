from __future__ import annotations

from dataclasses import replace

import pytest

from sam3viz.figures.style import color_of_variant
from sam3viz.studies.sweep.figures import TITLES, draw_tradeoff
from tests.helpers.sweep_studies import schedule_study, weight_study


def test_the_points_of_a_line_follow_the_weight_with_their_bars():
    figure = draw_tradeoff(weight_study())
    contrast, front, recall, recall_front = figure.data
    assert list(contrast.text) == list(recall.text) == ["0", "0.3", "3"]
    assert (list(contrast.x), list(contrast.y)) == ([0.2, 0.5, 0.4], [0.6, 0.55, 0.4])
    assert list(recall.x) == [0.5, 0.5, 0.5]
    for bars in (contrast.error_x, contrast.error_y):
        assert list(bars.array) == pytest.approx([0.07] * 3)
        assert list(bars.arrayminus) == pytest.approx([0.05] * 3)
    assert contrast.line.color == color_of_variant("unified")
    assert (list(front.x), list(front.y)) == ([0.5, 0.2], [0.55, 0.6])
    assert (list(recall_front.x), list(recall_front.y)) == ([0.5], [0.6])
    assert [trace.showlegend for trace in figure.data] == [True, True, False, False]
    assert figure.layout.xaxis.title.text == TITLES["contrast"]
    assert figure.layout.xaxis2.title.text == TITLES["recall_at_1"]


def test_schedules_are_lines_of_their_own():
    *lines, _ = draw_tradeoff(schedule_study()).data[:4]
    assert [line.name for line in lines] == ["unified, one-cycle", "unified, constant", "unified, progressive"]
    assert len({line.marker.symbol for line in lines}) == len({line.line.dash for line in lines}) == 3


def test_without_an_interval_there_is_no_bar():
    study = weight_study()
    scores = dict(study.results[0].scores)
    scores["contrast"] = replace(scores["contrast"], low=None, high=None)
    bare = replace(study, results=[replace(study.results[0], scores=scores), *study.results[1:]])
    line = draw_tradeoff(bare).data[0]
    assert line.error_x.array is None
    assert line.error_y.array is not None


def test_titles_and_names_follow_the_language():
    figure = draw_tradeoff(schedule_study(), "zh-CN")
    assert [trace.name for trace in figure.data[:4]] == [
        "unified, 单周期", "unified, 恒定", "unified, 渐进", "帕累托前沿",
    ]  # fmt: skip
    assert figure.layout.xaxis.title.text.startswith("对比：")
