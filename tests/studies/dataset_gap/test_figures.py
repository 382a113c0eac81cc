"""Closeness against accuracy, and the map: every variant and every object is where its numbers say."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.colors import qualitative

from sam3viz.bridges import VARIANTS
from sam3viz.figures import style
from sam3viz.studies.dataset_gap.figures import closeness_against_accuracy, dataset_map
from sam3viz.studies.dataset_gap.projection import DatasetPlanes
from sam3viz.studies.dataset_gap.summarize import VariantGap
from tests.helpers.gap_summaries import gap_summary, number, variant_gap


def gap(contrast: float | None, score: float | None, reach: tuple[float, float] | None = None) -> VariantGap:
    """The numbers of one variant; the contrast's interval is as wide as the score's, around it."""
    low, high = reach or (None, None)
    around = (None, None) if reach is None else (contrast + low - score, contrast + high - score)
    return variant_gap(
        {"contrast": number(contrast, *around)}, {} if score is None else {"patch_ap": number(score, low, high)}
    )


def plot(variants: Mapping[str, VariantGap]) -> go.Figure:
    return closeness_against_accuracy(gap_summary(variants))


def points(variants: Mapping[str, VariantGap]) -> dict[str, go.Scatter]:
    return {trace.name: trace for trace in plot(variants).data}


def test_closeness_goes_across_and_accuracy_up():
    shown = points({"distillation": gap(0.9, 0.5), "unified": gap(0.6, 0.6)})
    assert (shown["distillation"].x[0], shown["distillation"].y[0]) == pytest.approx((0.9, 0.5))
    assert (shown["unified"].x[0], shown["unified"].y[0]) == pytest.approx((0.6, 0.6))


def test_a_bar_reaches_over_the_interval_where_there_is_one():
    shown = points({"raw": gap(0.9, 0.5, (0.45, 0.7)), "unified": gap(0.6, 0.6)})
    for bar, none in (
        (shown["raw"].error_x, shown["unified"].error_x),
        (shown["raw"].error_y, shown["unified"].error_y),
    ):
        assert (bar.arrayminus[0], bar.array[0]) == pytest.approx((0.05, 0.2))
        assert bar.symmetric is False
        assert bar.color == shown["raw"].marker.color
        assert none.array is None


def test_what_was_not_measured_or_not_asked_has_no_point():
    shown = points({"raw": gap(0.9, None), "baseline": gap(None, 0.2), "unified": gap(0.6, 0.6)})
    assert list(shown) == ["unified"]


def test_every_variant_has_its_colour_and_marker_whichever_others_there_are():
    everything = points({name: gap(0.5, 0.5) for name in VARIANTS})
    looks = {name: (trace.marker.color, trace.marker.symbol) for name, trace in everything.items()}
    assert (
        len({colour for colour, _ in looks.values()}) == len({symbol for _, symbol in looks.values()}) == len(VARIANTS)
    )
    alone = points({"unified": gap(0.5, 0.5)})["unified"].marker
    assert (alone.color, alone.symbol) == looks["unified"]


def test_names_stand_beside_their_points_and_those_that_meet_share_a_place():
    figure = plot({name: gap(0.5, 0.5) for name in ("unified", "adaptive")})
    (shared,) = figure.layout.annotations
    assert ("unified" in shared.text, "adaptive" in shared.text) == (True, True)
    apart = plot({"raw": gap(0.9, 0.3), "unified": gap(0.5, 0.5)})
    for name, note in zip(("raw", "unified"), apart.layout.annotations, strict=True):
        (trace,) = (trace for trace in apart.data if trace.name == name)
        assert name in note.text
        assert (note.x, note.y) == (trace.x[0], trace.y[0])


def test_a_line_marks_the_accuracy_of_raw():
    (line,) = plot({"raw": gap(0.9, 0.3), "unified": gap(0.5, 0.5)}).layout.shapes
    assert line.y0 == line.y1 == 0.3
    assert plot({"unified": gap(0.5, 0.5)}).layout.shapes == ()


def test_an_eighth_variant_does_not_vanish(monkeypatch):
    more = VARIANTS | {"eighth": VARIANTS["raw"]}
    monkeypatch.setattr(style, "VARIANTS", more)
    assert list(points({name: gap(0.5, 0.5) for name in more})) == list(more)


CATEGORIES = ["cat", "dog", "cat", "cow"]


@pytest.fixture
def frame() -> pd.DataFrame:
    """Four objects, first their instances, then their regions."""
    return pd.DataFrame(
        {
            "side": ["instance"] * 4 + ["region"] * 4,
            "image": ["a.jpg", "a.jpg", "b.jpg", "b.jpg"] * 2,
            "category": CATEGORIES * 2,
            "size": ["small", "medium", "large", "small"] * 2,
            "baseline": [0.1, 0.5, 0.9, 0.1] * 2,
            "unified": [0.9, -0.2, 0.9, 1.2] * 2,
        }
    )


@pytest.fixture
def planes() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {name: rng.normal(size=(8, 2)).astype(np.float32) for name in ("baseline", "unified")}


def mapped(frame: pd.DataFrame, planes: Mapping[str, np.ndarray]) -> DatasetPlanes:
    return DatasetPlanes(frame, dict(planes), {name: 0.9 - 0.1 * i for i, name in enumerate(planes)}, "baseline")


@pytest.fixture
def figure(frame, planes) -> go.Figure:
    return dataset_map(mapped(frame, planes))


def coloured(figure: go.Figure) -> dict[str, dict[str, list[list[str]]]]:
    """Button -> side -> the colours of each variant's points of that side; one colour is that of all points."""
    colours = {}
    for button in figure.layout.updatemenus[0].buttons:
        assert button.method == "restyle"
        of_traces = [
            (trace, [values] * len(trace.x) if isinstance(values, str) else values)
            for trace, values in zip(figure.data, button.args[0]["marker.color"], strict=True)
        ]
        assert all(len(values) == len(trace.x) for trace, values in of_traces)
        colours[button.label] = {
            side: [list(values) for trace, values in of_traces if trace.name == side] for side in ("instance", "region")
        }
    return colours


