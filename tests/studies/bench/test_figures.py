from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go
import pytest

from sam3viz.evaluation.estimate import Estimate
from sam3viz.figures.style import color_of_variant, symbol_of_variant
from sam3viz.studies.bench.figures import closeness_against_usefulness
from sam3viz.studies.bench.gap import GAP_MEASURES
from sam3viz.studies.bench.result import DatasetScores
from tests.helpers.bench_reports import random_gaps, random_scores, summary_of


@pytest.fixture(scope="module")
def dataset() -> DatasetScores:
    return summary_of(random_scores(), gaps=random_gaps()).datasets["set"]


def points(figure: go.Figure) -> dict[str, dict[str, go.Scatter]]:
    """Axis -> variant -> its point; the axes are those of `GAP_MEASURES`, in order."""
    plots: dict[str, dict[str, go.Scatter]] = {}
    for trace in figure.data:
        plots.setdefault(trace.xaxis, {})[trace.name] = trace
    return plots


@pytest.mark.parametrize("narrow", [False, True])
def test_each_variant_is_at_its_gap_and_its_patch_ap_with_both_intervals(dataset, narrow):
    plots = points(closeness_against_usefulness(dataset, narrow))
    assert len(plots) == len(GAP_MEASURES) == 4
    for measure, traces in zip(GAP_MEASURES, plots.values(), strict=True):
        assert list(traces) == ["raw", "baseline", "unified"]
        for name, trace in traces.items():
            gap, score = dataset.gap[name][measure], dataset.variants[name].without_negative["patch_ap"]
            assert (trace.x[0], trace.y[0]) == (gap.mean, score.mean)
            for bar, estimate in ((trace.error_x, gap), (trace.error_y, score)):
                ends = (estimate.mean - bar.arrayminus[0], estimate.mean + bar.array[0])
                assert ends == pytest.approx((estimate.low, estimate.high))
            assert (trace.marker.color, trace.marker.symbol) == (color_of_variant(name), symbol_of_variant(name))


def test_right_is_closer_in_every_plot_and_every_interval_is_inside(dataset):
    figure = closeness_against_usefulness(dataset)
    axes = [figure.layout[f"xaxis{number or ''}"] for number in ("", 2, 3, 4)]
    assert [axis.range[0] < axis.range[1] for axis in axes] == [True, True, False, False]
    for axis, measure in zip(axes, GAP_MEASURES, strict=True):
        estimates = [gap[measure] for gap in dataset.gap.values()]
        assert min(axis.range) < min(estimate.low for estimate in estimates)
        assert max(axis.range) > max(estimate.high for estimate in estimates)


def test_every_point_has_its_name_and_plots_are_side_by_side_or_stacked(dataset):
    wide, narrow = (closeness_against_usefulness(dataset, narrow) for narrow in (False, True))
    for figure in (wide, narrow):
        names = [note.text for note in figure.layout.annotations]
        assert sorted(names) == sorted(["raw", "baseline", "unified"] * 4)
        assert {(note.text, note.font.color) for note in figure.layout.annotations} == {
            (name, color_of_variant(name)) for name in names
        }
    assert len({wide.layout[f"xaxis{n}"].domain for n in ("", 2, 3, 4)}) == 4
    assert len({wide.layout[f"yaxis{n}"].domain for n in ("", 2, 3, 4)}) == 1
    assert len({narrow.layout[f"xaxis{n}"].domain for n in ("", 2, 3, 4)}) == 1
    assert len({narrow.layout[f"yaxis{n}"].domain for n in ("", 2, 3, 4)}) == 4
    assert narrow.layout.height > 3 * wide.layout.height


def test_a_line_marks_the_patch_ap_of_raw_in_every_plot(dataset):
    lines = closeness_against_usefulness(dataset).layout.shapes
    assert [line.y0 for line in lines] == [dataset.variants["raw"].without_negative["patch_ap"].mean] * 4


def test_what_was_not_measured_has_no_point(dataset):
    nothing = Estimate(float("nan"), None, None, 0)
    alone = {"raw": dataset.gap["raw"], "unified": dataset.gap["unified"] | {"domain_auc": nothing}}
    plots = list(points(closeness_against_usefulness(replace(dataset, gap=alone))).values())
    assert [list(plot) for plot in plots] == [["raw", "unified"]] * 3 + [["raw"]]
    without = {name: gap | {"domain_auc": nothing} for name, gap in dataset.gap.items()}
    assert len(points(closeness_against_usefulness(replace(dataset, gap=without)))) == 3
    with pytest.raises(ValueError, match="No variant has a gap"):
        closeness_against_usefulness(replace(dataset, gap={}))


def test_a_mean_without_interval_has_no_bar(dataset):
    lone = {name: Estimate(estimate.mean, None, None, 1) for name, estimate in dataset.gap["raw"].items()}
    (trace,) = points(closeness_against_usefulness(replace(dataset, gap={"raw": lone})))["x"].values()
    assert trace.error_x.array is None
    assert trace.error_y.array is not None


def test_titles_follow_the_language(dataset):
    english, chinese = (closeness_against_usefulness(dataset, language=language) for language in ("en", "zh-CN"))
    assert english.layout.xaxis.title.text == "contrast, closer →"
    assert chinese.layout.xaxis3.title.text == "质心距离（向右更接近 →）"
    assert chinese.data[0].hovertemplate.startswith("对比 ")
