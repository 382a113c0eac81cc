"""A run of `sam3viz train` watched on a picture: the last moment is what its weights do."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sam3viz import Analyzer, Exemplar
from sam3viz.bridges.checkpoints import load_bridges
from sam3viz.data.sources import from_folders
from sam3viz.training import replay_command
from sam3viz.training.recording import Recording, read_curves, shipped_recording
from sam3viz.training.replay import replay_folder
from sam3viz.training.run import PRESETS, RunConfig, train_variants
from tests.helpers.noise import noise_image
from tests.helpers.picture_folders import save_folders
from tests.helpers.tiny import TinyBackbone

PICTURE, EXEMPLARS = noise_image(160, 96), (Exemplar((10, 10, 60, 60)), Exemplar((90, 20, 140, 80), -1))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Run and weights of two variants, four steps each."""
    root = tmp_path_factory.mktemp("run")
    source = from_folders(*save_folders(tmp_path_factory.mktemp("pictures")))
    config = RunConfig(["distillation", "unified"], PRESETS["smoke"], root / "weights", root, {"command": "tiny"})
    train_variants(TinyBackbone(), source, config, lambda line: None)
    return root


@pytest.fixture(scope="module")
def recording(folder) -> Recording:
    replay = replay_folder(folder, TinyBackbone(), PICTURE, EXEMPLARS, progress=lambda line: None)
    return Recording(read_curves(folder, replay), replay)


def test_the_last_moment_is_what_the_runs_weights_do(folder, recording):
    backbone = TinyBackbone()
    analysis = Analyzer(backbone, load_bridges(folder / "weights", backbone.identity)).analyze(PICTURE, EXEMPLARS)
    assert list(recording.replay.runs) == ["distillation", "unified"]
    for name, moments in recording.replay.runs.items():
        assert [moment.step for moment in moments] == [0, 1, 2, 4]
        np.testing.assert_allclose(moments[-1].heat_grid, analysis.variants[name].heat_grid, atol=1e-5)
        assert moments[-1].measures == pytest.approx(dict(analysis.variants[name].metrics), nan_ok=True)
        assert np.abs(moments[0].heat_grid - moments[-1].heat_grid).max() > 1e-3
        kinds = [list(moment.points["kind"]) for moment in moments]
        assert all(kind == kinds[0] for kind in kinds)


def test_the_curves_are_the_runs_history_term_by_term(folder, recording):
    curves = recording.curves
    lines = pd.read_json(folder / "history.jsonl", lines=True)
    of_unified = curves[(curves["run"] == "unified") & (curves["term"] == "patch")]
    np.testing.assert_allclose(of_unified["value"], lines.loc[lines["variant"] == "unified", "patch"])
    assert list(of_unified["step"]) == [1, 2, 3, 4]
    assert set(curves["schedule"]) == {"one-cycle"}
    assert not curves["value"].isna().any()


def test_a_recording_comes_back(recording, tmp_path):
    recording.save(tmp_path)
    read = Recording.load(tmp_path)
    pd.testing.assert_frame_equal(read.curves, recording.curves, rtol=1e-6)
    assert read.replay.exemplars == EXEMPLARS
    assert read.replay.described == recording.replay.described
    for name, moments in recording.replay.runs.items():
        for moment, back in zip(moments, read.replay.runs[name], strict=True):
            np.testing.assert_allclose(back.heat_grid, moment.heat_grid, atol=0.5 / 255 + 1e-6)
            pd.testing.assert_frame_equal(back.points, moment.points, atol=2e-2, check_dtype=False)
            assert back.measures == pytest.approx(dict(moment.measures), nan_ok=True)


@pytest.mark.parametrize("damage", ["missing", "foreign", "cut"])
def test_a_folder_that_is_none_gets_a_sentence(recording, tmp_path, damage):
    recording.save(tmp_path)
    if damage == "missing":
        (tmp_path / "curves.parquet").unlink()
    else:
        path = tmp_path / "replay.npz"
        path.write_bytes(b"not an archive" if damage == "foreign" else path.read_bytes()[:-200])
    with pytest.raises(ValueError, match=r"holds no curves\.parquet|is no replay"):
        Recording.load(tmp_path)


def test_the_command_wants_picture_and_boxes_together(folder, tmp_path):
    parser = argparse.ArgumentParser()
    replay_command.configure(parser)
    options = parser.parse_args([str(folder), "--out", str(tmp_path), "--image", "a.png"])
    with pytest.raises(ValueError, match="--image and --box belong together"):
        replay_command.run(options, [])


def test_the_shipped_recording_is_of_the_shipped_weights():
    """What stands on the page when it opens: all variants, their curves, and at the end what the weights do."""
    recorded, analyzer = shipped_recording(), Analyzer.from_pretrained()
    replay = recorded.replay
    assert list(replay.runs) == list(analyzer.bridges)
    assert set(recorded.curves["run"]) == set(replay.runs)
    analysis = analyzer.analyze(replay.image, replay.exemplars)
    for name, moments in replay.runs.items():
        assert len(moments) == 5
        difference = np.abs(moments[-1].heat_grid - analysis.variants[name].heat_grid)
        assert difference.mean() < 0.02, name  # the stored picture is compressed
        assert recorded.curves.loc[recorded.curves["run"] == name, "step"].max() == moments[-1].step
