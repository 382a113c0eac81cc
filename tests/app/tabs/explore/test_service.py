from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
import torch
from PIL import Image

from app.components.box_prompter.component import Prompt, PromptBox
from app.services.analyses import analysis_of
from app.services.backbones import training_command
from app.shared.prompts import example, exemplars_of
from app.tabs.explore import service
from app.tabs.explore.stage import workbench_model
from app.tabs.explore.verdict import numbers_html, verdict_html
from sam3viz.api.analysis import Analysis
from sam3viz.data.examples import load_examples
from sam3viz.utils.messages import LANGUAGES, translate_error

BOXES = (PromptBox(10, 10, 60, 50, 1),)


@pytest.fixture
def prompt(tmp_path) -> Prompt:
    path = tmp_path / "picture" / "picture.png"
    path.parent.mkdir()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)).save(path)
    return Prompt(str(path), BOXES)


def test_every_view_works_with_raw_alone(local_choice, prompt):
    analysis = analysis_of(prompt.image, exemplars_of(prompt), local_choice)
    assert list(analysis.variants) == ["raw"]
    (shown,) = workbench_model(analysis, "stamp", "en").variants
    assert shown.note == f"{len(analysis.variants['raw'].detections)} found"
    figures = dict(service.figures(analysis, "en"))
    assert {name for name, figure in figures.items() if figure is not None} == {"gap_axis", "umap_map", "stages"}
    assert "nan" not in numbers_html(analysis, "Numbers", "en").lower()
    sentence = verdict_html(analysis, "en", training_command(local_choice))
    assert "<code>sam3viz train --backbone timm:" in sentence
    assert "matched cosine" not in sentence
    assert "Things found: Raw ROI" in sentence


def test_a_panel_is_drawn_once_and_never_shown_for_another_analysis(local_choice, prompt):
    def drawn(asked: Prompt, language: str = "en") -> list[go.Figure]:
        analysis = analysis_of(asked.image, exemplars_of(asked), local_choice)
        return [figure for _, figure in service.figures(analysis, language) if figure is not None]

    def same(some: list[go.Figure], others: list[go.Figure]) -> list[bool]:
        return [one is other for one, other in zip(some, others, strict=True)]

    first = drawn(prompt)
    assert all(same(first, drawn(prompt)))
    assert not any(same(first, drawn(replace(prompt, boxes=(PromptBox(20, 20, 70, 60, 1),)))))
    assert not any(same(first, drawn(prompt, "zh-CN")))


def test_every_kind_of_file_holds_the_analysis_of_the_source_and_no_folder(local_choice, prompt):
    analysis = analysis_of(prompt.image, exemplars_of(prompt), local_choice)
    files = {kind: Path(service.export(prompt, kind, local_choice)) for kind in service.EXPORTS}
    assert "secret" not in files["report"].read_text(encoding="utf-8")
    assert list(pd.read_csv(files["table"])["variant"]) == ["raw"]
    torch.testing.assert_close(
        torch.from_numpy(Analysis.load(files["data"]).variants["raw"].heat_grid),
        torch.from_numpy(analysis.variants["raw"].heat_grid),
    )
    assert Path(service.export(prompt, "table")).parent != files["table"].parent


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_picture_there_is_nothing_to_export(language):
    with pytest.raises(ValueError, match="no picture to export") as caught:
        service.export(Prompt(), "table")
    assert ("没有" in translate_error(caught.value, language)) == (language == "zh-CN")


def test_every_example_has_a_thumbnail_and_a_lesson():
    assert len(service.thumbnails()) == len(load_examples())
    case = service.example_case(1, "zh-CN")
    assert case.prompt == example(1)
    assert case.lesson != service.example_case(1, "en").lesson
    assert case.lesson != service.example_case(0, "zh-CN").lesson
