from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from sam3viz.figures.replay import replay_figure
from sam3viz.inference.replay import Replay, replay_run
from sam3viz.types import Exemplar
from tests.helpers.analyzers import untrained
from tests.helpers.noise import noise_image

EXEMPLARS = (Exemplar((10, 10, 60, 60)), Exemplar((70, 20, 120, 80), -1))


@pytest.fixture(scope="module")
def replay() -> Replay:
    """`unified` on its way to `raw`, as it were: two moments of one, one of the other."""
    analysis = untrained("raw", "unified").analyze(noise_image(128, 96), EXEMPLARS)
    unified = analysis.variants["unified"]
    later = replace(unified, exemplar=unified.exemplar + 1, heat_grid=1 - unified.heat_grid)
    runs = {
        "raw": replay_run({0: analysis.variants["raw"]}, analysis.scene),
        "unified": replay_run({0: unified, 20: later}, analysis.scene),
    }
    return Replay(analysis.image, EXEMPLARS, runs)


def pictures(figure: go.Figure) -> list[str]:
    return [trace.source for trace in figure.data if isinstance(trace, go.Image)]


def places(figure: go.Figure, name: str) -> list[np.ndarray]:
    return [np.stack([trace.x, trace.y]) for trace in figure.data if trace.name == name]


def test_a_checkpoint_moves_the_heat_and_the_exemplars_and_no_axis(replay):
    first, second = (replay_figure(replay, checkpoint) for checkpoint in (0, 1))
    assert pictures(first)[0] == pictures(second)[0]  # a run that has one moment keeps showing it
    assert pictures(first)[1] != pictures(second)[1]
    before, after = (places(figure, "positive exemplar") for figure in (first, second))
    assert len(before) == 4  # two runs, two planes
    np.testing.assert_array_equal(before[0], after[0])
    assert np.abs(before[2] - after[2]).max() > 0.01
    for plot in range(1, 7):
        axis = f"xaxis{'' if plot == 1 else plot}"
        assert first.layout[axis].range == second.layout[axis].range
    notes = [note.text for note in second.layout.annotations]
    assert any("unified" in note and "step 20" in note for note in notes)
    assert any("raw" in note and "step 0" in note for note in notes)


def test_a_phone_gets_a_row_a_run(replay):
    wide, narrow = replay_figure(replay, 1), replay_figure(replay, 1, narrow=True, language="zh-CN")
    assert sorted(pictures(wide)) == sorted(pictures(narrow))
    heat = [trace for trace in narrow.data if isinstance(trace, go.Image)]
    domains = [narrow.get_subplot(row, 1).xaxis.domain for row in (1, 2)]
    assert domains[0] == domains[1]
    assert len(heat) == 2
    assert any("第 20 步" in note.text for note in narrow.layout.annotations)


def test_without_a_run_there_is_nothing_to_draw(replay):
    with pytest.raises(ValueError, match="No run is finished"):
        replay_figure(replace(replay, runs={}), 0)
