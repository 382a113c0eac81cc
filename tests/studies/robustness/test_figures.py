"""Curves against severity, over small pictures of what was done."""

from __future__ import annotations

import base64
import io

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from sam3viz.bridges import VARIANTS
from sam3viz.evaluation.estimate import Estimate
from sam3viz.figures import style
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.figures import draw_curves, draw_strip
from sam3viz.studies.robustness.summarize import Condition, Curve, PerturbationResult, RobustnessSummary
from tests.helpers.scenes import picture

BOX = (20.0, 20.0, 100.0, 90.0)
CENTRAL = (160.0, 115.0, 240.0, 185.0)
"""Of 400 x 300 pixels."""


def curve(perturbation: str, *heights: float, reach: float | None = 0.1) -> Curve:
    levels = PERTURBATIONS[perturbation].levels[: len(heights)]
    ends = [(None, None) if reach is None else (height - reach, height + reach) for height in heights]
    return Curve(levels, tuple(Estimate(height, *end, 7) for height, end in zip(heights, ends, strict=True)))


def result(
    perturbation: str, metric: str, curves: dict[str, Curve], chance: Curve | None = None, target: str = "exemplar"
) -> PerturbationResult:
    return PerturbationResult(Condition(target, perturbation, metric), curves, chance, {})


def summary_of(*results: PerturbationResult) -> RobustnessSummary:
    return RobustnessSummary(7, results, (), ())


@pytest.fixture
def summary() -> RobustnessSummary:
    """The exemplar disturbed in two ways, one of which has no AP; the scene in none."""
    noise = {"raw": curve("noise", 0.5, 0.4, 0.2), "unified": curve("noise", 0.6, 0.6, 0.5, reach=None)}
    scale = {"raw": curve("scale", 0.1, 0.3, 0.5, 0.4), "unified": curve("scale", 0.5, 0.6, 0.7, 0.8)}
    return summary_of(
        result("noise", "patch_ap", noise, curve("noise", 0.1, 0.2, 0.3)),
        result("noise", "similarity", noise),
        result("scale", "similarity", scale),
    )


def lines(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.mode == "lines+markers"]


def bands(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.fill == "toself"]


def titles(figure: go.Figure) -> list[str]:
    return [annotation.text.split("<br>")[0] for annotation in figure.layout.annotations]


def test_a_plot_for_each_perturbation_that_has_the_metric(summary):
    assert titles(draw_curves(summary, "exemplar", "similarity", {})) == ["<b>noise</b>", "<b>scale</b>"]
    assert titles(draw_curves(summary, "exemplar", "patch_ap", {})) == ["<b>noise</b>"]


def test_levels_are_at_equal_distances_and_only_those_that_were_measured(summary):
    figure = draw_curves(summary, "exemplar", "similarity", {})
    (noise, scale), (raw, *_) = [*figure.select_xaxes()][:2], lines(figure)
    assert noise.ticktext == tuple(f"{level:g}" for level in PERTURBATIONS["noise"].levels[:3])
    assert scale.ticktext == tuple(f"{level:g}" for level in PERTURBATIONS["scale"].levels[:4])
    assert list(raw.x) == list(noise.tickvals) == [0, 1, 2]
    assert list(raw.y) == [0.5, 0.4, 0.2]


def test_a_band_is_the_interval_and_missing_where_there_is_none(summary):
    (band,) = bands(draw_curves(summary, "exemplar", "patch_ap", {}))
    assert list(band.x) == [0, 1, 2, 2, 1, 0]
    assert list(band.y) == pytest.approx([0.6, 0.5, 0.3, 0.1, 0.3, 0.4])
    assert band.legendgroup == "raw"
    assert not band.showlegend


def test_chance_is_a_dotted_grey_line_in_the_plots_of_ap_alone(summary):
    (chance,) = (trace for trace in draw_curves(summary, "exemplar", "patch_ap", {}).data if trace.name == "chance")
    assert (chance.line.dash, chance.line.color, chance.mode) == ("dot", style.INK, "lines")
    assert list(chance.x) == [0, 1, 2]
    assert list(chance.y) == [0.1, 0.2, 0.3]
    assert chance.showlegend
    assert "chance" not in {trace.name for trace in draw_curves(summary, "exemplar", "similarity", {}).data}


def test_how_many_pictures_are_behind_it_is_over_the_plot_and_under_the_pointer(summary):
    figure = draw_curves(summary, "exemplar", "patch_ap", {})
    assert figure.layout.annotations[0].text.endswith("of the range · 7 pictures")
    for line in lines(figure):
        assert list(line.customdata) == [7, 7, 7]
        assert "%{customdata} pictures" in line.hovertemplate


def test_a_variant_is_once_in_the_legend_and_looks_the_same_in_every_plot(summary):
    figure = draw_curves(summary, "exemplar", "similarity", {})
    assert [trace.name for trace in figure.data if trace.showlegend] == ["raw", "unified"]
    looks = {(line.name, line.line.color, line.marker.symbol) for line in lines(figure)}
    assert len(looks) == 2
    assert len({colour for _, colour, _ in looks}) == len({symbol for *_, symbol in looks}) == 2
    assert {line.xaxis for line in lines(figure) if line.name == "raw"} == {"x", "x2"}
    for band in bands(figure):
        assert band.fillcolor == style.color_of_variant(band.legendgroup)


def test_an_eighth_variant_is_drawn(monkeypatch):
    more = VARIANTS | {"eighth": VARIANTS["raw"]}
    monkeypatch.setattr(style, "VARIANTS", more)
    curves = {name: curve("noise", 0.5, 0.4) for name in more}
    figure = draw_curves(summary_of(result("noise", "patch_ap", curves)), "exemplar", "patch_ap", {})
    assert [line.name for line in lines(figure)] == list(more)


