"""Adding a thing is one file, one line, one test: each is registered here and walked through all that draws from its
registry, without another file being touched."""

from __future__ import annotations

import argparse
from types import SimpleNamespace

import gradio as gr
import plotly.graph_objects as go
import pytest
import torch
from torch import Tensor, nn

from app import page
from app.shared.i18n import Localizer, Strings
from app.tabs import TABS
from app.tabs.base import PageContext, Tab
from app.tabs.explore import service
from app.tabs.explore.stage import workbench_model
from sam3viz import cli
from sam3viz.bridges import VARIANTS, Bridge, bridge_names
from sam3viz.bridges.layers import pooled_roi
from sam3viz.figures import PANELS, Panel
from sam3viz.figures.metrics_table import metrics_table
from sam3viz.figures.panel import always
from sam3viz.figures.style import color_of_variant, symbol_of_variant
from sam3viz.studies.bench.measure import measure
from sam3viz.studies.bench.tables import markdown_table
from sam3viz.types import BridgeOutput, Diagnostic, Exemplar, Tokens
from tests.helpers.analyzers import untrained
from tests.helpers.bench_reports import random_scores, summary_of
from tests.helpers.noise import noise_image

ROUTES = ("near", "far", "elsewhere", "nowhere")


class Routed(Bridge):
    """An eighth variant with a diagnostic that no other has."""

    name = "routed"
    title = "Routed"
    summary = "A router sends each box one of four ways."
    citation = "a test"

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.router = nn.Linear(dim, len(ROUTES))

    def forward(self, tokens: Tokens) -> BridgeOutput:
        exemplar: Tensor = pooled_roi(tokens.roi)
        shares = self.router(exemplar).softmax(-1)
        diagnostics = (Diagnostic("routes", "shares", shares, ROUTES),)
        return BridgeOutput(tokens.visual, tokens.reference, exemplar, diagnostics=diagnostics)


@pytest.fixture
def routed(monkeypatch) -> None:
    monkeypatch.setitem(VARIANTS, Routed.name, Routed)


@pytest.fixture
def analysis(routed):
    image = noise_image(96, 64, 80)
    return untrained("raw", "baseline", "unified", "routed").analyze(image, [Exemplar((8, 8, 40, 40))])


def test_a_bridge_runs_and_is_measured_like_the_others(analysis):
    result = analysis.variants["routed"]
    assert list(analysis.variants)[-1] == "routed"
    assert "routed" in bridge_names()
    assert result.heatmap.shape == (64, 96)
    (diagnostic,) = result.diagnostics
    assert diagnostic.parts == ROUTES
    assert analysis.metrics().loc["routed"].notna().any()


def test_a_bridge_looks_unlike_every_other(analysis):
    looks = {(color_of_variant(name), symbol_of_variant(name)) for name in VARIANTS}
    assert len(looks) == len({color_of_variant(name) for name in VARIANTS}) == len(VARIANTS) == 9


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_bridge_is_in_every_panel_and_in_the_table(analysis, language):
    for name, panel in PANELS.items():
        headings = [note.text for note in panel.build(analysis, None, language).layout.annotations]
        assert any("<b>routed</b>" in text for text in headings), name
    names = {trace.name for trace in PANELS["weights"].build(analysis, ["routed"], language).data}
    assert set(ROUTES) <= names, "what it says of itself is drawn though nobody knew of it"
    assert all("routed" in row.cells for row in metrics_table(analysis, language))


def test_a_bridge_is_on_the_page_and_in_the_report(analysis, tmp_path):
    model = workbench_model(analysis, "stamp", "en")
    assert [shown.name for shown in model.variants] == ["raw", "baseline", "unified", "routed"]
    analysis.to_html(tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text("utf-8")
    assert Routed.title in text
    assert Routed.summary in text
    analysis.save(tmp_path / "analysis.npz")
    loaded = type(analysis).load(tmp_path / "analysis.npz")
    assert loaded.variants["routed"].diagnostics[0].parts == ROUTES


def test_a_bridge_has_a_row_in_the_bench(routed):
    scores = random_scores()
    scores["variant"] = scores["variant"].replace("unified", "routed")
    assert "| `routed` |" in markdown_table(summary_of(scores))
    assert callable(measure)


def test_a_panel_is_drawn_on_the_page_and_in_the_report(analysis, tmp_path, monkeypatch):
    title, text = "Lengths of tokens", "A longer bar is a longer token."

    def build(analysis, variants=None, language="en") -> go.Figure:
        lengths = {name: float(abs(r.exemplar).sum()) for name, r in analysis.variants.items()}
        return go.Figure(go.Bar(x=list(lengths), y=list(lengths.values())))

    monkeypatch.setitem(PANELS, "lengths", Panel("lengths", title, text, build, always))
    assert "lengths" in dict(service.figures(analysis, "zh-CN"))
    analysis.to_html(tmp_path / "report.html")
    assert title in (tmp_path / "report.html").read_text("utf-8")
    for language in ("en", "zh-CN"):
        assert any(title in str(update) for update in words_of(page.build(), monkeypatch, language)), language


def test_a_tab_is_on_the_page_in_both_languages(monkeypatch):
    strings = Strings({"hello": "An eighth tab, in English alone."})

    def build(context: PageContext, item: gr.Tab) -> Localizer:
        words = Localizer(strings)
        words.bind(gr.Markdown(elem_id="eighth"), value="hello")
        return words

    monkeypatch.setattr(page, "TABS", (*TABS, Tab("eighth", "Eighth", build)))
    built = page.build()
    labels = [block.label for block in built.blocks.values() if isinstance(block, gr.Tab)]
    assert labels == [*(tab.title for tab in TABS), "Eighth"]
    for language in ("en", "zh-CN"):
        assert any("An eighth tab" in str(update) for update in words_of(page.build(), monkeypatch, language))


def words_of(built: gr.Blocks, monkeypatch, language: str) -> list[object]:
    """Everything that a change of language puts on the page."""
    updates: list[object] = []
    for function in built.fns.values():
        bound = getattr(function.fn, "__self__", None)
        if isinstance(bound, Localizer) and function.fn.__name__ == "updates":
            updates += bound.updates(language).values()
    return updates


def test_a_command_is_in_the_help_and_runs(monkeypatch, capsys):
    runs = []
    command = SimpleNamespace(
        NAME="greet",
        HELP="say hello",
        configure=lambda parser: parser.add_argument("--name", required=True),
        run=lambda options, argv: runs.append((options.name, list(argv))),
    )
    monkeypatch.setattr(cli, "COMMANDS", (*cli.COMMANDS, command))
    assert cli.main(["greet", "--name", "you"]) == 0
    assert runs == [("you", ["greet", "--name", "you"])]
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    text = capsys.readouterr().out
    assert "say hello" in text
    assert all(each.NAME in text for each in cli.COMMANDS)


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda command: command.NAME)
def test_every_command_keeps_the_protocol(command):
    parser = argparse.ArgumentParser()
    command.configure(parser)
    assert command.HELP
    assert parser.format_help()
    assert callable(command.run)


def test_the_eighth_variant_leaves_no_trace():
    assert "routed" not in VARIANTS
    assert torch.is_grad_enabled()
