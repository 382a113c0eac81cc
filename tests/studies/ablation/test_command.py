from __future__ import annotations

import json
from functools import partial

import pandas as pd
import pytest

from sam3viz.api.analyzer import Analyzer
from sam3viz.studies.ablation import command
from tests.helpers.analyzers import untrained
from tests.helpers.coco_sets import save_set
from tests.helpers.commands import run_command

run = partial(run_command, command)


@pytest.fixture(autouse=True)
def _tiny(monkeypatch):
    monkeypatch.setattr(Analyzer, "from_pretrained", lambda backbone, weights: untrained("raw", "adaptive"))


def test_a_folder_becomes_a_table_json_and_csv(tmp_path, capsys):
    run(save_set(tmp_path / "set"), "--json", tmp_path / "new" / "a.json", "--csv", tmp_path / "csv" / "a.csv")
    printed = capsys.readouterr().out
    assert printed.count("wrote ") == 2
    assert "raw, adaptive" in printed
    assert "adaptive: scale weights" in printed
    document = json.loads((tmp_path / "new" / "a.json").read_text("utf-8"))
    table = pd.read_csv(tmp_path / "csv" / "a.csv")
    assert len(table) == len(document["changes"]["adaptive"])
    assert set(table["effect"]) <= {"measurable", "none measurable"}


def test_options_that_cannot_be_used_get_a_sentence(tmp_path):
    root = save_set(tmp_path / "set")
    with pytest.raises(ValueError, match="--limit is 0: give 1 or more"):
        run(root, "--limit", 0)
    with pytest.raises(ValueError, match="is a folder: name the file"):
        run(root, "--json", tmp_path)
