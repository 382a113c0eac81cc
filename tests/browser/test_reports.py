"""Reports opened from disk with the network cut, in a real Chromium: they show everything and ask for nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from sam3viz.api.analyzer import Analyzer
from sam3viz.studies.bench.html_report import write_report as write_bench_report
from sam3viz.studies.cost.report import write_report as write_cost
from sam3viz.studies.dataset_gap import command as gap
from sam3viz.studies.robustness import command as robustness
from tests.helpers.analyzers import untrained
from tests.helpers.bench_reports import random_gaps, random_scores, summary_of
from tests.helpers.coco_sets import save_set
from tests.helpers.commands import run_command
from tests.helpers.cost_tables import ORIGIN, small_study
from tests.helpers.scenes import NEGATIVE, POSITIVE, picture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def write_gap(folder: Path) -> Path:
    run_command(gap, save_set(folder / "set"), "--html", folder / "report.html")
    return folder / "report.html"


def write_robustness(folder: Path) -> Path:
    words = ["--side", 96, "--pictures", 1, "--perturbations", "noise"]
    run_command(robustness, save_set(folder / "set"), *words, "--html", folder / "report.html")
    return folder / "report.html"


def write_costs(folder: Path) -> Path:
    path = folder / "report.html"
    write_cost(small_study(origin=ORIGIN, settings={"processor": "fast", "side": 384}), path)
    return path


def write_bench(folder: Path) -> Path:
    path = folder / "report.html"
    write_bench_report(summary_of(random_scores(), gaps=random_gaps()), path)
    return path


def write_analysis(folder: Path) -> Path:
    untrained("raw", "baseline", "unified").analyze(picture(), [POSITIVE, NEGATIVE]).to_html(folder / "report.html")
    return folder / "report.html"


@pytest.fixture
def opened(browser: Browser, complaints: list[str]):
    """Opens a file offline; whatever is asked of any network, and any error, is a complaint."""
    contexts = []

    def factory(path: Path, width: int, scheme: str) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)  # a busy machine may take long to run 5 MB of plotly
        page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        own = ("file:", "data:", "blob:")
        page.on("request", lambda asked: None if asked.url.startswith(own) else complaints.append(asked.url))
        page.goto(path.as_uri())
        return page

    yield factory
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("write", "plots", "points"),
    [
        (write_gap, 2, ".scatterlayer .points path"),
        (write_robustness, 1, ".scatterlayer .points path, .scatterlayer .js-line"),
        (write_costs, 1, ".scatterlayer .points path"),
        (write_bench, 1, ".scatterlayer .points path"),
        (write_analysis, 1, ".main-svg"),
    ],
    ids=["gap", "robustness", "cost", "bench", "analysis"],
)
def test_a_report_from_disk_shows_everything_without_a_network(
    opened, tmp_path, monkeypatch, write: Callable[[Path], Path], plots: int, points: str
):
    monkeypatch.setattr(Analyzer, "from_pretrained", lambda backbone: untrained("raw", "baseline", "unified"))
    path = write(tmp_path)
    for width, scheme in ((1440, "light"), (390, "dark")):
        page = opened(path, width, scheme)
        drawn = page.locator(".js-plotly-plot:visible")
        expect(drawn.nth(plots - 1)).to_be_attached()
        for number in range(drawn.count()):
            plot = drawn.nth(number)
            expect(plot.locator(".main-svg").first).to_be_attached()
            assert plot.bounding_box()["height"] > 100
        expect(page.locator(points).first).to_be_attached()
        page.wait_for_load_state("networkidle")
        broken = page.evaluate("[...document.images].filter(i => !i.complete || !i.naturalWidth).length")
        assert broken == 0
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, "the page itself must not scroll sideways"


def test_the_map_of_a_dataset_is_coloured_by_its_buttons(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(Analyzer, "from_pretrained", lambda backbone: untrained("raw", "baseline", "unified"))
    page = opened(write_gap(tmp_path), 1440, "light")
    buttons = page.locator(".updatemenu-button")
    expect(buttons).to_have_count(5)
    colours = "[...document.querySelectorAll('.js-plotly-plot')].at(-1).data.map(t => [t.marker.color].flat())"
    for label, told in (("by variant", 3), ("by encoder", 2)):
        buttons.filter(has_text=label).click()
        page.wait_for_function(f"new Set(({colours}).flat()).size === {told}")
    buttons.filter(has_text="by category").click()
    page.wait_for_function(f"({colours}).every(of => of.length > 1 && new Set(of).size === 2)")
