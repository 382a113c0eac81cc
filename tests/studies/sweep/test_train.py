from __future__ import annotations

from dataclasses import replace

import pytest
from safetensors.torch import load_file

from sam3viz.data.sources import from_folders
from sam3viz.studies.sweep import train
from sam3viz.studies.sweep.conflict import run_conflicts
from sam3viz.studies.sweep.plan import SweepPlan
from sam3viz.studies.sweep.train import RunFolder, train_runs
from sam3viz.training.run import PRESETS, RunConfig, train_variants
from tests.helpers.picture_folders import save_folders
from tests.helpers.tiny import TinyBackbone

SMOKE = PRESETS["smoke"]
PRESET = replace(SMOKE, recipe=replace(SMOKE.recipe, steps=2, conflict_every=1))
PLAN = SweepPlan(("contrastive",), (0.0, 1.0), ("one-cycle",), (0,))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return from_folders(*save_folders(tmp_path_factory.mktemp("pictures")))


@pytest.fixture
def folder(tmp_path) -> RunFolder:
    return RunFolder(tmp_path / "runs", PRESET, {"command": "sam3viz sweep", "preset": "smoke"})


@pytest.fixture
def said() -> list[str]:
    return []


def test_runs_are_kept_and_scenes_encoded_once_for_all(pictures, folder, said):
    backbone = TinyBackbone()
    train_runs(backbone, pictures, PLAN, folder, said.append)
    assert backbone.calls == PRESET.scenes + PRESET.held_out
    assert folder.finished_count(PLAN) == 2
    assert [line for line in said if line.startswith("run ")] == [
        "run 1/2: contrastive-0.0-one-cycle-0",
        "run 2/2: contrastive-1.0-one-cycle-0",
    ]
    without, heavy = (load_file(folder.weights(run)) for run in PLAN.runs)
    assert any((without[name] != heavy[name]).any() for name in without)
    for run in PLAN.runs:
        kept = {path.name for path in folder.weights(run).parent.iterdir()}
        assert kept == {"contrastive.safetensors", "history.jsonl", "snapshots"}
        assert all(conflict.looks == 2 for conflict in run_conflicts(folder.history(run)).values())
        assert not next(folder.bridge(run, backbone).parameters()).requires_grad


def test_a_run_is_the_one_that_train_makes(pictures, folder, tmp_path, said):
    train_runs(TinyBackbone(), pictures, PLAN, folder, said.append)
    recipe = replace(PRESET.recipe, alignment_weight=1.0)
    config = RunConfig(["contrastive"], replace(PRESET, recipe=recipe), tmp_path / "out", tmp_path / "run", {})
    (path,) = train_variants(TinyBackbone(), pictures, config, said.append)
    swept, trained = load_file(folder.weights(PLAN.runs[1])), load_file(path)
    assert all((swept[name] == trained[name]).all() for name in trained)


def test_a_resumed_sweep_trains_what_is_missing_alone(pictures, folder, said):
    first = SweepPlan(("contrastive",), (0.0,), ("one-cycle",), (0,))
    train_runs(TinyBackbone(), pictures, first, folder, said.append)
    before = folder.weights(first.runs[0]).stat().st_mtime_ns
    with pytest.raises(ValueError, match="holds 1 finished runs of this sweep: give --resume, or another --run-dir"):
        train_runs(TinyBackbone(), pictures, PLAN, folder, said.append)
    said.clear()
    resumed = replace(folder, resume=True)
    train_runs(TinyBackbone(), pictures, PLAN, resumed, said.append)
    assert [line for line in said if line.startswith("run ")] == ["run 2/2: contrastive-1.0-one-cycle-0"]
    assert folder.weights(first.runs[0]).stat().st_mtime_ns == before
    said.clear()
    backbone = TinyBackbone()
    train_runs(backbone, pictures, PLAN, resumed, said.append)
    assert (said, backbone.calls) == ([], 0)


def test_a_run_that_was_stopped_goes_on_from_its_checkpoint(pictures, folder, said):
    steps = replace(PRESET, recipe=replace(PRESET.recipe, steps=4), checkpoint_every=2)
    one = SweepPlan(("contrastive",), (1.0,), ("one-cycle",), (0,))
    whole, killed = (
        replace(folder, path=folder.path / name, preset=steps, resume=True) for name in ("whole", "killed")
    )
    train_runs(TinyBackbone(), pictures, one, whole, said.append)

    def stop(line: str) -> None:
        if "step 4/4" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_runs(TinyBackbone(), pictures, one, killed, stop)
    assert killed.finished_count(one) == 0
    said.clear()
    train_runs(TinyBackbone(), pictures, one, killed, said.append)
    assert any("goes on after step" in line for line in said)
    first, second = (load_file(kept.weights(one.runs[0])) for kept in (whole, killed))
    assert all((first[name] == second[name]).all() for name in first)


def test_runs_of_another_recipe_are_not_taken(pictures, folder, said):
    train_runs(TinyBackbone(), pictures, PLAN, folder, said.append)
    longer = replace(folder, preset=replace(PRESET, scenes=5), resume=True)
    with pytest.raises(ValueError, match="was trained with another recipe: give another --run-dir"):
        train_runs(TinyBackbone(), pictures, PLAN, longer, said.append)


def test_several_processes_are_refused(pictures, folder, said, monkeypatch):
    class Several:
        num_processes = 2

    monkeypatch.setattr(train, "make_accelerator", Several)
    with pytest.raises(ValueError, match="trains in one process"):
        train_runs(TinyBackbone(), pictures, PLAN, folder, said.append)
