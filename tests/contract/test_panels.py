"""What every panel keeps, whatever the analysis holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from sam3viz.api.analysis import Analysis
from sam3viz.figures import PANELS
from sam3viz.figures.metrics_table import metrics_table
from sam3viz.metrics import METRICS
from sam3viz.types import Diagnostic, Exemplar, Scene, StageResult, VariantResult

GRID, DIM = (6, 8), 16
LEVELS, SCALES = ("early fusion", "mid fusion", "late fusion"), ("3×3 kernel", "5×5 kernel", "7×7 kernel")
EXEMPLARS = (Exemplar((4, 4, 30, 30)), Exemplar((40, 10, 70, 50), -1), Exemplar((8, 30, 20, 55)))


def variant(name: str, shift: float, *diagnostics: Diagnostic) -> VariantResult:
    rng = np.random.default_rng(0)
    visual, partner, probes = (rng.standard_normal((n, DIM)).astype(np.float32) for n in (48, len(EXEMPLARS), 40))
    move = np.float32(shift) * np.eye(DIM, dtype=np.float32)[0]
    measured = {key: metric(probes + move, probes) for key, metric in METRICS.items()}
    heat = rng.random(GRID, np.float32)
    stages = (StageResult("encoded", partner, heat / 2), StageResult("refined", partner + move, heat))
    return VariantResult(
        heat, (60, 80), (), 0.012, name, (60, 80), visual, partner + move, partner, probes + move, probes,
        diagnostics=diagnostics, stages=stages[: 1 + bool(shift)], metrics=measured,
    )  # fmt: skip


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    rng = np.random.default_rng(1)
    shares, gates = (rng.dirichlet([2, 2, 2], 3).astype(np.float32), rng.random((3, DIM), np.float32))
    variants = {
        "raw": variant("raw", 0),
        "baseline": variant("baseline", 9),
        "multilevel": variant(
            "multilevel", 1, Diagnostic("levels", "shares", shares, LEVELS), Diagnostic("gates", "gates", gates)
        ),
        "adaptive": variant(
            "adaptive", 0.5, Diagnostic("scales", "shares", shares, SCALES), Diagnostic("gates", "gates", gates)
        ),
    }
    return Analysis(Scene(Image.new("RGB", (80, 60)), EXEMPLARS), variants, np.zeros((40, 4), np.float32))


@pytest.fixture(params=PANELS.values(), ids=PANELS)
def panel(request):
    return request.param


def column_domains(figure: go.Figure) -> list[tuple[float, float]]:
    return sorted({axis.domain for axis in figure.select_xaxes()})


def test_it_is_told_apart_and_explains_itself(panel):
    assert PANELS[panel.name] is panel
    assert panel.title
    assert panel.how_to_read.endswith(".")


@pytest.mark.parametrize("names", [None, ["adaptive"], ["adaptive", "raw"], ["multilevel", "baseline", "raw"]])
def test_one_equal_column_a_variant_in_screen_order(panel, analysis, names):
    figure = panel.build(analysis, names)
    assert isinstance(figure, go.Figure)
    expected = [name for name in analysis.variants if names is None or name in names]
    domains = column_domains(figure)
    assert len(domains) == len(expected)
    assert np.ptp([right - left for left, right in domains]) < 1e-9
    headings = [note for note in figure.layout.annotations if note.text.startswith("<b>")]
    assert [note.text.split("<b>")[1].split("</b>")[0] for note in headings] == expected
    assert [note.x for note in headings] == pytest.approx([sum(domain) / 2 for domain in domains])


def test_columns_line_up_from_panel_to_panel(analysis):
    figures = [panel.build(analysis) for panel in PANELS.values()]
    assert len({tuple(column_domains(figure)) for figure in figures}) == 1
    assert len({(figure.layout.margin.l, figure.layout.margin.r) for figure in figures}) == 1


def test_axes_are_the_same_in_every_column_and_hold_every_point(panel, analysis):
    figure = panel.build(analysis)
    for trace in figure.data:
        number = trace.xaxis.removeprefix("x")
        low, high = figure.layout[f"xaxis{number}"].range
        values = [float(value) for value in trace.x if value is not None]
        assert np.isfinite(values).all()
        assert values or trace.showlegend is not False  # an entry of the legend alone
        assert all(low <= value <= high for value in values)
    assert len({axis.range for axis in figure.select_xaxes()}) == 1
    assert len({axis.range for axis in figure.select_yaxes()}) == 1


def test_a_variant_alone_is_drawn_on_the_axes_it_has_among_the_others(panel, analysis):
    alone, among = panel.build(analysis, ["raw"]), panel.build(analysis)
    assert next(alone.select_xaxes()).range == next(among.select_xaxes()).range


def test_it_is_light_transparent_and_without_holes(panel, analysis):
    figure = panel.build(analysis)
    text = figure.to_json()
    assert len(text) < 200_000
    assert "NaN" not in text
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"


def test_the_legend_names_everything_once(panel, analysis):
    names = [trace.name for trace in panel.build(analysis).data if trace.showlegend is not False]
    assert names or panel.name == "stages"  # whose rows are named one by one
    assert all(names)
    assert len(names) == len(set(names))


def test_it_is_there_where_it_has_something_to_show(panel, analysis):
    bare = replace(analysis, variants={"raw": analysis.variants["raw"]})
    assert panel.available(analysis)
    assert panel.available(bare) == (panel.name != "weights")
    assert isinstance(panel.build(bare), go.Figure)


def test_a_variant_that_is_not_there_is_refused(panel, analysis):
    with pytest.raises(ValueError, match="no variant 'unified'; choose from: raw, baseline"):
        panel.build(analysis, ["unified"])
    with pytest.raises(ValueError, match="at least one"):
        panel.build(analysis, [])


@pytest.mark.parametrize("name", ["gap_axis", "umap_map"])
def test_maps_carry_the_number_that_keeps_them_honest(name, analysis):
    metrics = analysis.metrics()
    column, word = {"gap_axis": ("centroid_distance", "gap"), "umap_map": ("trustworthiness", "trust")}[name]
    headings = [note.text for note in PANELS[name].build(analysis).layout.annotations]
    for variant_name, value in metrics[column].items():
        assert f"<b>{variant_name}</b><br>{word} {abs(value):.2f}" in headings


def test_a_token_tells_its_cell(analysis):
    tokens = next(trace for trace in PANELS["gap_axis"].build(analysis, ["raw"]).data if trace.name == "visual token")
    assert np.array_equal(tokens.customdata, [(row, col) for row in range(GRID[0]) for col in range(GRID[1])])


def test_weights_are_the_results_own(analysis):
    figure = PANELS["weights"].build(analysis, ["adaptive"])
    bars = np.stack([trace.x for trace in figure.data if trace.type == "bar"], 1)
    mean = next(trace for trace in figure.data if trace.name == "gates, mean")
    assert np.allclose(bars, analysis.variants["adaptive"].scale_weights)
    assert np.allclose(mean.x, analysis.variants["adaptive"].gates.mean(1))


def test_the_table_has_a_cell_a_variant_and_says_what_is_missing(analysis):
    unified = replace(analysis.variants["raw"], name="unified", metrics=dict.fromkeys(METRICS, float("nan")))
    rows = metrics_table(replace(analysis, variants=analysis.variants | {"unified": unified}))
    by_name = dict(zip([*METRICS, "trustworthiness", "milliseconds"], rows, strict=True))
    for row in rows:
        assert list(row.cells) == [*analysis.variants, "unified"]
    distance = by_name["centroid_distance"]
    assert distance.cells["unified"] == "–"
    assert distance.cells["baseline"] == f"{analysis.variants['baseline'].metrics['centroid_distance']:.2f}"
    assert distance.label.endswith("↓")
    assert distance.best == ("adaptive",), "raw has no gap by construction and takes no part"
    assert by_name["matched_cosine"].label.endswith("↑")
    assert "of 40" in by_name["retrieval_rank"].label
    assert by_name["milliseconds"].cells["raw"] == "12"


def row_of(values: dict[str, float], metric: str = "centroid_distance"):
    rng = {name: replace(variant(name, 0), metrics=dict.fromkeys(METRICS, value)) for name, value in values.items()}
    scene = Scene(Image.new("RGB", (80, 60)), EXEMPLARS)
    rows = metrics_table(Analysis(scene, rng, np.zeros((40, 4), np.float32)))
    return dict(zip([*METRICS, "trustworthiness", "milliseconds"], rows, strict=True))[metric]


def test_bold_is_for_bridges_that_are_better_as_written():
    assert row_of({"raw": 0.0, "baseline": 0.1, "unified": 0.3, "adaptive": 0.2}).best == ("adaptive",)
    assert row_of({"unified": 0.301, "multilevel": 0.299, "adaptive": 0.5}).best == ("unified", "multilevel")
    assert row_of({"unified": 0.0, "multilevel": 0.001, "adaptive": -0.001}).best == (), "equal zeros"
    assert row_of({"baseline": 0.1, "unified": 0.3}).best == (), "alone it is better than nobody"
    assert row_of({"unified": 0.3, "adaptive": 0.2}, "milliseconds").best == (), "a time is noise"
