from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from sam3viz.figures import stages
from sam3viz.inference.analysis import AnalysisData
from sam3viz.types import Exemplar
from tests.helpers.analyzers import untrained


@pytest.fixture(scope="module")
def analysis() -> AnalysisData:
    pixels = np.random.default_rng(0).integers(0, 255, (96, 128, 3), np.uint8)
    exemplars = [Exemplar((10, 10, 60, 60)), Exemplar((70, 20, 120, 80), -1)]
    return untrained("raw", "unified").analyze(Image.fromarray(pixels), exemplars)


def heats(figure: go.Figure) -> list[go.Heatmap]:
    return [trace for trace in figure.data if isinstance(trace, go.Heatmap)]


def test_every_stage_of_every_variant_is_drawn_and_the_last_is_the_variants_own_heat(analysis):
    drawn = heats(stages.build(analysis))
    assert len(drawn) == sum(len(result.stages) for result in analysis.variants.values())
    own = analysis.variants["unified"]
    alone = heats(stages.build(analysis, ["unified"]))
    np.testing.assert_array_equal(alone[-1].z, (100 * own.heat_grid).round())
    assert (alone[-1].zmin, alone[-1].zmax) == (0, 100)


def test_each_step_has_its_name_its_cosine_with_the_boxes_own_region_and_what_it_adds(analysis):
    result = analysis.variants["unified"]

    def cosine(token: np.ndarray) -> float:
        return float(token @ result.partner[0] / np.linalg.norm(token) / np.linalg.norm(result.partner[0]))

    values = [cosine(stage.exemplar[0]) for stage in result.stages]
    notes = [note.text for note in stages.build(analysis, ["unified"], "zh-CN").layout.annotations]
    assert f"目标池化<br>{values[0]:.2f}" in notes
    assert (
        sum(
            note.endswith(f"{after:.2f} ({after - before:+.2f})")
            for before, after in pairwise(values)
            for note in notes
        )
        >= len(values) - 1
    )
    assert len(values) > 1


def test_there_is_nothing_to_show_without_stages(analysis):
    without = {name: replace(result, stages=()) for name, result in analysis.variants.items()}
    assert stages.available(analysis)
    assert not stages.available(replace(analysis, variants=without))
