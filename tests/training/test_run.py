from __future__ import annotations

import json
from dataclasses import replace

import pytest
from safetensors import safe_open
from safetensors.torch import load_file

from sam3viz.bridges.checkpoints import load_bridges
from sam3viz.data.sources import from_folders
from sam3viz.training.run import PRESETS, RunConfig, train_variants
from tests.helpers.picture_folders import save_folders
from tests.helpers.tiny import TinyBackbone

COMMAND = "sam3viz train --preset smoke"


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return from_folders(*save_folders(tmp_path_factory.mktemp("pictures")))


@pytest.fixture
def run(pictures, tmp_path):
    said: list[str] = []

    def start(name: str, seed: int = 0, variants=("raw", "baseline", "adaptive"), resume=False, data=pictures):
        described = {"command": COMMAND, "preset": "smoke"}
        folders = tmp_path / name, tmp_path / name / "run"
        config = RunConfig(variants, PRESETS["smoke"], *folders, described, seed, resume)
        return train_variants(TinyBackbone(), data, config, said.append), said

    return start


def metadata(path) -> dict[str, str]:
    with safe_open(path, "pt") as file:
        return file.metadata()


def test_every_variant_is_written_with_what_made_it(run, pictures):
    paths, said = run("out", seed=3)
    assert [path.name for path in paths] == ["raw.safetensors", "baseline.safetensors", "adaptive.safetensors"]
    for path in paths:
        told = metadata(path)
        assert told["variant"] == path.stem
        assert told["command"] == COMMAND
        assert (told["preset"], told["seed"], told["backbone"], told["dim"]) == ("smoke", "3", "tiny", "16")
        assert told["data"] == pictures.described
        assert told["recipe"] == str(PRESETS["smoke"])
        assert told["versions"].startswith("torch ")
        assert told["commit"]
        assert json.dumps(told)
    assert list(load_bridges(paths[0].parent, "tiny")) == ["raw", "baseline", "adaptive"]
    assert any("scene 4/4" in line for line in said)
    assert any("adaptive" in line and "step 4/4" in line for line in said)


def test_the_weights_are_trained_and_reproducible(run):
    (first,), _ = run("first", variants=["unified"])
    (again,), _ = run("again", variants=["unified"])
    (other,), _ = run("other", seed=1, variants=["unified"])
    first, again, other = map(load_file, (first, again, other))
    assert all((first[k] == again[k]).all() for k in first)
    assert any((first[k] != other[k]).any() for k in first)
    assert first["refinement.3.weight"].any()  # zero before the first step


def test_a_variant_does_not_depend_on_which_others_are_trained(run):
    alone, _ = run("alone", variants=["contrastive"])
    along, _ = run("along", variants=["raw", "contrastive"])
    alone, along = load_file(alone[0]), load_file(along[1])
    assert all((alone[k] == along[k]).all() for k in alone)


def test_a_run_goes_on_with_the_data_it_began_with_and_no_other(run, pictures):
    run("out", variants=["raw"])
    _, said = run("out", variants=["raw"], resume=True)
    assert any("raw" in line and "goes on after step 4" in line for line in said)
    with pytest.raises(ValueError, match=r"^The checkpoint differs in its data: start without --resume\.$"):
        run("out", variants=["raw"], resume=True, data=replace(pictures, described="other pictures"))


def test_presets_train_on_what_the_backbone_takes():
    for preset in PRESETS.values():
        assert preset.recipe.steps > 0
        assert all(size % 32 == 0 for size in preset.sizes)
    assert set(PRESETS) >= {"default", "smoke"}