def test_each_level_has_its_picture_under_its_own_plot(summary):
    strips = {name: {level: f"{name} {level}" for level in PERTURBATIONS[name].levels} for name in ("noise", "scale")}
    figure = draw_curves(summary, "exemplar", "similarity", strips)
    for axis, name, count in (("x", "noise", 3), ("x2", "scale", 4)):
        own = [image for image in figure.layout.images if image.xref == axis]
        assert [image.source for image in own] == [f"{name} {level}" for level in PERTURBATIONS[name].levels[:count]]
        assert [image.x for image in own] == list(range(count))
        assert {image.yanchor for image in own} == {"top"}
        assert all(image.y < figure.layout.yaxis.domain[0] for image in own)


def test_more_than_a_row_of_plots_is_higher_and_pictures_stay_above_the_next_row():
    results = {n: result(n, "similarity", {"raw": curve(n, 0.5, 0.4)}, target="scene") for n in PERTURBATIONS}
    figure = draw_curves(summary_of(*results.values()), "scene", "similarity", {})
    alone = draw_curves(summary_of(results["noise"]), "scene", "similarity", {})
    assert len(titles(figure)) == len(PERTURBATIONS)
    assert figure.layout.height > 2 * alone.layout.height
    assert alone.layout.xaxis.domain == (0, 1)  # no room is kept for others
    tops = {axis.domain[1] for axis in figure.select_yaxes()}
    for image in figure.layout.images:
        assert not any(image.y - image.sizey < top < image.y for top in tops)


def test_titles_legend_and_notes_follow_the_language(summary):
    figure = draw_curves(summary, "exemplar", "patch_ap", {}, "zh-CN")
    assert figure.layout.annotations[0].text == "<b>噪声</b><br>值域的比例 · 7 张图片"
    assert [trace.name for trace in figure.data if trace.showlegend] == ["raw", "unified", "随机水平"]
    assert lines(figure)[0].hovertemplate == "raw %{y:.2f}, %{customdata} 张图片<extra></extra>"


def test_it_paints_no_ground(summary):
    layout = draw_curves(summary, "exemplar", "patch_ap", {}).layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"


def opened(uri: str) -> np.ndarray:
    head, body = uri.split(",", 1)
    assert head == "data:image/webp;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(body))).convert("RGB"), float)


def frame_of(pixels: np.ndarray) -> np.ndarray:
    """Left, top, right, bottom of what is green."""
    rows, columns = np.nonzero(pixels[..., 1] > pixels[..., 0] + 40)
    return np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])


@pytest.mark.parametrize("name", ["light", "rotation", "noise"])
def test_a_strip_has_a_small_picture_a_level_of_which_only_the_neutral_one_is_undisturbed(name):
    before = np.repeat((np.add.outer(np.arange(300), np.arange(400)) / 3).astype(np.uint8)[..., None], 3, axis=2)
    image = Image.fromarray(before)
    shown = {level: opened(uri) for level, uri in draw_strip(image, CENTRAL, PERTURBATIONS[name]).items()}
    assert tuple(shown) == PERTURBATIONS[name].levels
    neutral = shown[PERTURBATIONS[name].neutral]
    assert [level for level, pixels in shown.items() if np.abs(pixels - neutral).mean() < 2] == [
        PERTURBATIONS[name].neutral
    ]
    x0, y0, x1, y1 = frame_of(neutral)
    thing = np.asarray(image.crop(CENTRAL).resize((x1 - x0, y1 - y0)), float)
    assert np.abs(neutral[y0:y1, x0:x1] - thing)[6:-6, 6:-6].mean() < 6  # what is in the box is the thing itself
    np.testing.assert_array_equal(np.asarray(image), before)


@pytest.mark.parametrize(("name", "levels"), [("scale", (0.5, 1.0, 2.0)), ("looseness", (0.6, 1.0, 1.7))])
def test_a_strip_shows_the_box_about_the_middle_as_it_is_on_the_disturbed_picture(name, levels):
    shown = {
        level: opened(uri)
        for level, uri in draw_strip(Image.new("RGB", (400, 300), "grey"), CENTRAL, PERTURBATIONS[name]).items()
    }
    middle = np.array(shown[1.0].shape[:2]) / 2
    sides = {}
    for level in levels:
        x0, y0, x1, y1 = frame_of(shown[level])
        assert [(y0 + y1) / 2, (x0 + x1) / 2] == pytest.approx(middle, abs=1.5)
        sides[level] = np.array([x1 - x0, y1 - y0])
    assert sides[1.0][0] / sides[1.0][1] == pytest.approx(80 / 70, rel=0.1)
    for level in levels:
        assert sides[level] == pytest.approx(level * sides[1.0], abs=4)


def test_near_the_border_a_strip_stays_on_the_picture():
    image = Image.new("RGB", (160, 120), "grey")
    for box, corner in (((0.0, 0.0, 40.0, 40.0), (0, 1)), ((120.0, 80.0, 160.0, 120.0), (2, 3))):
        pixels = opened(draw_strip(image, box, PERTURBATIONS["light"])[1.0])
        assert pixels[..., 1].min() > 80  # grey and green alike, and nothing black from beyond
        edge = (0, 0, *pixels.shape[1::-1])
        assert [frame_of(pixels)[side] for side in corner] == pytest.approx([edge[side] for side in corner], abs=1.5)


def test_a_strip_is_drawn_by_its_seed():
    one, again, other = (draw_strip(picture(), BOX, PERTURBATIONS["noise"], seed) for seed in (1, 1, 2))
    assert one == again != other