def test_each_variant_has_its_plane_with_instances_filled_and_regions_hollow(figure, planes):
    assert len(figure.data) == 4
    for index, plane in enumerate(planes.values()):
        own = {trace.name: trace for trace in figure.data[2 * index : 2 * index + 2]}
        assert len({trace.xaxis for trace in own.values()}) == 1
        for side, rows in (("instance", slice(4)), ("region", slice(4, 8))):
            np.testing.assert_array_equal(np.stack([own[side].x, own[side].y], 1), plane[rows])
            assert own[side].text.tolist() == ["cat in a.jpg", "dog in a.jpg", "cat in b.jpg", "cow in b.jpg"]
        assert (own["instance"].marker.symbol, own["region"].marker.symbol) == ("circle", "circle-open")
    assert figure.data[0].xaxis != figure.data[2].xaxis
    titles = [annotation.text for annotation in figure.layout.annotations]
    assert [name for name in planes if any(f"<b>{name}</b>" in title for title in titles)] == list(planes)


def test_each_side_is_once_in_the_legend(figure):
    assert sorted(trace.name for trace in figure.data if trace.showlegend) == ["instance", "region"]


def test_it_opens_coloured_by_encoder(figure):
    by = coloured(figure)
    assert list(by) == ["by encoder", "by variant", "by category", "by size", "by similarity"]
    (of_instances,), (of_regions,) = (set().union(*by["by encoder"][side]) for side in ("instance", "region"))
    assert of_instances != of_regions
    for trace in figure.data:
        assert trace.marker.color == (of_instances if trace.name == "instance" else of_regions)


def test_a_variant_has_its_own_colour_on_both_sides(figure, planes):
    by = coloured(figure)["by variant"]
    for side in ("instance", "region"):
        assert [set(shown) for shown in by[side]] == [{style.color_of_variant(name)} for name in planes]


def test_every_plane_tells_its_trustworthiness_and_where_it_starts(figure):
    texts = [annotation.text for annotation in figure.layout.annotations]
    for name, trust in (("baseline", "0.90"), ("unified", "0.80")):
        assert any(f"<b>{name}</b>" in text and f"trust {trust}" in text for text in texts)
    assert any("start from the baseline's layout" in text for text in texts)


@pytest.mark.parametrize(("button", "column"), [("by category", "category"), ("by size", "size")])
def test_a_colour_is_one_category_or_size_on_both_sides_of_every_variant(figure, frame, button, column):
    by = coloured(figure)[button]
    values = frame[column].to_list()[:4]
    for shown in (*by["instance"], *by["region"]):
        assert shown == by["instance"][0]
        pairs = set(zip(values, shown, strict=True))
        assert len(pairs) == len(set(values)) == len(set(shown))


def test_similarity_is_the_variants_own_and_stops_at_0_and_1(figure):
    baseline, unified = coloured(figure)["by similarity"]["instance"]
    assert baseline[0] == baseline[3] != baseline[1]
    assert baseline[2] == unified[0] == unified[2]
    brightness = [sum(map(int, colour[4:-1].split(","))) for colour in (unified[1], *baseline[:3], unified[3])]
    assert brightness == sorted(set(brightness))
    assert (unified[1], unified[3]) == ("rgb(68, 1, 84)", "rgb(253, 231, 37)")  # the dark end and the bright one


def test_categories_beyond_the_palette_are_grey(frame, planes):
    """The rarest come last."""
    count = len(qualitative.Dark24) + 1
    many = pd.concat([frame.iloc[:1].assign(category=f"kind {i}") for i in range(count) for _ in range(count - i)])
    plane = np.zeros((len(many), 2), np.float32)
    shown = coloured(dataset_map(mapped(many.reset_index(drop=True), {"baseline": plane})))["by category"]["instance"][
        0
    ]
    assert len(set(shown)) == count
    assert shown.count("#b0b0b0") == 1
    assert shown[-1] == "#b0b0b0"


def test_both_paint_no_ground(figure):
    for shown in (figure, plot({"raw": gap(1.0, 0.5)})):
        assert shown.layout.paper_bgcolor == shown.layout.plot_bgcolor == "rgba(0,0,0,0)"
