from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from huggingface_hub import ModelCard, constants

from sam3viz import encoders
from sam3viz.bridges.checkpoints import SHIPPED, load_bridges, weights_folder
from sam3viz.cli import main
from sam3viz.encoders import DEFAULT_BACKBONE
from tests.helpers.hub_steps import REPO
from tests.helpers.tiny import TinyBackbone

BENCH = Path(__file__).parents[2] / "assets" / "bench.json"


@pytest.fixture(autouse=True)
def _tiny(monkeypatch, hub):
    monkeypatch.setitem(encoders.BACKBONES, "tiny", TinyBackbone)
    monkeypatch.setattr(constants, "ENDPOINT", hub.address)
    template = constants.HUGGINGFACE_CO_URL_TEMPLATE.partition("/{repo_id}")
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", hub.address + "".join(template[1:]))


def fails(capsys, *words: object) -> str:
    assert main([str(word) for word in words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("sam3viz: ") == captured.err.count("\n") == 1
    return captured.err


def test_what_one_pushes_another_pulls(hub, save, tmp_path, capsys):
    folder = save("raw").parent
    assert main(["push", REPO, "--backbone", "tiny", "--weights", str(folder)]) == 0
    assert f"pushed to {hub.address}/{REPO}\n" in capsys.readouterr().out
    assert main(["pull", REPO]) == 0
    written = weights_folder("tiny") / "raw.safetensors"
    said = capsys.readouterr().out
    assert f"raw for tiny: wrote {written}\n" in said
    assert "from now on" in said
    assert list(load_bridges(written.parent, "tiny")) == ["raw"]
    out = tmp_path / "out"
    assert main(["pull", REPO, "--out", str(out), "--backbone", "tiny", "--revision", "main"]) == 0
    assert f"from_pretrained(BACKBONE, weights={str(out)!r})" in capsys.readouterr().out
    assert (out / "raw.safetensors").read_bytes() == written.read_bytes()


def test_the_shipped_bridges_are_pushed_with_their_scores(hub, tmp_path):
    assert main(["push", REPO, "--bench", str(BENCH), "--private"]) == 0
    files = hub.repos[REPO].files
    assert hub.repos[REPO].private
    assert {name for name in files if name != "README.md"} == {path.name for path in SHIPPED.glob("*.safetensors")}
    shown = re.search(r"\| `unified` \| (\.\d+) \[", ModelCard(files["README.md"].decode()).text)
    unified = json.loads(BENCH.read_text())["datasets"]["coco128"]["variants"]["unified"]
    assert shown
    assert float(shown[1]) == pytest.approx(unified["without_negative"]["patch_ap"]["mean"], abs=5e-4)


def test_mistakes_end_in_one_sentence(hub, save, tmp_path, capsys, monkeypatch):
    folder = save("raw").parent
    push = ("push", REPO, "--backbone", "tiny", "--weights", folder)
    assert "no name of a repo" in fails(capsys, "push", "bridges")
    assert "no name of a repo" in fails(capsys, "pull", "a/b/c")
    assert "There is no backbone 'huge'" in fails(capsys, "pull", REPO, "--backbone", "huge")
    assert "There is no file" in fails(capsys, *push, "--bench", tmp_path / "bench.json")
    assert "The bench report is of" in fails(capsys, *push, "--bench", BENCH)
    assert "There is no model repo" in fails(capsys, "pull", REPO)
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    assert "log in with `hf auth login`" in fails(capsys, *push)
    assert hub.repos == {}


def test_overwrite_and_another_backbone_reach_the_pull(hub, save, capsys):
    folder = save("raw").parent
    assert main(["push", REPO, "--backbone", "tiny", "--weights", str(folder)]) == 0
    save("raw", seed="9")
    capsys.readouterr()
    assert "--overwrite" in fails(capsys, "pull", REPO, "--out", folder)
    assert main(["pull", REPO, "--out", str(folder), "--overwrite"]) == 0
    capsys.readouterr()
    assert "holds no bridges for 'efficientnet" in fails(capsys, "pull", REPO, "--backbone", DEFAULT_BACKBONE)
