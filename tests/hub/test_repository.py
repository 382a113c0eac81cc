from __future__ import annotations

import pickle
from functools import partial

import pytest
import torch
from huggingface_hub import ModelCard
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from sam3viz.bridges import VARIANTS
from sam3viz.bridges import checkpoints as model
from sam3viz.bridges.checkpoints import SHIPPED, load_bridges, weights_folder
from sam3viz.hub import repository as sharing
from sam3viz.hub.repository import pull, push
from tests.helpers.hub_stand_in import Repo
from tests.helpers.hub_steps import REPO, filled, refused


def metadata(path) -> dict[str, str]:
    with safe_open(path, "pt") as file:
        return file.metadata()


def retold(path, **changes: str):
    save_file(load_file(path), path, metadata(path) | changes)
    return path


def test_bridges_come_back_as_they_were_pushed(hub, save, tmp_path):
    for name in reversed(VARIANTS):
        save(name, seed=str(len(name)))
    save("raw", "another", file="0_other")
    address = push(REPO, "tiny", tmp_path / "weights", endpoint=hub.address)
    assert address == f"{hub.address}/{REPO}"
    assert set(hub.repos[REPO].files) == {"README.md", *(f"{name}.safetensors" for name in VARIANTS)}
    assert len(hub.repos[REPO].commits) == 2  # the one that the hub makes a repo with, and ours

    out = tmp_path / "new" / "folder"
    pulled = pull(REPO, out=out, endpoint=hub.address)
    assert [(taken.variant, taken.backbone) for taken in pulled] == [(name, "tiny") for name in VARIANTS]
    assert {path.name for path in out.iterdir()} == {taken.path.name for taken in pulled}
    for taken in pulled:
        before = tmp_path / "weights" / taken.path.name
        assert metadata(taken.path) == metadata(before)
        state, told = load_file(taken.path), load_file(before)
        assert state.keys() == told.keys()
        assert all(torch.equal(state[key], told[key]) for key in told)
    assert list(load_bridges(out, "tiny")) == list(VARIANTS)
    assert hub.fetched() == {taken.path.name for taken in pulled}


def test_the_card_says_what_the_bridges_are_and_how_to_get_them(hub, save, tmp_path):
    save("unified", data="my photographs", commit="c0ffee")
    push(REPO, "tiny", tmp_path / "weights", endpoint=hub.address)
    card = ModelCard(hub.repos[REPO].files["README.md"].decode())
    assert (card.data.library_name, card.data.license) == ("sam3viz", "apache-2.0")
    for told in ("`tiny`", "`unified`", "my photographs", "c0ffee", f"sam3viz pull {REPO}"):
        assert told in card.text


def test_both_ways_lead_by_default_to_where_bridges_are_looked_for(hub, save, tmp_path):
    source = save("raw")
    weights_folder("tiny").parent.mkdir()
    source.parent.rename(weights_folder("tiny"))
    push(REPO, "tiny", endpoint=hub.address)
    (weights_folder("tiny") / "raw.safetensors").unlink()
    (taken,) = pull(REPO, endpoint=hub.address)
    assert taken.path == weights_folder("tiny") / "raw.safetensors"
    assert list(load_bridges(weights_folder("tiny"), "tiny")) == ["raw"]


@pytest.mark.parametrize("private", [False, True])
def test_a_repo_is_made_as_private_as_was_asked_for(hub, save, private, monkeypatch, tmp_path):
    folder = save("raw").parent
    push(REPO, "tiny", folder, private=private, endpoint=hub.address)
    assert hub.repos[REPO].private is private
    push(REPO, "tiny", folder, private=private, endpoint=hub.address)
    assert sum(path == "/api/repos/create" for _, path in hub.requests) == 1
    monkeypatch.delenv("HF_TOKEN")
    if private:
        assert "or it is private" in refused(pull, REPO, endpoint=hub.address)
    else:
        assert len(pull(REPO, out=tmp_path / "out", endpoint=hub.address)) == 1


