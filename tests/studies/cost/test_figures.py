from __future__ import annotations

import math
from dataclasses import astuple, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sam3viz.evaluation.estimate import Estimate
from sam3viz.figures.style import color_of_variant, symbol_of_variant
from sam3viz.studies.cost.figures import QUANTITIES, Point, draw_pareto, find_frontier, percent_added, place_variants
from tests.helpers.cost_tables import AP, costs, scores

COORDINATE = st.integers(0, 6).map(float)


@given(st.lists(st.tuples(COORDINATE, COORDINATE), max_size=12))
def test_the_frontier_is_what_nothing_dominates(drawn):
    placed = {f"p{index}": Point(*point) for index, point in enumerate(drawn)}

    def dominated(cost: float, score: float) -> bool:
        return any(c <= cost and s >= score and (c, s) != (cost, score) for c, s in drawn)

    kept = find_frontier(placed)
    assert sorted(kept) == sorted(name for name, point in placed.items() if not dominated(point.cost, point.score))
    assert [placed[name].cost for name in kept] == sorted(placed[name].cost for name in kept)


def test_cost_is_told_over_the_backbone_alone():
    table = costs()
    assert percent_added(table, "unified", "flops") == pytest.approx(10)
    assert percent_added(table, "unified", "forward_low_s", "forward_s") == pytest.approx(9.5)
    assert astuple(place_variants(table, scores())["baseline"]) == pytest.approx((5, 0.1))
    assert astuple(place_variants(table, scores(), "parameters")["baseline"]) == pytest.approx((40, 0.1))


def test_a_variant_without_ap_or_cost_is_left_out():
    table, told = costs(), scores()
    table.loc["adaptive", "flops"] = float("nan")
    told["unified"] = Estimate(math.nan, None, None, 0)
    del told["baseline"]
    assert list(place_variants(table, told)) == ["raw", "distillation"]
    assert [trace.name for trace in draw_pareto(table, told).data] == ["Pareto frontier", "raw", "distillation"]


def test_each_variant_is_a_point_with_its_bars():
    line, *traces = draw_pareto(costs(), scores()).data
    assert [trace.name for trace in traces] == list(AP)
    assert (list(line.x), list(line.y)) == (pytest.approx([1, 10]), [0.4, 0.6])
    assert line.line.shape == "hv"
    for trace in traces:
        assert (trace.marker.color, trace.marker.symbol) == (
            color_of_variant(trace.name),
            symbol_of_variant(trace.name),
        )
        assert trace.y[0] == AP[trace.name]
        assert (trace.error_y.arrayminus[0], trace.error_y.array[0]) == pytest.approx((0.05, 0.07))
        assert trace.error_x.visible
        assert (trace.error_x.arrayminus[0], trace.error_x.array[0]) == pytest.approx((0.5, 1.5))
    unified = traces[3]
    assert unified.x[0] == pytest.approx(10)
    assert "%{x:.1f}" in unified.hovertemplate
    assert "0.600 [0.550, 0.670]" in unified.hovertemplate
    assert "unified" in unified.hovertemplate


def test_an_ap_without_interval_has_no_bar():
    told = scores()
    told["raw"] = replace(told["raw"], low=None, high=None)
    assert draw_pareto(costs(), told).data[1].error_y.array is None


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_button_makes_the_picture_that_begins_with_its_quantity(quantity):
    """Points, bars, line and title: what the button sets is what the figure would have had."""
    drawn = draw_pareto(costs(), scores(), quantity)
    (menu,) = draw_pareto(costs(), scores()).layout.updatemenus
    index = list(QUANTITIES).index(quantity)
    button = menu.buttons[index]
    assert button.label == QUANTITIES[quantity].button
    assert (button.method, menu.active, drawn.layout.updatemenus[0].active) == ("update", 0, index)
    moved, relaid = button.args
    for axis in ("x", "y"):
        assert [list(values) for values in moved[axis]] == [list(trace[axis]) for trace in drawn.data]
    for key in ("array", "arrayminus", "visible"):
        set_to = [value if key == "visible" else list(value) for value in moved[f"error_x.{key}"]]
        own = [trace.error_x[key] if key == "visible" else list(trace.error_x[key]) for trace in drawn.data[1:]]
        assert set_to[1:] == own
        assert len(set_to) == len(drawn.data)
    assert relaid == {"xaxis.title.text": drawn.layout.xaxis.title.text}
    assert relaid["xaxis.title.text"] == f"{QUANTITIES[quantity].title} added to the backbone ↓"


def test_the_line_follows_the_button():
    moved, _ = draw_pareto(costs(), scores()).layout.updatemenus[0].buttons[1].args
    assert (list(moved["x"][0]), list(moved["y"][0])) == ([10.0, 20.0], [0.5, 0.6])
    assert not any(moved["error_x.visible"])


def test_titles_legend_buttons_and_notes_follow_the_language():
    figure = draw_pareto(costs(), scores(), language="zh-CN")
    line, *traces = figure.data
    assert line.name == "帕累托前沿"
    assert [trace.name for trace in traces] == list(AP)
    assert traces[0].hovertemplate.startswith("增加 %{x:.1f}%<br>patch AP ")
    assert figure.layout.xaxis.title.text == "相对骨干网络增加的前向时间 ↓"
    buttons = figure.layout.updatemenus[0].buttons
    assert [button.label for button in buttons] == ["时间", "参数量", "FLOPs", "内存"]
    assert buttons[1].args[1] == {"xaxis.title.text": "相对骨干网络增加的参数量 ↓"}


def test_titles_say_which_way_is_better():
    layout = draw_pareto(costs(), scores()).layout
    assert layout.yaxis.title.text == "patch AP ↑"
    assert layout.xaxis.title.text == "forward time added to the backbone ↓"
