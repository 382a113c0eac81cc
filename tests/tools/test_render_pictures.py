"""The shipped pictures are what the tool renders, within the codec's loss."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tools import render_pictures
from tools.render_pictures import ASSETS, BACKGROUNDS, LAYOUTS, render_background, render_sheet, write_pictures
from tools.renderer import Canvas
from tools.synthetic_scenes import SCENES, TRANSFER_SCENES, render

SHEETS = [(scene, layout) for scene in SCENES for layout in range(LAYOUTS)]


def read(path: Path) -> Image.Image:
    with Image.open(path) as file:
        assert file.format == "WEBP"
        file.load()
        return file.copy()


def mean_error(first: Image.Image, second: Image.Image, where: np.ndarray | None = None) -> float:
    """Mean absolute difference of the colours in grey levels, of the pixels where a mask is true."""
    assert first.size == second.size
    colours = [np.asarray(picture.convert("RGB"), np.float32) for picture in (first, second)]
    error = np.abs(colours[0] - colours[1]).mean(-1)
    return float(error.mean() if where is None else error[where].mean())


@pytest.mark.parametrize("name", [*SCENES, *TRANSFER_SCENES])
def test_shipped_examples_are_the_rendered_ones(name):
    file = read(ASSETS / "examples" / f"{name.replace(' ', '-')}.webp")
    assert file.mode == "RGB"
    assert mean_error(file, render(name)[0]) < 2


@pytest.mark.parametrize(("scene", "layout"), SHEETS)
def test_shipped_cut_outs_are_the_rendered_ones(scene, layout):
    sheet = render_sheet(scene, layout)
    file = read(ASSETS / "cutouts" / f"{scene}-{layout}.webp")
    assert file.mode == "RGBA"
    assert file.getchannel("A").tobytes() == sheet.image.getchannel("A").tobytes()
    assert mean_error(file, sheet.image, np.asarray(sheet.image.getchannel("A")) > 0) < 4
    index = json.loads((ASSETS / "cutouts" / "index.json").read_text(encoding="utf-8"))
    assert [(entry["class"], tuple(entry["box"])) for entry in index[f"{scene}-{layout}"]] == list(sheet.cutouts)


@pytest.mark.parametrize("number", range(BACKGROUNDS))
def test_shipped_backgrounds_are_the_rendered_ones(number):
    file = read(ASSETS / "backgrounds" / f"{number:02d}.webp")
    assert file.mode == "RGB"
    assert mean_error(file, render_background(number)) < 6


def test_a_cut_out_is_what_was_stamped(monkeypatch):
    canvases: list[Canvas] = []

    def remember(rng):
        canvases.append(SCENES["drawer"](rng))
        return canvases[-1]

    monkeypatch.setitem(render_pictures.SCENES, "remembered", remember)
    sheet = render_sheet("remembered", 0)
    (canvas,) = canvases
    assert len(sheet.cutouts) == len(canvas.things)
    alpha = np.asarray(sheet.image.getchannel("A"))
    for (_, (x0, y0, x1, y1)), thing in zip(sheet.cutouts, canvas.things, strict=True):
        assert (x0, y0, x1, y1) == pytest.approx(thing.box, abs=1.01)
        inside = alpha[y0:y1, x0:x1]
        assert all(edge.any() for edge in (inside[0], inside[-1], inside[:, 0], inside[:, -1])), "the box is tight"
        alpha = alpha.copy()
        alpha[y0:y1, x0:x1] = 0
    assert not alpha.any(), "nothing else is opaque"


def test_every_file_is_written_and_named_in_the_index(tmp_path, monkeypatch):
    small = Image.new("RGBA", (8, 8), "red")
    monkeypatch.setattr(render_pictures, "render", lambda name: (small.convert("RGB"), ()))
    monkeypatch.setattr(render_pictures, "render_background", lambda number: small.convert("RGB"))
    sheet = render_pictures.Sheet(small, (("die", (1, 2, 3, 4)),))
    monkeypatch.setattr(render_pictures, "render_sheet", lambda scene, layout: sheet)
    write_pictures(tmp_path)

    def names(root: Path) -> set[str]:
        folders = ("examples", "cutouts", "backgrounds")
        return {path.relative_to(root).as_posix() for folder in folders for path in (root / folder).iterdir()}

    assert names(tmp_path) == names(ASSETS)
    index = json.loads((tmp_path / "cutouts" / "index.json").read_text(encoding="utf-8"))
    assert index == {f"{scene}-{layout}": [{"class": "die", "box": [1, 2, 3, 4]}] for scene, layout in SHEETS}


def test_files_are_small():
    files = [path for folder in ("examples", "cutouts", "backgrounds") for path in (ASSETS / folder).iterdir()]
    assert max(path.stat().st_size for path in files) < 500_000
    assert sum(path.stat().st_size for path in files) < 4_000_000