def test_a_public_repo_does_not_take_what_is_to_be_private(hub, save):
    folder = save("raw").parent
    filled(hub)
    assert "already and public" in refused(push, REPO, "tiny", folder, private=True, endpoint=hub.address)
    assert hub.repos[REPO].files == {}


def test_bridges_that_the_card_would_not_tell_of_are_not_left_beside_it(hub, save):
    folder = save("raw").parent
    filled(hub, unified=b"older")
    assert "also holds unified.safetensors" in refused(push, REPO, "tiny", folder, endpoint=hub.address)
    assert "README.md" not in hub.repos[REPO].files


def test_nothing_to_push_or_a_bridge_that_does_not_load_never_reaches_the_hub(hub, save):
    path = save("raw")
    assert "holds no bridges for 'large'" in refused(push, REPO, "large", path.parent, endpoint=hub.address)
    assert "holds no bridges for 'large'" in refused(push, REPO, "large", endpoint=hub.address)
    save("raw", file="second")
    assert "are both 'raw'" in refused(push, REPO, "tiny", path.parent, endpoint=hub.address)
    retold(path, variant="magic")
    assert "unknown variant 'magic'" in refused(push, REPO, "tiny", path.parent, endpoint=hub.address)
    assert hub.requests == []


def test_a_bridge_too_large_to_be_pulled_is_not_pushed(hub, save, monkeypatch):
    path = save("unified")
    monkeypatch.setattr(sharing, "MAX_BYTES", path.stat().st_size - 1)
    assert "unified.safetensors is over" in refused(push, REPO, "tiny", path.parent, endpoint=hub.address)
    assert hub.requests == []


def test_no_file_but_safetensors_at_the_top_is_ever_asked_for(hub, save, tmp_path):
    bridge = save("raw").read_bytes()
    repo = filled(hub, raw=bridge)
    harm = pickle.dumps({"state": [0]})
    repo.commit({"pytorch_model.bin": harm, "raw.pkl": harm, "deep/unified.safetensors": bridge, "setup.py": b""})
    assert [taken.variant for taken in pull(REPO, out=tmp_path / "out", endpoint=hub.address)] == ["raw"]
    assert hub.fetched() == {"raw.safetensors"}
    assert not any("deep" in path for _, path in hub.requests)


def test_a_revision_is_pulled_as_it_was(hub, save, tmp_path):
    repo = hub.repos[REPO] = Repo()
    first = repo.commit({"raw.safetensors": save("raw", seed="1").read_bytes()})
    repo.commit({"raw.safetensors": save("raw", seed="2").read_bytes()})
    take = partial(pull, REPO, endpoint=hub.address)
    (old,), (new,) = take(first, tmp_path / "old"), take(None, tmp_path / "new")
    assert (metadata(old.path)["seed"], metadata(new.path)["seed"]) == ("1", "2")
    assert "no such revision" in refused(take, "never")


def test_a_file_that_is_in_the_way_is_kept_unless_told_otherwise(hub, save, tmp_path):
    theirs, mine = save("raw", seed="1").read_bytes(), save("raw", seed="2", folder="mine")
    filled(hub, raw=theirs, unified=save("unified").read_bytes())
    own, take = mine.read_bytes(), partial(pull, REPO, out=mine.parent, endpoint=hub.address)
    assert "replace it with --overwrite" in refused(take)
    assert [path.name for path in mine.parent.iterdir()] == ["raw.safetensors"]
    assert mine.read_bytes() == own
    assert len(take(overwrite=True)) == 2
    assert mine.read_bytes() == theirs
    assert len(take()) == 2  # the same file is in nobody's way
    assert {path.name for path in mine.parent.iterdir()} == {"raw.safetensors", "unified.safetensors"}


def test_weights_of_the_package_are_never_written_over(hub, save, tmp_path, monkeypatch):
    shipped = metadata(SHIPPED / "raw.safetensors")["backbone"]
    filled(hub, raw=save("raw", shipped).read_bytes())
    before = {path: path.stat() for path in SHIPPED.iterdir()}
    for options in ({}, {"overwrite": True}):
        assert "with --out DIR" in refused(pull, REPO, endpoint=hub.address, **options)
    assert "another folder" in refused(pull, REPO, out=SHIPPED, overwrite=True, endpoint=hub.address)
    assert {path: path.stat() for path in SHIPPED.iterdir()} == before
    assert len(pull(REPO, out=tmp_path / "out", endpoint=hub.address)) == 1


