"""One look in every figure: a variant's colour and marker, and no ground."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go
import pytest

from sam3viz.bridges import VARIANTS
from sam3viz.figures import style
from sam3viz.figures.style import bare, columns, footnote, of_variant, symbol_of_variant

looks = pytest.mark.parametrize("look", [of_variant, symbol_of_variant])
CLEAR = "rgba(0,0,0,0)"


@looks
def test_every_variant_has_its_own(look: Callable[[str], str]):
    assert len({look(name) for name in VARIANTS}) == len(VARIANTS)


@looks
def test_an_eighth_variant_begins_again_and_changes_no_other(look: Callable[[str], str], monkeypatch):
    before = {name: look(name) for name in VARIANTS}
    monkeypatch.setattr(style, "VARIANTS", VARIANTS | {"eighth": next(iter(VARIANTS.values()))})
    assert look("eighth") in before.values()
    assert {name: look(name) for name in VARIANTS} == before


def test_a_bare_figure_has_no_ground_and_keeps_the_rest():
    figure = go.Figure(go.Scatter(x=[1], y=[2]))
    figure.update_layout(paper_bgcolor="white", plot_bgcolor="white", height=321, legend_y=0.5)
    bare(figure)
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
