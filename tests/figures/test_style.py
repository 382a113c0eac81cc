"""One look in every figure: a variant's colour and marker, and no ground."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go
import pytest
from PIL import ImageColor

from sam3viz.bridges import VARIANTS
from sam3viz.bridges.raw import Raw
from sam3viz.figures import style
from sam3viz.figures.style import clear_background, color_of_variant, columns, footnote, symbol_of_variant

looks = pytest.mark.parametrize("look", [color_of_variant, symbol_of_variant])
CLEAR = "rgba(0,0,0,0)"


@looks
def test_every_variant_has_its_own(look: Callable[[str], str]):
    assert len({look(name) for name in VARIANTS}) == len(VARIANTS)


def test_fourteen_variants_stay_distinct_and_more_change_no_other(monkeypatch):
    before = {name: (color_of_variant(name), symbol_of_variant(name)) for name in VARIANTS}
    more = VARIANTS | {f"variant {number}": Raw for number in range(len(VARIANTS), 120)}
    monkeypatch.setattr(style, "VARIANTS", more)
    looks = {name: (color_of_variant(name), symbol_of_variant(name)) for name in more}
    assert {name: looks[name] for name in VARIANTS} == before
    assert len({colour for colour, _ in [*looks.values()][:14]}) == 14
    assert len(set(looks.values())) == len(more)


@pytest.mark.parametrize("ground", [(255, 255, 255), (11, 15, 25)], ids=["light", "dark"])
def test_every_colour_can_be_seen_on_both_grounds(ground):
    def luminance(rgb) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    behind = luminance(ground)
    for colour in style._HUES:
        own = luminance(ImageColor.getrgb(colour))
        contrast = (max(own, behind) + 0.05) / (min(own, behind) + 0.05)
        assert contrast >= 3, f"{colour} has {contrast:.2f} : 1, WCAG 1.4.11 asks for 3"


def test_a_bare_figure_has_no_ground_and_keeps_the_rest():
    figure = go.Figure(go.Scatter(x=[1], y=[2]))
    figure.update_layout(paper_bgcolor="white", plot_bgcolor="white", height=321, legend_y=0.5)
    clear_background(figure)
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == CLEAR
    assert figure.layout.template.layout.plot_bgcolor is None  # nothing behind from a template, either
    assert figure.layout.font.color == style.INK
    assert (figure.layout.height, figure.layout.legend.y, len(figure.data)) == (321, 0.5, 1)


@pytest.mark.parametrize("headings", [["one"], ["one", "two"]])
def test_columns_are_bare_and_as_many_as_headings(headings):
    figure = columns(headings, 200)
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == CLEAR
    assert [annotation.text for annotation in figure.layout.annotations] == headings
    assert len({axis.domain for axis in figure.select_xaxes()}) == len(headings)


@pytest.mark.parametrize(
    ("headings", "text"), [(["one"], "a<br>b<br>c"), (["one", "two"], "a · b<br>c")], ids=["narrow", "wide"]
)
def test_a_footnote_is_no_wider_than_two_of_its_parts(headings, text):
    figure = columns(headings, 200)
    footnote(figure, "a", "b", "c")
    assert figure.layout.annotations[-1].text == text