def test_each_backbone_has_its_own_folder_and_may_be_taken_alone(hub, save, tmp_path):
    both = {"a": save("raw").read_bytes(), "b": save("raw", "timm:large/level2").read_bytes()}
    filled(hub, **both)
    pulled = pull(REPO, endpoint=hub.address)
    assert {taken.backbone: taken.path.parent for taken in pulled} == {
        name: weights_folder(name) for name in ("tiny", "timm:large/level2")
    }
    out = tmp_path / "out"
    assert "do not go into one folder" in refused(pull, REPO, out=out, endpoint=hub.address)
    assert not out.exists()
    (taken,) = pull(REPO, out=out, backbone="timm:large/level2", endpoint=hub.address)
    assert metadata(taken.path)["backbone"] == "timm:large/level2"
    told = refused(pull, REPO, backbone="huge", endpoint=hub.address)
    assert "holds no bridges for 'huge', but for 'tiny', 'timm:large/level2'" in told


def test_backbones_whose_folder_would_be_the_same_do_not_mix(hub, save):
    filled(hub, a=save("raw", "timm:x").read_bytes(), b=save("raw", "timm/x").read_bytes())
    assert "do not go into one folder" in refused(pull, REPO, endpoint=hub.address)


@pytest.mark.parametrize("identity", ["", "..", "\x1b[31mred", "x" * 300])
def test_an_identity_that_cannot_name_a_folder_is_refused(hub, save, tmp_path, identity):
    filled(hub, raw=save("raw", identity).read_bytes())
    assert "does not say for which backbone" in refused(pull, REPO, endpoint=hub.address)
    assert not model.TRAINED.exists()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-8]), "unified.safetensors is damaged"),
        (lambda path: path.write_bytes(b"PK\x03\x04" * 40), "unified.safetensors is damaged"),
        (lambda path: retold(path, variant="magic"), "unknown variant 'magic'"),
        (lambda path: retold(path, dim="999999999"), "does not fit this version"),
        (lambda path: retold(path, dim="wide"), "does not fit this version"),
        (lambda path: save_file(load_file(path), path), "does not say for which backbone"),
    ],
)
def test_one_bad_file_and_nothing_is_written(hub, save, tmp_path, spoil, told):
    good, bad = save("raw"), save("unified")
    spoil(bad)
    filled(hub, raw=good.read_bytes(), unified=bad.read_bytes())
    assert told in refused(pull, REPO, out=tmp_path / "out", endpoint=hub.address)
    assert not (tmp_path / "out").exists()


def test_a_variant_that_is_there_twice_is_refused(hub, save):
    filled(hub, seed0=save("raw").read_bytes(), seed1=save("raw", seed="8").read_bytes())
    told = refused(pull, REPO, endpoint=hub.address)
    assert "seed0.safetensors and seed1.safetensors are both 'raw'" in told


def test_too_many_too_large_or_no_files_are_known_before_any_is_fetched(hub, save, tmp_path):
    bridge, take = save("raw").read_bytes(), partial(pull, REPO, out=tmp_path / "out", endpoint=hub.address)
    filled(hub, **{f"n{number}": bridge for number in range(33)})
    assert "holds 33 .safetensors files: at most 32" in refused(take)
    filled(hub, raw=bridge).sizes["raw.safetensors"] = 50_000_001
    assert "over 50 MB" in refused(take)
    filled(hub, **{"\x1b[31m": bridge})
    assert "\x1b" not in refused(take)
    filled(hub)
    assert "holds no .safetensors file" in refused(take)
    assert hub.fetched() == set()


def test_a_file_is_no_folder_to_write_to(hub, tmp_path):
    (tmp_path / "file").touch()
    assert "is a file: name a folder" in refused(pull, REPO, out=tmp_path / "file", endpoint=hub.address)
    assert hub.requests == []
